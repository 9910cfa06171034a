"""The facts of many pairs as their rows tell them, and what the desk reads of it."""

from datetime import timedelta

import pytest

from agency.core.clock import now, today
from agency.mail.models import QuietPeriod
from mentoring.health.colours import Code, Colour, Fit
from mentoring.models import Pair, PairAgreement
from mentoring.services import health, pairs
from mentoring.states import JOINED
from tests.mentoring.agreements import pending_pair
from tests.mentoring.factories import (
    PairAlertFactory,
    PairFactory,
    PairMeetingFactory,
    PulseCheckFactory,
    RunningEditionFactory,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def of_edition(edition):
    rows = Pair.objects.filter(activity=edition, state__in=JOINED).with_agreement()
    return health.pairs_health(rows.select_related("activity", "mentor", "mentee"))


def codes(row):
    return [reason.code for reason in row.health.reasons]


def test_the_facts_of_a_pair_are_those_of_its_rows():
    pair = PairFactory(active=True, activity__details={"interval_days": 21})
    for state, ago in (("held", 40), ("missed", 12), ("planned", -9), ("cancelled", 3)):
        minutes = 60 if state == "held" else None
        day = today() - ago * DAY
        PairMeetingFactory(pair=pair, state=state, day=day, minutes=minutes)
    PulseCheckFactory(pair=pair, side="mentor", answered=True, level=2)
    PulseCheckFactory(pair=pair)
    PairAlertFactory(pair=pair, cause="help", side="mentee")
    PairAlertFactory(pair=pair, cause="pulse", side="mentor")

    facts = health.facts_of([pair])[pair.pk]

    assert facts.interval_days == 21
    assert facts.launched_on == today() - 90 * DAY
    assert facts.held == (today() - 40 * DAY,)
    assert facts.missed == (today() - 12 * DAY,)
    assert facts.planned == (today() + 9 * DAY,)
    assert [(p.level, p.fit, p.side) for p in facts.pulses] == [
        (2, Fit.WORKS, "mentor")
    ]
    assert [one.settled_on for one in facts.helps] == [None]
    assert facts.agreement_signed_on == facts.launched_on
    assert facts.ends_on == pair.activity.mentoring.ends_on + DAY


def test_a_pause_is_a_span_while_it_lasts_and_after():
    pair = PairFactory(active=True)
    pairs.pause(pair)
    [span] = health.facts_of([pair])[pair.pk].pauses
    assert (span.start, span.end) == (today(), None)
    assert health.health_of(pair).colour == Colour.GREY

    type(pair).objects.filter(pk=pair.pk).update(paused_at=now() - 20 * DAY)
    pair.refresh_from_db()
    pairs.resume(pair)

    [span] = health.facts_of([pair])[pair.pk].pauses
    assert (span.start, span.end) == (today() - 20 * DAY, today())


def test_an_edition_is_read_the_reddest_first():
    edition = RunningEditionFactory()
    green, red = PairFactory.create_batch(2, active=True, activity=edition)
    PairMeetingFactory(pair=green)
    PairFactory(notified=True, activity=edition)
    alert = PairAlertFactory(pair=red, cause="help", side="mentee")

    rows = of_edition(edition)

    assert [row.pair for row in rows] == [red, green]
    assert [row.colour for row in rows] == [Colour.RED, Colour.GREEN]
    assert rows[0].alerts == (alert,)
    assert codes(rows[0])[0] == Code.HELP
    assert rows[0].sentences[0] == "De l\u2019aide a été demandée aujourd\u2019hui."


def test_an_agreement_waits_from_the_day_it_was_prepared():
    pair = pending_pair()
    PairAgreement.objects.filter(pair=pair).update(prepared_at=now() - 16 * DAY)
    row = health.health_of(pair)
    assert (codes(row), row.colour) == ([Code.UNSIGNED], Colour.ORANGE)

    PairAgreement.objects.filter(pair=pair).update(signed_at=now() - 2 * DAY)

    assert health.facts_of([pair])[pair.pk].agreement_signed_on == today() - 2 * DAY
    assert health.health_of(pair).colour == Colour.GREEN


def test_a_quiet_period_is_a_rest():
    pair = PairFactory(active=True)
    QuietPeriod.objects.create(
        label="Avignon", starts_on=today() - 3 * DAY, ends_on=today()
    )

    assert health.health_of(pair).colour == Colour.GREY


@pytest.mark.parametrize("rows", [1, 4])
def test_many_pairs_are_read_in_as_many_queries(django_assert_num_queries, rows):
    edition = RunningEditionFactory()
    for _number in range(rows):
        pair = PairFactory(active=True, activity=edition)
        PairMeetingFactory(pair=pair)
        PulseCheckFactory(pair=pair, answered=True)
        PairAlertFactory(pair=pair)

    # pairs, quiet periods, alerts, details, meetings, pulses, pauses
    with django_assert_num_queries(7):
        [(row.sentences, row.alerts) for row in of_edition(edition)]
