"""Where the money of a sitting goes: exact shares, targets, and who applies at last."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from agency.core.clock import now
from agency.people.models import Territory
from grants.choices import Discipline, ZoneCode
from grants.services import balance
from tests.grants.commission import in_review, presented
from tests.grants.factories import (
    ApplicationFactory,
    PerformanceFactory,
    RulesFactory,
    ShowFactory,
    ZoneFactory,
)
from tests.people.factories import OrganisationFactory

D = Decimal
euros = st.decimals(0, 100_000, places=2)


def rules_60_20_10_10():
    rules = RulesFactory()
    aimed = (60, 20, 10, 10)
    for order, (code, target) in enumerate(zip(balance.FILLS, aimed, strict=False), 1):
        ZoneFactory(rules=rules, order=order, code=code, target=target)
    return rules


def playing(rules, sitting, *zones, **traits):
    """A file on the agenda that plays there: (zone, performances)."""
    one = presented(sitting, rules=rules, **traits)
    for zone, count in zones:
        PerformanceFactory(application=one, zone=zone, count=count)
    return one


@pytest.fixture
def sitting(db):
    return in_review()


@given(st.lists(euros, max_size=12))
def test_percents_make_a_hundred(amounts):
    shares = balance.percents(amounts)

    assert sum(shares) == (100 if sum(amounts) else 0)
    for share, amount in zip(shares, amounts, strict=True):
        assert share == int(share)
        assert amount or not share
        if sum(amounts):
            assert abs(share - 100 * amount / sum(amounts)) < 1


@given(euros, st.lists(st.integers(0, 100), min_size=1, max_size=8))
def test_an_amount_is_split_to_the_cent(amount, weights):
    parts = balance.split(amount, weights)

    assert sum(parts) == (amount if sum(weights) else 0)
    assert all(part >= 0 for part in parts)


def test_the_largest_remainder_wins_and_then_the_first():
    assert balance.percents([D(1), D(1), D(1)]) == [34, 33, 33]
    assert balance.percents([D("27270"), D("7400"), D("5430"), D("5800")]) == [
        *(59, 16, 12, 13)
    ]


def test_zones_are_split_by_performances_and_measured_against_the_targets(sitting):
    rules = rules_60_20_10_10()
    one = playing(rules, sitting, (ZoneCode.REGIONS, 3), (ZoneCode.EUROPE, 1))
    two = playing(rules, sitting, (ZoneCode.REGIONS, 2))
    three = playing(rules, sitting, (ZoneCode.INTERNATIONAL, 1))

    made = balance.of(
        [(one.pk, D(4000)), (two.pk, D(5000)), (three.pk, D(1000))], rules
    )

    told = [
        (row.key, row.files, row.amount, row.share, row.target, row.gap)
        for row in made.zones.rows
    ]
    assert told == [
        ("regions", 2, D(8000), 80, 60, 20),
        ("idf", 0, D(0), 0, 20, -20),
        ("europe", 1, D(1000), 10, 10, 0),
        ("international", 1, D(1000), 10, 10, 0),
    ]
    assert [row.gap_said for row in made.zones.rows] == ["+20", "\u221220", "0", "0"]
    assert (made.zones.files, made.zones.amount) == (3, D(10000))
    assert made.zones.target == 100
    assert made.zones.aim["figures"] == "60-20-10-10"


def test_a_performance_that_is_called_off_moves_nobody(sitting):
    one = playing(None, sitting, (ZoneCode.REGIONS, 1))
    PerformanceFactory(application=one, zone=ZoneCode.EUROPE, status="cancelled")

    made = balance.of([(one.pk, D(100))])

    assert [(row.key, row.amount) for row in made.zones.rows] == [("regions", D(100))]


def test_a_file_without_performances_has_no_zone(sitting):
    one, two = playing(None, sitting), playing(None, sitting, (ZoneCode.HOME, 1))

    made = balance.of([(one.pk, D(30)), (two.pk, D(70))])

    assert [(row.key, row.share) for row in made.zones.rows] == [
        *(("home", 70), (balance.UNKNOWN, 30))
    ]
    assert not made.zones.has_targets
    assert {row.gap for row in made.zones.rows} == {None}


def test_a_zone_near_and_far_has_one_target(db):
    rules = RulesFactory()
    ZoneFactory(rules=rules, order=1, from_km=0, target=None)
    ZoneFactory(rules=rules, order=2, from_km=500, target=60)
    ZoneFactory(rules=rules, order=3, from_km=900, target=50)
    ZoneFactory(rules=rules, order=4, code=ZoneCode.EUROPE, target=None)

    assert balance.targets(rules) == {"regions": 60, "europe": None}
    assert [row.key for row in balance.of([], rules).zones.rows] == ["regions"]


@pytest.mark.parametrize("amount", [D(0), None])
def test_nothing_to_share_leaves_targets_and_no_gap(sitting, amount):
    rules = rules_60_20_10_10()
    one = playing(rules, sitting, (ZoneCode.REGIONS, 2))

    for made in (balance.of([], rules), balance.of([(one.pk, amount)], rules)):
        assert made.zones.amount == 0
        assert made.zones.done_parts == []
        assert [part["width"] for part in made.zones.aimed_parts] == [
            *(600, 200, 100, 100)
        ]
        assert {(row.share, row.gap) for row in made.zones.rows} == {(0, None)}


def test_departements_come_from_the_directory_or_the_postal_code(sitting):
    herault = Territory.objects.create(code="34", name="Hérault", kind="departement")
    region = Territory.objects.create(code="R76", name="Occitanie", kind="region")
    houses = [
        OrganisationFactory(territory=herault, postal_code="75011"),
        OrganisationFactory(territory=region, postal_code="34 000"),
        OrganisationFactory(territory=None, postal_code="20167"),
        OrganisationFactory(territory=None, postal_code=""),
    ]
    lines = [
        (presented(sitting, organisation=house).pk, D(amount))
        for house, amount in zip(houses, (100, 200, 400, 300), strict=True)
    ]

    made = balance.of(lines).departements

    assert [(row.key, row.files, row.amount) for row in made.rows[:2]] == [
        *(("2A", 1, D(400)), ("34", 2, D(300)))
    ]
    assert "2A" in made.rows[0].label
    assert made.rows[1].label == "Hérault"
    assert (made.rows[2].key, made.rows[2].share) == (balance.UNKNOWN, 30)


@pytest.mark.parametrize(
    ("postal_code", "code"),
    [
        *(("31000", "31"), ("01 000", "01"), ("20000", "2A"), ("20200", "2B")),
        *(("97410", "974"), ("98800", "988"), ("", ""), ("3100", ""), ("AB123", "")),
    ],
)
def test_a_postal_code_tells_its_departement(postal_code, code):
    assert balance.departement_code(postal_code) == code


def test_disciplines_are_those_of_the_shows(sitting):
    dance = ShowFactory(discipline=Discipline.DANCE)
    one = presented(sitting, show=dance, organisation=dance.organisation)
    two = presented(sitting, show=None)

    made = balance.of([(one.pk, D(10)), (two.pk, D(90))]).disciplines

    # Unknown comes last, however much it weighs.
    assert [(row.key, row.share) for row in made.rows] == [("dance", 10), ("", 90)]


def test_a_newcomer_never_sent_anything_for_an_earlier_sitting(sitting):
    known, fresh, twice = OrganisationFactory.create_batch(3)
    past = now() - timedelta(days=300)
    ApplicationFactory(withdrawn=True, organisation=known, submitted_at=past)
    # What is not sent, sent later, or sent for the same sitting says nothing.
    ApplicationFactory(organisation=fresh)
    ApplicationFactory(
        sent=True, organisation=fresh, submitted_at=now() + timedelta(days=9)
    )
    ApplicationFactory(
        inadmissible=True, organisation=twice, sitting=sitting, submitted_at=past
    )
    lines = [
        (presented(sitting, organisation=house).pk, D(100))
        for house in (known, fresh, twice)
    ]

    made = balance.of(lines).newcomers

    assert [(row.key, row.files) for row in made.rows] == [("new", 2), ("known", 1)]


@pytest.mark.parametrize("count", [1, 5])
def test_four_queries_whatever_the_number_of_files(
    sitting, count, django_assert_num_queries
):
    rules = rules_60_20_10_10()
    lines = [
        (playing(rules, sitting, (ZoneCode.REGIONS, 1)).pk, D(100))
        for _one in range(count)
    ]

    with django_assert_num_queries(4):
        made = balance.of(lines, rules)

    assert made.zones.files == count


def test_bars_and_table_are_drawn_without_a_style(sitting):
    rules = rules_60_20_10_10()
    one = playing(rules, sitting, (ZoneCode.EUROPE, 2))
    made = balance.of([(one.pk, D(5430))], rules)

    with translation.override("fr"):
        page = render_to_string("grants/_balance_zones.html", {"zones": made.zones})

    assert "60-20-10-10" in page
    assert "5\u202f430\u00a0€" in page
    assert "style=" not in page
    assert page.count('id="zones-seance"') == page.count('id="zones-cible"') == 1
