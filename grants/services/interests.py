"""Interests are declared before any file opens; a recusal shuts it everywhere (C.7)."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move
from agency.core.rows import insert_unless_there
from grants.choices import Office, RecusalOrigin
from grants.models import InterestAnswer, Member, Recusal, Sitting
from grants.models.reading import on_the_agenda
from grants.states import RecusalState

R = RecusalState
OFFICES = (Office.CHAIR, Office.DEPUTY)


# --- One declares ------------------------------------------------------------------
def to_declare(sitting, person):
    """The files of ``sitting`` about which ``person`` has not said anything yet."""
    said = InterestAnswer.objects.filter(person=person).values("application")
    rows = on_the_agenda(person).filter(sitting=sitting).exclude(pk__in=said)
    return rows.select_related("organisation", "show", "scheme").order_by("number")


@transaction.atomic
def declare(sitting, person, answers):
    """Keep what ``person`` says of each file: ``answers`` {key of a file: nature or ""}.

    An interest shuts the file at once; nothing else opens it again than the chair.
    Every file of the list is answered about, and none twice. Raises MoveBlocked.
    """
    files = list(to_declare(sitting, person))
    if not {one.pk for one in files} <= answers.keys():
        raise MoveBlocked(_("Say of each file whether something ties you to it."))
    for one in files:
        row = InterestAnswer(
            application=one,
            person=person,
            nature=answers[one.pk],
            declared_at=now(),
        )
        if insert_unless_there(row) and row.nature:
            stand_back(one, person, row.nature, by=person)
    return len(files)


@transaction.atomic
def stand_back(application, person, nature, *, by, origin=RecusalOrigin.SELF):
    """``person`` stands back from ``application`` from now on; return the Recusal."""
    at = now()
    Sitting.objects.filter(pk=application.sitting_id).touch()
    row = Recusal(
        application=application,
        person=person,
        state=R.IN_FORCE,
        origin=origin,
        nature=nature,
        noticed_at=at,
        decided_at=at,
        decided_by=by,
    )
    if insert_unless_there(row):
        journal.record(row, "declare", by=by, after=journal.START)
        return row
    kept = Recusal.objects.get(application=application, person=person)
    if kept.state != R.IN_FORCE:
        decided = {"decided_at": at, "decided_by": by}
        move(kept, "declare", by=by, nature=nature, origin=origin, **decided)
    return kept


# --- Somebody decides --------------------------------------------------------------
def decide(recusal, name, *, by, reason=""):
    """Follow ``confirm``, ``reject``, ``lift`` or ``impose``; a file is opened with a
    reason alone, and nobody decides about themselves. Raises MoveBlocked, MoveRefused.
    """
    if recusal.person_id == by.pk:
        raise MoveBlocked(_("Nobody decides on their own recusal."))
    if name in {"reject", "lift"} and not reason:
        raise MoveBlocked(_("Say why the file may be read: it stays in the history."))
    Sitting.objects.filter(applications=recusal.application_id).touch()
    return move(recusal, name, by=by, reason=reason, decided_at=now(), decided_by=by)


def confirm(recusal, *, by, reason=""):
    return decide(recusal, "confirm", by=by, reason=reason)


def reject(recusal, *, by, reason=""):
    return decide(recusal, "reject", by=by, reason=reason)


def lift(recusal, *, by, reason=""):
    return decide(recusal, "lift", by=by, reason=reason)


def impose(recusal, *, by, reason=""):
    return decide(recusal, "impose", by=by, reason=reason)


def leads(person, sitting):
    """Whether ``person`` is the chair or the deputy chair of its commission today."""
    rows = Member.objects.in_office().filter(
        enrolment__activity=sitting.session.activity_id,
        enrolment__person_id=person.pk,
        office__in=OFFICES,
    )
    return rows.exists()


def recusals(sitting):
    """Those of ``sitting``, what is to decide first."""
    rows = Recusal.objects.filter(application__sitting=sitting)
    rows = rows.select_related(
        "application__organisation", "application__show", "person", "decided_by"
    )
    return sorted(rows, key=lambda one: (one.state != R.SUSPECTED, one.pk))


def sentence(recusal):
    """What the minutes say of it (references/grants.md, C.7)."""
    said = {"person": recusal.person.full_name, "file": str(recusal.application)}
    return (
        _(
            "%(person)s, who has an interest in %(file)s, withdrew and took part neither "
            "in the debate nor in the vote."
        )
        % said
    )
