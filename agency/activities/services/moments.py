"""When somebody may be let in, and when nobody is written to."""

from datetime import timedelta

from django.db.models import Min

from agency.activities.states import OFF, ActivityState
from agency.core.clock import now
from agency.mail.hours import is_night, morning, start_of

__all__ = [
    "deadline",
    "is_night",
    "last_entry",
    "morning",
    "offers_by_itself",
    "start_of",
    "takes_people",
]

# An offer that leaves less time than this is a telephone call.
SHORTEST = timedelta(hours=6)
OFFERING = (ActivityState.OPEN, ActivityState.CLOSED)


def deadline(activity, moment):
    """Until when an offer made at ``moment`` can be answered; None: too late to make one."""
    until = moment + timedelta(hours=activity.offer_hours)
    last = last_entry(activity)
    if last is not None:
        until = min(until, last - timedelta(hours=activity.offer_cutoff_hours))
    shortest = min(SHORTEST, timedelta(hours=activity.offer_hours))
    return until if until - moment >= shortest else None


def last_entry(activity):
    """Until when one comes in: the first session, or the last that late entry allows.

    None while no date is set. A list has read the first date, ``with_dates()``, and the
    morning the last entry of each (``last_entry_at``).
    """
    if hasattr(activity, "last_entry_at"):
        return activity.last_entry_at
    kept = activity.sessions.exclude(state__in=OFF)
    late = activity.late_entry_until_session
    if late and late > 1:
        starts = kept.order_by("starts_at", "pk").values_list("starts_at", flat=True)
        starts = list(starts[:late])
        return starts[-1] if starts else None
    if hasattr(activity, "first_at"):
        return activity.first_at
    return kept.aggregate(first=Min("starts_at"))["first"]


def takes_people(activity):
    """Whether somebody may still come in: not begun, or late entry lasts."""
    if activity.state in OFFERING:
        return True
    if activity.state != ActivityState.RUNNING or not activity.late_entry_until_session:
        return False
    last = last_entry(activity)
    return last is not None and now() < last


def offers_by_itself(activity):
    """Whether a freed seat is offered now without anybody of the agency."""
    moment = now()
    by_day = takes_people(activity) and not is_night(moment)
    return by_day and deadline(activity, moment) is not None
