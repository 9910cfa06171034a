"""When a session that people know about changes: who is told, and when.

A change of time, place, title or agenda leaves ten minutes after the last edit, so that
several make one message, and a mistake mended at once makes none. What each person was
last told stands on their participation: they are told when it is no longer so. A
cancellation and a postponement leave at once.
"""

import logging
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities import documents, facts
from agency.activities.choices import Part, Purpose
from agency.activities.models import Convening, Convocation, Participation
from agency.activities.services import seats, telling
from agency.activities.states import (
    PENDING,
    ActivityState,
    ConveningState,
    ConvocationState,
    ParticipationState,
    SessionState,
)
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused, move
from agency.documents.models import IssuedDocument

logger = logging.getLogger(__name__)

# So long after the last edit: several make one message.
QUIET = timedelta(minutes=10)


# --- A change ------------------------------------------------------------------
def misinformed(session):
    """The participations of those whom our messages told what is no longer so."""
    current = facts.letter(session)
    rows = Participation.objects.expected().filter(
        session=session, told__isnull=False, person__erased_at=None
    )
    rows = rows.select_related("person").order_by("pk")
    return [one for one in rows if facts.differ(one.told, current)]


def note(session, *, before, by=None):
    """After an edit, under the lock: schedule the notice, put it off, or drop it.

    ``before``: the facts of a letter as they were. Returns the notice, or None when
    nobody is to be told.
    """
    notice = scheduled(session)
    known = notice.before if notice else None
    still = known is not None and facts.differ(known, facts.letter(session))
    alive = session.state == SessionState.PLANNED and not session.is_past
    if not alive or not (still or misinformed(session)):
        drop(session, by=by)
        return None
    due = now() + QUIET
    if notice:
        waiting = Convening.objects.filter(pk=notice.pk, state=ConveningState.SCHEDULED)
        waiting.update(due_at=due, by=by or notice.by)
        return notice
    notice = Convening.objects.create(
        session=session,
        purpose=Purpose.CHANGE,
        state=ConveningState.SCHEDULED,
        due_at=due,
        before=_before(session, before),
        by=by,
    )
    journal.record(session, "prepare_notice", by=by, convening=notice.pk)
    return notice


def scheduled(session):
    """The notice about ``session`` that has not left yet, or None."""
    waiting = Convening.objects.filter(session=session, state=ConveningState.SCHEDULED)
    return waiting.first()


def _before(session, before):
    """What was held back was told to nobody: what they knew is older than this edit."""
    changes = Convening.objects.filter(session=session, purpose=Purpose.CHANGE)
    last = changes.order_by("-pk").first()
    kept = last is not None and last.state == ConveningState.HELD_BACK
    return last.before if kept else before


def drop(session, *, by=None):
    """The notice that has not left is about nothing any more."""
    if notice := scheduled(session):
        move(notice, "drop", by=by)


@transaction.atomic
def hold_back(notice, *, by, reason=""):
    """Tell nobody of this change. Raises MoveBlocked without a reason, MoveRefused."""
    if not reason.strip():
        raise MoveBlocked(_("Write why nobody is told: the history keeps it."))
    seats.lock(notice.session.activity)
    move(notice, "hold_back", by=by, reason=reason.strip())


@transaction.atomic
def send_now(notice, *, by, reason=""):
    """Tell people at once. Raises MoveBlocked when nobody is left to tell."""
    if not _start(notice, "send_now", by=by, reason=reason):
        raise MoveBlocked(_("Nobody is to be told any more."))


def start_due():
    """Let what is due leave; return how many batches began. Twice is once."""
    due = Convening.objects.filter(
        state=ConveningState.SCHEDULED, due_at__lte=now()
    ).select_related("session__activity")
    return sum(_start_quietly(notice) for notice in due.order_by("pk"))


def _start_quietly(notice):
    try:
        with transaction.atomic():
            return int(_start(notice, "start"))
    except MoveRefused:
        logger.info("notice %s was settled meanwhile", notice.pk)
    except Exception:
        logger.exception("notice %s", notice.pk)
    return 0


def _start(notice, name, **how):
    """Under the lock: the rows of those to tell, or no notice; whether it left."""
    session = notice.session
    seats.lock(session.activity)
    session.refresh_from_db()
    notice.refresh_from_db(fields=["state", "due_at"])
    if name == "start" and notice.due_at > now():
        return False  # edited again a moment ago
    rows = _rows_of_change(notice, session)
    if not rows:
        move(notice, "drop", by=how.get("by"))
        return False
    move(notice, name, created_at=now(), **how)
    _write(notice, rows)
    return True


def _rows_of_change(notice, session):
    if session.state != SessionState.PLANNED or session.is_past:
        return []
    # Who waits for a letter in another batch reads there what is so now.
    awaiting = Convocation.objects.filter(
        convening__session=session,
        convening__state=ConveningState.RUNNING,
        state=ConvocationState.WAITING,
    )
    awaiting = set(awaiting.values_list("participation", flat=True))
    people = [one for one in misinformed(session) if one.pk not in awaiting]
    letters = _current(documents.CONVOCATION, session)
    papers = _current(documents.NOTICE, session)
    rows = [
        Convocation(
            participation=one,
            supersedes=letters.get(one.person_id)
            or (None if one.person.email else papers.get(one.person_id)),
        )
        for one in people
    ]
    if facts.differ(notice.before, facts.letter(session)):
        rows += _leaders(session.activity, papers, but=_people(rows))
    return rows


def check_batch(convening):
    """Once a batch is over: who was told what changed while it was made is told again."""
    session = convening.session
    if session is None or convening.purpose not in (Purpose.CONVENE, Purpose.CHANGE):
        return
    with transaction.atomic():
        seats.lock(session.activity)
        session.refresh_from_db()
        served = convening.convocations.filter(participation__isnull=False)
        served = set(served.values_list("participation", flat=True))
        if any(one.pk in served for one in misinformed(session)):
            note(session, before=facts.letter(session))


def check_letter(participation):
    """Under the lock: somebody comes again who holds a letter; is it still true?"""
    session = participation.session
    current = facts.letter(session)
    if participation.told and facts.differ(participation.told, current):
        note(session, before=current)


# --- What does not take place ----------------------------------------------------
def tell_off(session, *, purpose, by, told_reason=""):
    """Under the lock: a batch for everybody whom ``session`` concerned; None for nobody."""
    drop(session, by=by)
    rows = audience(session)
    return _batch(rows, session=session, purpose=purpose, by=by, paragraph=told_reason)


def audience(session):
    """A row, not written yet, for each person whom ``session`` concerns."""
    activity = session.activity
    if activity.state == ActivityState.DRAFT:
        return []  # nobody knows of it
    papers = _current(documents.NOTICE, session)
    people = session.participations.exclude(state=ParticipationState.CANCELLED)
    people = people.filter(person__erased_at=None).select_related("person")
    rows = [
        Convocation(participation=one, supersedes=papers.get(one.person_id))
        for one in people.order_by("pk")
    ]
    waits = activity.enrolments.filter(state__in=PENDING)
    rows += _persons(Part.WAITS, waits, papers, but=_people(rows))
    return rows + _leaders(activity, papers, but=_people(rows))


def tell_all_off(activity, *, sessions, waiting, by, told_reason=""):
    """Under the lock: one message a person, whatever the dates of the activity.

    ``sessions``: keys of those cancelled with it; ``waiting``: keys of the enrolments
    that waited for a seat.
    """
    rows = audience_of_all(activity, activity.enrolments.filter(pk__in=waiting))
    how = {"activity": activity, "before": {"sessions": sessions}}
    return _batch(
        rows, purpose=Purpose.CANCELLATION, by=by, paragraph=told_reason, **how
    )


def audience_of_all(activity, waits):
    """A row, not written yet, for each person whom the whole ``activity`` concerns.

    ``waits``: the enrolments that wait for a seat.
    """
    papers = _current(documents.NOTICE, activity)
    rows = _persons(Part.EXPECTED, activity.enrolments.confirmed(), papers)
    rows += _persons(Part.WAITS, waits, papers, but=_people(rows))
    return rows + _leaders(activity, papers, but=_people(rows))


def _batch(rows, *, by, **fields):
    if not rows:
        return None
    convening = Convening.objects.create(by=by, **fields)
    journal.record(
        fields.get("session") or fields["activity"],
        "tell_off",
        by=by,
        convening=convening.pk,
    )
    _write(convening, rows)
    return convening


def _write(convening, rows):
    for row in rows:
        row.convening = convening
    Convocation.objects.bulk_create(rows)
    telling.ring(convening)


def _people(rows):
    return {row.reader.pk for row in rows}


def _persons(part, linked, papers, but=()):
    """A row for each person of ``linked``, once."""
    rows, seen = [], set(but)
    present = linked.filter(person__erased_at=None).select_related("person")
    for one in present.order_by("pk"):
        if one.person_id not in seen:
            seen.add(one.person_id)
            replaced = papers.get(one.person_id)
            rows.append(Convocation(person=one.person, part=part, supersedes=replaced))
    return rows


def _leaders(activity, papers, but=()):
    leaders = activity.facilitators.all()
    if activity.sealed:  # nobody of the agency is in a sealed room
        staff = [
            one.pk for one in leaders.select_related("person") if one.person.is_staff
        ]
        leaders = leaders.exclude(pk__in=staff)
    return _persons(Part.LEADS, leaders, papers, but)


def _current(kind, about):
    """Recipient -> the document of this kind about ``about`` that nothing replaces."""
    issued = IssuedDocument.objects.current().filter(
        kind=kind,
        content_type=ContentType.objects.get_for_model(about),
        object_id=about.pk,
    )
    issued = issued.exclude(file="").order_by("pk")
    return {document.recipient_id: document for document in issued}
