"""How a pair is doing, from facts alone: dates, figures, never a word of theirs.

The table of references/people.md, c4. It is for the agency: a colour says whom to call
first, it judges nobody, and it is never shown to the pair, since it tells of answers
that one does not show the other. What the table leaves open is settled so:

- 45 and 75 days are those of the usual interval of 30. Silence is orange from the day
  after interval + 15: a shorter interval leaves no gap, a longer one is not orange while
  it is still in its rhythm. It is red after 75 days, and never before interval + 45.
- A meeting planned within 15 days is no silence. One planned later, within interval +
  15, holds silence at orange; farther away it says nothing yet. A planned day that went
  by and was not logged counts for nothing.
- Until the first meeting silence begins on the day of the launch. Thirty days are given:
  orange on the 31st, even if a date is set, for the table says "held".
- Of each side the last answer to the barometer counts. "To be seen" alone is no alert.
- "No open alert" means: no other line of the table holds.
- Red goes before orange. A rest (quiet period, pause) goes before what time did: silence,
  agreement, first meeting, missed ones, a 3. It never hides who asked for help, nor a low
  answer: nobody is to be nudged in August, which is no reason to let somebody wait until
  September. A pause was agreed with the pair, so it has answered the barometer that came
  before it; and the end answers all but a request for help, which somebody must settle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mentoring.choices import Side
from mentoring.health.days import Span, days_inside, days_outside, in_any

# Days, outside rests.
AFTER_INTERVAL = 15
PLANNED_SOON = 15
SILENT, SILENT_AFTER_INTERVAL = 75, 45
FIRST_MEETING = 30
UNSIGNED = 15
# Of 5.
LOW, MIDDLING = 2, 3
MISSED = 2


class Colour(TextChoices):
    """The order in which the agency looks at them."""

    RED = "red", _("To call")
    ORANGE = "orange", _("To watch")
    GREEN = "green", _("In rhythm")
    GREY = "grey", _("At rest")


class Fit(TextChoices):
    """How the pair goes together, for one of the two."""

    WORKS = "works", _("It works")
    UNSURE = "unsure", _("To be seen")
    FAILS = "fails", _("It does not work")


class Code(StrEnum):
    """Why a colour, in the order in which it is said."""

    HELP = "help"
    FAILS = "fails"
    LOW = "low"
    MISSED = "missed"
    LONG_SILENT = "long_silent"
    FIRST = "first"
    SILENT = "silent"
    UNSIGNED = "unsigned"
    MIDDLING = "middling"
    ENDED = "ended"
    PAUSED = "paused"
    QUIET = "quiet"
    MET = "met"
    PLANNED = "planned"
    LAUNCHED = "launched"
    TO_LAUNCH = "to_launch"


class Action(TextChoices):
    """What the officer may do next."""

    ANSWER = "answer", _("Call whoever asked for help, within two days.")
    LISTEN = (
        "listen",
        _(
            "Call each of the two within two days; tell neither what the other answered."
        ),
    )
    CALL = "call", _("Call the pair: how is it going, and which date would suit?")
    MEET = "meet", _("Offer help with a date or a place for the first meeting.")
    REMIND = "remind", _("Leave it to the reminders for now.")
    SIGN = "sign", _("Ask what keeps the agreement from being signed.")
    LAUNCH = "launch", _("See to it that the three sign the agreement.")
    NEWS = "news", _("Ask for news when there is an occasion.")
    WAIT = "wait", _("Nothing for now: a meeting is planned.")
    REST = "rest", _("Nothing while this lasts.")
    NOTHING = "nothing", _("Nothing to do.")


RED = (Code.HELP, Code.FAILS, Code.LOW, Code.MISSED, Code.LONG_SILENT)
ORANGE = (Code.FIRST, Code.SILENT, Code.UNSIGNED, Code.MIDDLING)
GREY = (Code.ENDED, Code.PAUSED, Code.QUIET)
ACTIONS = {
    Code.HELP: Action.ANSWER,
    Code.FAILS: Action.LISTEN,
    Code.LOW: Action.LISTEN,
    Code.MISSED: Action.CALL,
    Code.LONG_SILENT: Action.CALL,
    Code.FIRST: Action.MEET,
    Code.SILENT: Action.REMIND,
    Code.UNSIGNED: Action.SIGN,
    Code.MIDDLING: Action.NEWS,
    Code.PAUSED: Action.REST,
    Code.QUIET: Action.REST,
    Code.TO_LAUNCH: Action.LAUNCH,
}


# --- What is known of a pair ---------------------------------------------------
@dataclass(frozen=True)
class Pulse:
    """An answer to the barometer, from one to five."""

    day: date
    level: int
    fit: Fit = Fit.WORKS
    side: Side = Side.MENTEE


@dataclass(frozen=True)
class Help:
    """A request for help; it is open until the day on which somebody settled it."""

    asked_on: date
    settled_on: date | None = None

    def is_open(self, today: date) -> bool:
        settled = self.settled_on is not None and self.settled_on <= today
        return self.asked_on <= today and not settled


@dataclass(frozen=True)
class Facts:
    """What the rules may know. What lies after ``today`` has not happened yet.

    ``held``, ``planned`` and ``missed`` are days of meetings in that state today;
    ``ends_on`` is the first day on which the pair is no more, foreseen or not.
    """

    launched_on: date | None
    interval_days: int = 30
    held: tuple[date, ...] = ()
    planned: tuple[date, ...] = ()
    missed: tuple[date, ...] = ()
    agreement_since: date | None = None
    agreement_signed_on: date | None = None
    pulses: tuple[Pulse, ...] = ()
    helps: tuple[Help, ...] = ()
    pauses: tuple[Span, ...] = ()
    ends_on: date | None = None

    @property
    def rhythm(self) -> int:
        """How long the pair may go without meeting and be in time."""
        return self.interval_days + AFTER_INTERVAL

    def is_launched(self, today: date) -> bool:
        return self.launched_on is not None and self.launched_on <= today

    def has_ended(self, today: date) -> bool:
        return self.ends_on is not None and self.ends_on <= today

    def last_held(self, today: date) -> date | None:
        return max((day for day in self.held if day <= today), default=None)

    def next_planned(self, today: date) -> date | None:
        return min((day for day in self.planned if day >= today), default=None)

    def missed_in_a_row(self, today: date) -> int:
        """Since the last one held; logged by both, a day is missed once."""
        held = self.last_held(today) or date.min
        return len({day for day in self.missed if held < day <= today})

    def helps_open(self, today: date) -> list[Help]:
        return [one for one in self.helps if one.is_open(today)]

    def last_pulses(self, today: date) -> list[Pulse]:
        """The last answer of each side; of one day all of them."""
        known = [pulse for pulse in self.pulses if pulse.day <= today]
        last = {}
        for pulse in known:
            last[pulse.side] = max(pulse.day, last.get(pulse.side, pulse.day))
        return [pulse for pulse in known if pulse.day == last[pulse.side]]


# --- What comes of it ----------------------------------------------------------
@dataclass(frozen=True)
class Reason:
    """Why, with its figure; ``resting`` days lay between and were not counted."""

    code: Code
    number: int = 0
    resting: int = 0


@dataclass(frozen=True)
class Health:
    colour: Colour
    reasons: tuple[Reason, ...]
    action: Action


def colour(facts: Facts, quiet: Iterable[Span], today: date) -> Health:
    """The health of a pair on that day: the same facts, the same colour, in any order."""
    pair = _Pair(facts, tuple(quiet), today)
    resting = pair.resting()
    if resting:
        reasons = [*pair.voices(), *resting]
    else:
        reasons = [*pair.voices(), *pair.lateness(), *pair.signs()]
        reasons = reasons or pair.good_news()
    order = list(Code)
    reasons = tuple(sorted(reasons, key=lambda one: order.index(one.code)))
    return Health(_colour_of(reasons), reasons, pair.action(reasons))


def _colour_of(reasons):
    codes = {reason.code for reason in reasons}
    for found, among in ((Colour.RED, RED), (Colour.GREY, GREY)):
        if codes.intersection(among):
            return found
    return Colour.ORANGE if codes.intersection(ORANGE) else Colour.GREEN


@dataclass(frozen=True)
class _Pair:
    facts: Facts
    quiet: tuple[Span, ...]
    today: date

    @property
    def rests(self):
        return (*self.quiet, *self.facts.pauses)

    def since(self, code, day):
        """A reason with the days that count from ``day`` to today."""
        span = (self.rests, day, self.today)
        return Reason(code, days_outside(*span), days_inside(*span))

    def ahead(self):
        """How many days that count lie before the next meeting; None without one."""
        day = self.facts.next_planned(self.today)
        return None if day is None else days_outside(self.rests, self.today, day)

    # --- Rests
    def resting(self):
        if self.facts.has_ended(self.today):
            return [Reason(Code.ENDED)]
        rests = {Code.PAUSED: self.facts.pauses, Code.QUIET: self.quiet}
        return [Reason(c) for c, spans in rests.items() if in_any(spans, self.today)]

    # --- What somebody said, and waits for an answer to
    def voices(self):
        if helps := self.facts.helps_open(self.today):
            first = min(one.asked_on for one in helps)
            yield Reason(Code.HELP, (self.today - first).days)
        pulses = self._unanswered()
        if sides := {pulse.side for pulse in pulses if pulse.fit == Fit.FAILS}:
            yield Reason(Code.FAILS, len(sides))
        level = min((pulse.level for pulse in pulses), default=5)
        if level <= LOW:
            yield Reason(Code.LOW, level)

    def _unanswered(self):
        if self.facts.has_ended(self.today):
            return []
        pauses = [one.start for one in self.facts.pauses if one.holds(self.today)]
        paused = max(pauses, default=date.min)
        return [p for p in self.facts.last_pulses(self.today) if p.day >= paused]

    # --- What time did
    def lateness(self):
        if self.facts.is_launched(self.today):
            yield from self._silence()
        facts = self.facts
        signed = facts.agreement_signed_on
        if facts.agreement_since and (signed is None or signed > self.today):
            late = self.since(Code.UNSIGNED, facts.agreement_since)
            if late.number > UNSIGNED:
                yield late

    def _silence(self):
        facts, ahead = self.facts, self.ahead()
        held = facts.last_held(self.today)
        since = max(facts.launched_on, held or date.min)
        first = self.since(Code.FIRST, since)
        never = held is None and first.number > FIRST_MEETING
        if never:
            yield first
        longest = max(SILENT, facts.interval_days + SILENT_AFTER_INTERVAL)
        if first.number > longest and (ahead is None or ahead > facts.rhythm):
            yield self.since(Code.LONG_SILENT, since)
        elif first.number > facts.rhythm and not never and not self._soon():
            yield self.since(Code.SILENT, since)

    def _soon(self):
        ahead = self.ahead()
        return ahead is not None and ahead <= PLANNED_SOON

    def signs(self):
        """Meetings that did not take place, and an answer in the middle."""
        missed = self.facts.missed_in_a_row(self.today)
        if missed >= MISSED:
            yield Reason(Code.MISSED, missed)
        pulses = self.facts.last_pulses(self.today)
        if any(pulse.level == MIDDLING for pulse in pulses):
            yield Reason(Code.MIDDLING, MIDDLING)

    # --- All is well
    def good_news(self):
        facts = self.facts
        if not facts.is_launched(self.today):
            return [Reason(Code.TO_LAUNCH)]
        found = []
        if held := facts.last_held(self.today):
            found.append(self.since(Code.MET, held))
        if planned := facts.next_planned(self.today):
            found.append(Reason(Code.PLANNED, (planned - self.today).days))
        return found or [self.since(Code.LAUNCHED, facts.launched_on)]

    def action(self, reasons):
        first = reasons[0].code
        planned = self.ahead() is not None and self.ahead() <= self.facts.rhythm
        if planned and first in (Code.FIRST, Code.SILENT):
            return Action.WAIT
        return ACTIONS.get(first, Action.NOTHING)
