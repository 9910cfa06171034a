"""What happens to a session: kept, moved in time, held, cancelled."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities import facts
from agency.activities.choices import Purpose
from agency.activities.models import Enrolment, Session
from agency.activities.services import announcing, places, seats
from agency.activities.services.expected import expect
from agency.activities.states import SessionState
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move

# What a calendar shows: a change of one of these is a new SEQUENCE (RFC 5546).
IN_CALENDARS = ("starts_at", "ends_at", "venue", "room", "format", "title")
# What the form of a session writes.
TYPED = (
    *IN_CALENDARS,
    "number",
    "welcome_at",
    "break_text",
    "remote_url",
    "half_days_set",
    "documents_text",
    "capacity",
    "half_days_set",
)


@transaction.atomic
def save_session(session, *, by=None):
    """Keep a session as the form left it, and let the rest follow.

    A new one fans out to every confirmed enrolment of its activity, unless each
    chooses their dates; one that changed what calendars show takes the next sequence number. Its state is not the
    form's to write: one that was cancelled meanwhile stays cancelled. Those who were
    told what is no longer so are told of it ten minutes after the last edit.
    """
    seats.lock(session.activity)
    before = Session.objects.filter(pk=session.pk).first()
    if before is None:
        session.save()
    else:
        before.activity = session.activity
        session.state, session.sequence = before.state, before.sequence
        if any(getattr(before, n) != getattr(session, n) for n in IN_CALENDARS):
            session.sequence += 1
        session.save(update_fields=(*TYPED, "sequence"))
        note_change(session, before=facts.letter(before), by=by)
    if session.state == SessionState.PLANNED and session.ends_at >= now():
        if places.by_session(session.activity):
            places.promote(session, session.activity)
        else:
            fan_out(session)
    return session


def note_change(session, *, before, by=None):
    """Under the lock: what changed of ``before``, the facts of a letter, if anything."""
    if facts.differ(before, facts.letter(session)):
        announcing.note(session, before=before, by=by)


def fan_out(session):
    """Expect everybody confirmed who is not expected yet."""
    awaited = Enrolment.objects.confirmed().filter(activity=session.activity_id)
    missing = awaited.exclude(participations__session=session)
    for enrolment in missing.order_by("pk"):
        expect(enrolment, sessions=[session])


def too_early(session):
    """Why the session cannot have taken place yet, in a sentence, or ``""``."""
    return _("This session has not started yet.") if session.starts_at > now() else ""


@transaction.atomic
def hold_session(session, *, by, reason=""):
    """Note that the session took place. Raises MoveBlocked before it starts."""
    if early := too_early(session):
        raise MoveBlocked(early)
    move(session, "hold", by=by, reason=reason)
    announcing.drop(session, by=by)


@transaction.atomic
def cancel_session(session, *, by, reason="", told_reason=""):
    """Cancel the session; it stays in calendars, marked as such.

    Everybody concerned is told at once: ``told_reason`` is what they read, ``reason``
    stays in the journal. Raises MoveBlocked for one that has a new date already.
    """
    seats.lock(session.activity)
    session.refresh_from_db()
    if sentence := has_new_date(session):
        raise MoveBlocked(sentence)
    awaited = session.state == SessionState.POSTPONED or not session.is_past
    cancel_quietly(session, by=by, reason=reason, told_reason=told_reason)
    if awaited:
        announcing.tell_off(
            session, purpose=Purpose.CANCELLATION, by=by, told_reason=told_reason
        )


def has_new_date(session):
    """Why the session is not cancelled from here, in a sentence, or ``""``."""
    if session.postponed_to_id is None:
        return ""
    return _("It takes place another day: cancel the session of that day.")


def cancel_quietly(session, *, by, reason="", told_reason=""):
    """Under the lock: cancel, and leave it to the caller to tell people."""
    following = {"sequence": session.sequence + 1, "told_reason": told_reason}
    move(session, "cancel", by=by, reason=reason, **following)
    announcing.drop(session, by=by)
