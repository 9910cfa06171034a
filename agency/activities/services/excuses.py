"""To miss one session without leaving the group (reference c7, 13)."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities import emails
from agency.activities.services import places, seats
from agency.activities.states import SessionState
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move


def too_late(session):
    """Why nobody is excused from ``session`` any more, in a sentence, or ``""``."""
    if session.state != SessionState.PLANNED:
        return _("This session is no longer planned.")
    if session.starts_at <= now():
        return _("This session has begun: tell whoever leads it.")
    return ""


@transaction.atomic
def excuse(participation, *, by, reason=""):
    """The person will not come to this session; their enrolment stays.

    Where one registers session by session, the seat serves whoever waits for it.
    Raises MoveBlocked once the session has begun, MoveRefused when not expected.
    """
    activity = participation.session.activity
    seats.lock(activity)
    participation.session.refresh_from_db(fields=["state", "starts_at"])
    if sentence := too_late(participation.session):
        raise MoveBlocked(sentence)
    move(participation, "excuse", by=by, reason=reason, excused_at=now())
    emails.excuse_recorded(participation)
    if places.by_session(activity):
        places.promote(participation.session, activity)


@transaction.atomic
def come_after_all(participation, *, by, reason=""):
    """The person comes to the session from which they were excused.

    Raises MoveBlocked once it has begun, or when the seat was given to somebody else.
    """
    activity = participation.session.activity
    seats.lock(activity)
    participation.session.refresh_from_db(fields=["state", "starts_at"])
    if sentence := too_late(participation.session):
        raise MoveBlocked(sentence)
    if places.by_session(activity):
        session = places.coming(activity).filter(pk=participation.session_id).first()
        if session is not None and places.is_full(session):
            raise MoveBlocked(_("Your seat was given to somebody who waited for it."))
    move(participation, "return", by=by, reason=reason, excused_at=None)
