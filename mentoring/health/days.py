"""Days that count, and days that do not: quiet periods, pauses, a reminder put off.

Dates only, so that no change of clocks is in them. A span holds its first day and not
its end; what people write, and ``QuietPeriod`` too, includes the last day: ``through``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """The days from ``start`` up to ``end``, which is out; without an end it goes on."""

    start: date
    end: date | None = None

    @classmethod
    def through(cls, first: date, last: date | None) -> "Span":
        """From the first day to the last, that one included."""
        endless = last is None or last == date.max
        return cls(first, None if endless else last + DAY)

    def holds(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


def in_any(spans: Iterable[Span], day: date) -> bool:
    return any(span.holds(day) for span in spans)


def days_outside(spans: Iterable[Span], start: date, end: date) -> int:
    """How many days from ``start`` up to ``end``, which is out, are in none of the spans.

    Each day counts once, however the spans lie over one another; nought when ``end`` is
    not after ``start``.
    """
    counted, reached = 0, start
    for span in sorted(spans, key=lambda one: one.start):
        if span.start >= end:
            break
        counted += max(0, (span.start - reached).days)
        reached = max(reached, span.start, end if span.end is None else span.end)
    return counted + max(0, (end - reached).days)


def days_inside(spans: Iterable[Span], start: date, end: date) -> int:
    """The rest of them: how many are not counted."""
    return max(0, (end - start).days) - days_outside(spans, start, end)


def first_outside(spans: Iterable[Span], day: date) -> date | None:
    """``day``, or the first one after it that no span holds; None where one goes on."""
    spans = tuple(spans)
    while over := [span.end for span in spans if span.holds(day)]:
        if None in over:
            return None
        day = max(over)
    return day
