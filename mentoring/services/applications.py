"""What an applicant does: write, send, take back. The officer's part is ``review``."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.services import seats
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move
from mentoring import emails
from mentoring.choices import Side
from mentoring.models import MentoringApplication, Veto
from mentoring.services import calls
from mentoring.states import RUNNING, WRITABLE, ApplicationState

S = ApplicationState
ANSWERS = (
    "profession",
    "years",
    "stage",
    "experience",
    "art_forms",
    "organisation_kinds",
    "territory",
    "mobility",
    "meeting",
    "availability",
    "topics",
    "capacity",
    "expectations",
    "motivation",
    "keep_for_next",
)
# What nobody leaves empty: those of one side alone are in ``needed``.
NEEDED = (
    "profession",
    "years",
    "experience",
    "art_forms",
    "organisation_kinds",
    "territory",
    "mobility",
    "meeting",
    "availability",
    "topics",
    "expectations",
    "motivation",
)
MOST_VETOES = 10


def needed(side):
    """The answers without which an application of that side is not sent."""
    return (*NEEDED, "capacity" if side == Side.MENTOR else "stage")


def missing(application):
    """The names of the answers that are still to give; 0 year is an answer."""
    return [
        name
        for name in needed(application.side)
        if getattr(application, name) in (None, "", [])
    ]


@transaction.atomic
def write(edition, *, person, side, answers, vetoes=()):
    """Keep what ``person`` has written for ``side`` so far; return the application.

    ``answers`` {name of ANSWERS: value}; ``vetoes`` names in the person's own words.
    Raises MoveBlocked with a sentence when it is no longer theirs to write in.
    """
    seats.lock(edition)
    own = MentoringApplication.objects.filter(edition=edition, person=person, side=side)
    application = own.first()
    _need_to_be_writable(edition, person, application)
    if application is None:
        application = MentoringApplication.objects.create(
            edition=edition, person=person, side=side, **answers
        )
        journal.record(application, "add", by=person)
    else:
        own.filter(state__in=WRITABLE).update(**answers)
        application.refresh_from_db()
        journal.record(application, "change", by=person, fields=sorted(answers))
    _keep_vetoes(application, vetoes)
    return application


def _need_to_be_writable(edition, person, application):
    if refusal := calls.barred(person):
        raise MoveBlocked(str(refusal.label))
    if application is not None and not application.is_writable:
        raise MoveBlocked(
            _("Your application is being read: nothing changes any more.")
        )
    asked = application is not None and application.state == S.COMPLEMENT
    if not asked and (refusal := calls.closed(edition)):
        raise MoveBlocked(str(refusal.label))


def _keep_vetoes(application, vetoes):
    """Those that stand keep what the officer linked them to."""
    wanted = list(dict.fromkeys(vetoes))[:MOST_VETOES]
    application.vetoes.exclude(words__in=wanted).delete()
    known = set(application.vetoes.values_list("words", flat=True))
    Veto.objects.bulk_create(
        Veto(application=application, words=words)
        for words in wanted
        if words not in known
    )


@transaction.atomic
def submit(application, *, by):
    """Send it to the officer in charge. Raises MoveBlocked, or MoveRefused."""
    seats.lock(application.edition)
    application.refresh_from_db()
    if refusal := calls.barred(application.person) or calls.closed(application.edition):
        raise MoveBlocked(str(refusal.label))
    _need_to_be_whole(application)
    _need_to_be_on_one_side(application)
    move(application, "submit", by=by, submitted_at=now(), ended_at=None)
    emails.application_received(application)
    return application


@transaction.atomic
def complete(application, *, by):
    """Send back what was asked, whether or not the call is over meanwhile."""
    if refusal := calls.barred(application.person):
        raise MoveBlocked(str(refusal.label))
    _need_to_be_whole(application)
    move(application, "complete", by=by, submitted_at=now())
    emails.application_received(application)
    return application


def _need_to_be_whole(application):
    if missing(application):
        raise MoveBlocked(
            _("Some answers are missing: complete the application, then send it.")
        )


def _need_to_be_on_one_side(application):
    """One is not both halves of a pair: the first that was sent stands."""
    others = MentoringApplication.objects.filter(
        edition=application.edition, person=application.person, state__in=RUNNING
    )
    other = others.exclude(pk=application.pk).first()
    if other is not None:
        raise MoveBlocked(
            _(
                "You have applied to be accompanied in this edition already: withdraw "
                "that application first, then send this one."
            )
            if other.side == Side.MENTEE
            else _(
                "You have applied to be a mentor in this edition already: withdraw that "
                "application first, then send this one."
            )
        )


@transaction.atomic
def withdraw(application, *, by):
    """Take it back; what was written goes six months later (services.retention)."""
    move(application, "withdraw", by=by, ended_at=now())
    return application


@transaction.atomic
def resume(application, *, by):
    """Write again in what one had taken back, while the call is open."""
    if refusal := calls.closed(application.edition):
        raise MoveBlocked(str(refusal.label))
    move(application, "resume", by=by)
    return application


@transaction.atomic
def discard(application, *, by):
    """Throw a draft away, as if it had never been begun."""
    journal.record(application, "delete", by=by)
    MentoringApplication.objects.filter(pk=application.pk, state=S.DRAFT).delete()


def former(edition, person, side):
    """What the same person wrote for another edition, the last of that side first.

    A former mentee who would be a mentor finds what they wrote as a mentee.
    """
    rows = MentoringApplication.objects.filter(person=person).exclude(edition=edition)
    rows = rows.exclude(state=S.DRAFT).exclude(motivation="")
    ranked = sorted(
        rows.select_related("edition"),
        key=lambda row: (row.side == side, row.submitted_at),
    )
    return ranked[-1] if ranked else None
