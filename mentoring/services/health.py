"""How pairs are doing: their facts, read for many at once, and the colour that follows.

The rules are those of mentoring.health, which know no model; nothing here decides.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta

from agency.core.clock import today
from agency.core.dates import as_day
from agency.mail.models import QuietPeriod
from mentoring.choices import AlertCause
from mentoring.health import colours
from mentoring.health.colours import Facts, Health, Help, Pulse
from mentoring.health.days import Span
from mentoring.health.sentences import sentences
from mentoring.models import (
    EditionDetails,
    Pair,
    PairAgreement,
    PairAlert,
    PairMeeting,
    Pause,
    PulseCheck,
)
from mentoring.states import MeetingState

DAY = timedelta(days=1)


@dataclass(frozen=True)
class PairHealth:
    """A pair with its colour, why, and every alert there was about it."""

    pair: Pair
    facts: Facts
    health: Health
    every_alert: tuple[PairAlert, ...] = ()

    @property
    def alerts(self):
        """Those that wait for its officer."""
        return tuple(one for one in self.every_alert if one.is_waiting)

    @property
    def colour(self):
        return self.health.colour

    @property
    def sentences(self):
        """Why, the weightiest first: facts in French sentences, for the officer."""
        return sentences(self.health)

    @property
    def is_resting(self):
        """In a quiet period, or a pause: what time did is not looked at."""
        return any(one.code in colours.GREY for one in self.health.reasons)

    @property
    def action(self):
        """What the officer may do next; its ``label`` is a sentence."""
        return self.health.action


# --- Many pairs, as many questions as for one --------------------------------------
def quiet_spans():
    """The quiet periods of the house, as spans: one query."""
    rows = QuietPeriod.objects.values_list("starts_on", "ends_on")
    return tuple(Span.through(*row) for row in rows.order_by("starts_on", "pk"))


def pairs_health(pairs, *, quiet=None):
    """``pairs`` as ``PairHealth``, the reddest first, then as the pairs came.

    ``quiet``: what ``quiet_spans`` gave, when the caller has read them.
    """
    pairs = list(pairs)
    quiet = quiet_spans() if quiet is None else quiet
    day, alerts = today(), alerts_of(pairs)
    facts = facts_of(pairs, alerts=alerts)
    rows = [
        PairHealth(
            pair,
            facts[pair.pk],
            colour_of(facts[pair.pk], quiet, day),
            tuple(alerts[pair.pk]),
        )
        for pair in pairs
    ]
    order = list(colours.Colour)
    return sorted(rows, key=lambda row: order.index(row.colour))


def health_of(pair):
    """The one pair as ``PairHealth``."""
    return pairs_health([pair])[0]


def colour_of(facts, quiet=None, day=None):
    """The ``Health`` that follows from ``facts``: today, and in our quiet periods."""
    quiet = quiet_spans() if quiet is None else quiet
    return colours.colour(facts, quiet, day or today())


def alerts_of(pairs):
    """Every alert, settled ones too, by the key of its pair: one query."""
    found = defaultdict(list)
    rows = PairAlert.objects.filter(pair__in=[one.pk for one in pairs])
    for alert in rows.defer("words", "note").order_by("opened_at", "pk"):
        found[alert.pair_id].append(alert)
    return found


def facts_of(pairs, *, alerts=None):
    """``Facts`` of each of ``pairs`` by its key, in as many queries for any number.

    ``alerts``: what ``alerts_of`` gave, when the caller has read them.
    """
    pairs = list(pairs)
    alerts = alerts_of(pairs) if alerts is None else alerts
    known = _Known(pairs)
    return {pair.pk: known.facts(pair, alerts[pair.pk]) for pair in pairs}


def _details_of(pairs):
    """Those of the editions of ``pairs``: asked for where they were not read along."""
    known = {pair.activity_id: _read_along(pair) for pair in pairs}
    missing = [key for key, details in known.items() if details is None]
    return known | (EditionDetails.objects.in_bulk(missing) if missing else {})


def _read_along(pair):
    activity = pair._state.fields_cache.get("activity")
    return activity and activity._state.fields_cache.get("mentoring")


class _Known:
    """What was read of the pairs, each by its key."""

    def __init__(self, pairs):
        keys = [pair.pk for pair in pairs]
        self.details = _details_of(pairs)
        self.meetings = defaultdict(lambda: defaultdict(list))
        rows = PairMeeting.objects.filter(pair__in=keys).order_by("day")
        for pair, state, day in rows.values_list("pair", "state", "day"):
            self.meetings[pair][state].append(day)
        self.pulses = defaultdict(list)
        answers = PulseCheck.objects.filter(pair__in=keys).answered().order_by("pk")
        for pair, *said in answers.values_list(
            "pair", "answered_at", "level", "fit", "side"
        ):
            self.pulses[pair].append(Pulse(as_day(said[0]), *said[1:]))
        self.agreements = _agreements(pairs)
        self.pauses = defaultdict(list)
        for pause in Pause.objects.filter(pair__in=keys).order_by("starts_on"):
            self.pauses[pause.pair_id].append(pause.span)

    def facts(self, pair, alerts):
        details = self.details.get(pair.activity_id)
        days = {state: tuple(of) for state, of in self.meetings[pair.pk].items()}
        facts = Facts(
            launched_on=_day(pair.activated_at),
            held=days.get(MeetingState.HELD, ()),
            planned=days.get(MeetingState.PLANNED, ()),
            missed=days.get(MeetingState.MISSED, ()),
            pulses=tuple(self.pulses[pair.pk]),
            helps=tuple(_help(one) for one in alerts if one.cause == AlertCause.HELP),
            pauses=(*self.pauses[pair.pk], *_paused(pair)),
            ends_on=_ends_on(pair, details),
            **self.agreement(pair),
        )
        return replace(facts, interval_days=details.interval_days) if details else facts

    def agreement(self, pair):
        """Since when it waits, and the day of the third signature.

        Without one yet, it is the agency's to prepare: since both said yes, and as long
        as the pair has not begun without.
        """
        accepted = (pair.mentor_accepted_at, pair.mentee_accepted_at)
        if None in accepted:
            return {}
        waits = (as_day(max(accepted)), _day(pair.activated_at))
        since, signed_on = self.agreements.get(pair.pk, waits)
        return {"agreement_since": since, "agreement_signed_on": signed_on}


def _agreements(pairs):
    """(since when, signed on) of what is in force, by pair: annotated, or one query."""
    if all(hasattr(pair, "agreement_since") for pair in pairs):
        days = [(p.pk, p.agreement_since, p.agreement_signed_at) for p in pairs]
    else:
        rows = PairAgreement.objects.in_force().filter(pair__in=[p.pk for p in pairs])
        days = rows.order_by("pk").values_list("pair", "prepared_at", "signed_at")
    return {pair: (as_day(since), _day(at)) for pair, since, at in days if since}


def _day(moment):
    return moment and as_day(moment)


def _help(alert):
    return Help(as_day(alert.opened_at), _day(alert.settled_at))


def _paused(pair):
    """The pause that lasts."""
    return () if pair.paused_at is None else (Span(as_day(pair.paused_at)),)


def _ends_on(pair, details):
    """The first day without the pair: that of its end, or that after the year."""
    if pair.ended_at is not None:
        return as_day(pair.ended_at)
    last = details and details.ends_on
    return last + DAY if last else None
