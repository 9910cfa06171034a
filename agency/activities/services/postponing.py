"""A session that is put off: to another day, or to one still to be set."""

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from agency.activities import facts
from agency.activities.choices import Purpose
from agency.activities.models import AgendaItem, Participation, Session
from agency.activities.services import announcing, places, seats
from agency.activities.services.renewal import columns_of
from agency.activities.services.sessions import fan_out
from agency.activities.states import (
    EnrolmentState,
    ParticipationState,
    SessionState,
)
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused, move

OWN = ("activity", "number", "starts_at", "ends_at")
# Who comes on the new day: whoever was excused may be free on that one.
CARRIED = (
    ParticipationState.EXPECTED,
    ParticipationState.EXCUSED,
    ParticipationState.WAITING,
)


@transaction.atomic
def postpone(session, *, by, starts_at=None, ends_at=None, reason="", told_reason=""):
    """Put the session off; everybody concerned is told at once, with the new date.

    Without ``starts_at`` the date is still to come: ``set_new_date`` tells it later.
    Returns the new session, or None. Raises MoveBlocked for a session that is over, a
    new date that is past, or a kind that puts its sessions off itself; MoveRefused.
    """
    seats.lock(session.activity)
    session.refresh_from_db()
    if session.is_past:
        raise MoveBlocked(_("This session is over: it is not postponed any more."))
    if elsewhere := session.activity.kind_info.put_off:
        raise MoveBlocked(str(elsewhere))
    changes = {"told_reason": told_reason, "sequence": session.sequence + 1}
    if starts_at is not None:
        changes["postponed_to"] = _following(session, starts_at, ends_at)
    move(session, "postpone", by=by, reason=reason, **changes)
    return _tell(session, by=by, told_reason=told_reason)


@transaction.atomic
def set_new_date(session, *, by, starts_at, ends_at, told_reason=""):
    """Tell everybody concerned the day to which the session was put off."""
    seats.lock(session.activity)
    session.refresh_from_db()
    if session.state != SessionState.POSTPONED or session.postponed_to_id:
        raise MoveRefused(f"set_new_date {session.pk} ({session.state})")
    session.postponed_to = _following(session, starts_at, ends_at)
    session.save(update_fields=["postponed_to"])
    journal.record(session, "set_new_date", by=by, session=session.postponed_to_id)
    return _tell(session, by=by, told_reason=told_reason)


def _tell(session, *, by, told_reason):
    announcing.tell_off(
        session, purpose=Purpose.POSTPONEMENT, by=by, told_reason=told_reason
    )
    return session.postponed_to


def _following(session, starts_at, ends_at):
    """The same session another day, with its agenda and those expected at it."""
    if starts_at <= now():
        raise MoveBlocked(_("The new date is past: choose one to come."))
    last = session.activity.sessions.aggregate(last=Max("number"))["last"]
    new = Session.objects.create(
        activity=session.activity,
        number=last + 1,
        starts_at=starts_at,
        ends_at=ends_at,
        **columns_of(session, OWN),
    )
    AgendaItem.objects.bulk_create(
        AgendaItem(session=new, **columns_of(item, ("session",)))
        for item in session.agenda_items.all()
    )
    _carry(session, new)
    if places.by_session(session.activity):
        places.promote(new, session.activity)
    else:
        fan_out(new)
    return new


def _carry(session, new):
    """Those who were expected are, as they take part; who waited for a seat waits."""
    still = Q(enrolment=None) | Q(enrolment__state=EnrolmentState.CONFIRMED)
    told = facts.calendar(new)
    rows = session.participations.filter(
        still, state__in=CARRIED, person__erased_at=None
    )
    waiting = ParticipationState.WAITING
    Participation.objects.bulk_create(
        Participation(
            session=new,
            person_id=one.person_id,
            enrolment_id=one.enrolment_id,
            mode=one.mode,
            state=waiting if one.state == waiting else ParticipationState.EXPECTED,
            told=None if one.state == waiting else told,
        )
        for one in rows.order_by("pk")
    )
