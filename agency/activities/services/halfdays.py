"""The half-days of a session: which ones it takes, when each begins, how long it is."""

from datetime import UTC, timedelta
from itertools import pairwise

from agency.activities.choices import HalfDay, HalfDays
from agency.core.clock import paris

# Where a half-day ends and the next begins, by the clocks of Paris.
NOON, SIX = 13, 18
PARTS = (
    (HalfDay.MORNING, 0, NOON),
    (HalfDay.AFTERNOON, NOON, SIX),
    (HalfDay.EVENING, SIX, 24),
)
# Less than that is the end of a morning, not an afternoon to sign for.
SHORTEST = timedelta(minutes=90)


def half_days(session):
    """The half-days that one signs for, in order: a tuple of ``HalfDay``, never empty.

    As the form of the session says, else told from its hours in Paris (of a session of
    several days, those of its first): each half-day of which it takes an hour and a
    half, or the one of which it takes most.
    """
    if session.half_days_set == HalfDays.DAY:
        return (HalfDay.MORNING, HalfDay.AFTERNOON)
    if session.half_days_set:
        return (HalfDay(session.half_days_set),)
    spent = {part: _spent(session, first, last) for part, first, last in PARTS}
    found = tuple(part for part in spent if spent[part] >= SHORTEST)
    return found or (max(spent, key=spent.get),)


def _at(session, hour):
    """The moment at which it is ``hour`` in Paris, on the day the session starts."""
    day = paris(session.starts_at).replace(hour=0, minute=0, second=0, microsecond=0)
    turned = day.replace(hour=hour) if hour < 24 else day + timedelta(days=1)
    return turned.astimezone(UTC)


def _spent(session, first, last):
    start = max(session.starts_at, _at(session, first))
    return max(min(session.ends_at, _at(session, last)) - start, timedelta())


def starts(session):
    """When each half-day of ``session`` begins: {half_day: moment}, in order."""
    parts = half_days(session)
    hours = {part: first for part, first, _last in PARTS}
    found = [session.starts_at] + [_at(session, hours[part]) for part in parts[1:]]
    ends = [*found[1:], session.ends_at]
    if any(end <= start for start, end in zip(found, ends, strict=True)):
        # The form asks for more half-days than the hours have: shared out evenly.
        length = (session.ends_at - session.starts_at) / len(parts)
        found = [session.starts_at + length * rank for rank in range(len(parts))]
    return dict(zip(parts, found, strict=True))


def minutes(session, half_day):
    """How many minutes of ``session`` are of ``half_day``: together, all of them."""
    begun = starts(session)
    if half_day not in begun:
        return 0
    moments = [*begun.values(), session.ends_at]
    # Counted from the start, so that what is rounded is not lost between two.
    ticks = [int((one - session.starts_at).total_seconds() // 60) for one in moments]
    shares = [later - earlier for earlier, later in pairwise(ticks)]
    return shares[list(begun).index(half_day)]
