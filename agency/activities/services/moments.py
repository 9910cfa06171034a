"""When somebody may be let in, and when nobody is written to."""

from datetime import datetime, time, timedelta

from django.db.models import Min

from agency.activities.states import ActivityState, SessionState
from agency.core.clock import PARIS, now, paris

# Nobody is written to between these hours, in Paris.
NIGHT_FROM, NIGHT_UNTIL = time(22), time(8)
# An offer that leaves less time than this is a telephone call.
SHORTEST = timedelta(hours=6)
OFFERING = (ActivityState.OPEN, ActivityState.CLOSED)


def is_night(moment):
    clock = paris(moment).time()
    return clock >= NIGHT_FROM or clock < NIGHT_UNTIL


def start_of(day):
    """The first moment of ``day`` in Paris."""
    return datetime.combine(day, time(0), tzinfo=PARIS)


def morning(moment):
    """When the night of ``moment`` is over, or None by day."""
    if not is_night(moment):
        return None
    local = paris(moment)
    day = local.date() + timedelta(days=local.time() >= NIGHT_FROM)
    return datetime.combine(day, NIGHT_UNTIL, tzinfo=PARIS)


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

    None while no date is set. A list has read the first date, ``with_dates()``.
    """
    kept = activity.sessions.exclude(state=SessionState.CANCELLED)
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
