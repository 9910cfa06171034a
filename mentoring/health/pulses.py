"""When the barometer is asked: on day 30 after the launch, then every 60 days.

An occurrence has a number that never changes, whatever becomes of the calendar, so that
each is asked once. One that falls into a quiet period or a pause waits for its end; if
the next is less than a fortnight away by then, that one asks the same and this one is
left out. The days of the others do not move. None is asked on the day of the end or
after it.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from mentoring.health.colours import Facts
from mentoring.health.days import Span, first_outside, in_any

FIRST, EVERY = timedelta(days=30), timedelta(days=60)
APART = timedelta(days=14)


@dataclass(frozen=True)
class Occurrence:
    """The barometer of one moment; ``number`` counts from one."""

    number: int
    day: date

    @property
    def key(self) -> str:
        """For the outbox."""
        return f"pulse-{self.number}"


def schedule(facts: Facts, quiet: Iterable[Span], until: date) -> Iterator[Occurrence]:
    """Those that come up to ``until``, that day included."""
    if facts.launched_on is None:
        return
    rests = (*quiet, *facts.pauses)
    number, planned = 1, facts.launched_on + FIRST
    while planned <= until:
        day = first_outside(rests, planned)
        left_out = day is None or planned + EVERY - day < APART
        if not left_out and day <= until and not facts.has_ended(day):
            yield Occurrence(number, day)
        number, planned = number + 1, planned + EVERY


def due(
    facts: Facts, quiet: Iterable[Span], today: date, *, asked: Collection[int] = ()
) -> Occurrence | None:
    """The one to ask today, or None: after an outage the newest alone, unless late.

    ``asked`` are the numbers of those that were.
    """
    quiet = tuple(quiet)
    if facts.has_ended(today) or in_any((*quiet, *facts.pauses), today):
        return None
    newest = max(
        schedule(facts, quiet, today), key=lambda one: one.number, default=None
    )
    if newest is None or any(number >= newest.number for number in asked):
        return None
    following = facts.launched_on + FIRST + EVERY * newest.number
    return newest if following - today >= APART else None
