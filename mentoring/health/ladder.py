"""The ladder of nudges: which step a silent pair has come to, and whether it leaves.

Silence, here, begins at the last sign of life: a meeting held, missed or once planned,
an answer, a request for help that was settled, else the launch. (For the colour only a
meeting held counts.) Days in a quiet period, a pause or a reminder put off are not
counted, so that nothing comes due in them and nothing has piled up at their end.

- Each step leaves once in a silence, in order; after an outage of beat the newest step
  that is due leaves alone, and those before it never do.
- Of the two letters to the pair the second waits until a week after the first, if that
  one was late. The tasks of the officer come on their day.
- While a date is set, or a request for help is open, there is nothing to ask.
- ``answered_on`` is the day of the last gesture of one of the two: they met, a date is
  set or cancelled, they need help. It begins a new silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _

from mentoring.health.colours import Facts
from mentoring.health.days import Span, days_outside, in_any

# A reminder may be put off by that many days at once.
LONGEST_SNOOZE = timedelta(days=30)
BETWEEN_LETTERS = 7


class Step(IntegerChoices):
    ASK = 1, _("Ask both whether they have a date")
    ASK_AGAIN = 2, _("Ask both once more")
    CALL = 3, _("Call the pair")
    DISCUSS_END = 4, _("Discuss with both whether to go on")

    @property
    def is_task(self) -> bool:
        """Whether it is the officer's to do; the others are letters to both."""
        return self >= Step.CALL


# Days after the interval that the pair agreed on.
AFTER_INTERVAL = {
    Step.ASK: 7,
    Step.ASK_AGAIN: 14,
    Step.CALL: 21,
    Step.DISCUSS_END: 45,
}


@dataclass(frozen=True)
class Sent:
    """A step that left, and when; a task counts from the day on which it appeared."""

    step: Step
    on: date


@dataclass(frozen=True)
class Due:
    """A step to send today, and the silence that it is about."""

    step: Step
    since: date
    days: int

    @property
    def key(self) -> str:
        """The same for each run of the same silence, for the outbox."""
        return f"{self.since.isoformat()}-{self.step.value}"


def due(
    facts: Facts,
    quiet: Iterable[Span],
    today: date,
    *,
    sent: Iterable[Sent] = (),
    answered_on: date | None = None,
    snoozes: Iterable[Span] = (),
) -> Due | None:
    """The one step that is to leave today, or None."""
    rests = (*quiet, *facts.pauses, *map(_shortened, snoozes))
    if _is_left_alone(facts, today) or in_any(rests, today):
        return None
    since = silent_since(facts, today, answered_on)
    days = days_outside(rests, since, today)
    step = _newest(days - facts.interval_days)
    # What left on the day of the sign itself was what it answered.
    before = [one for one in sent if since < one.on <= today]
    if step is None or any(one.step >= step for one in before):
        return None
    if not step.is_task and _wrote_lately(before, rests, today):
        return None
    return Due(step, since, days)


def silent_since(facts: Facts, today: date, answered_on: date | None = None) -> date:
    """The last sign of life of a pair that was launched."""
    signs = [
        facts.launched_on,
        *(facts.held + facts.missed + facts.planned),
        *(one.settled_on for one in facts.helps if one.settled_on),
        *([answered_on] if answered_on else []),
    ]
    return max((day for day in signs if day <= today), default=facts.launched_on)


def _is_left_alone(facts, today):
    return (
        not facts.is_launched(today)
        or facts.has_ended(today)
        or facts.next_planned(today) is not None
        or bool(facts.helps_open(today))
    )


def _newest(late):
    return max((s for s, days in AFTER_INTERVAL.items() if days <= late), default=None)


def _wrote_lately(before, rests, today):
    last = max((one.on for one in before), default=None)
    return last is not None and days_outside(rests, last, today) < BETWEEN_LETTERS


def _shortened(snooze):
    longest = snooze.start + LONGEST_SNOOZE
    return Span(snooze.start, min(snooze.end or longest, longest))
