"""The aid of an application: what is read of it, and what is kept."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from agency.core.clock import today
from grants.choices import ExpenseKind, IncomeKind, PerformanceStatus, ZoneCode
from grants.engine import VERSION
from grants.engine.inputs import hash_of
from grants.models import AidComputation, Application, SchemeVersion
from grants.services import computation
from tests.activities.factories import SeasonFactory
from tests.grants.factories import (
    ApplicationFactory,
    EmissionFactorFactory,
    ExpenseLineFactory,
    IncomeLineFactory,
    LegFactory,
    PerformanceFactory,
    RulesFactory,
    ShowFactory,
)

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def rules():
    return RulesFactory(full=True, cap_per_performance=300)


@pytest.fixture
def application(rules):
    """The example of C.6, in rows."""
    made = ApplicationFactory(rules=rules, requested=D(1000))
    PerformanceFactory(application=made, count=4)
    LegFactory(application=made, distance_km=590)
    for kind, quantity, amount in (
        (ExpenseKind.TRANSPORT_PEOPLE, 1180, "0.40"),
        (ExpenseKind.TRANSPORT_SET, 1180, "0.55"),
        (ExpenseKind.ACCOMMODATION, 18, "65"),
        (ExpenseKind.MEALS, 30, "19"),
    ):
        ExpenseLineFactory(
            application=made, category=kind, quantity=quantity, unit_amount=D(amount)
        )
    IncomeLineFactory(application=made, kind=IncomeKind.HOST, amount=D(800))
    return Application.objects.get(pk=made.pk)


def narrowed(rules, **limits):
    SchemeVersion.objects.filter(pk=rules.pk).update(**limits)


def test_example_of_the_reference(application):
    result = computation.preview(application)

    assert (result.base, result.subsidy) == (D(1853), D("1111.80"))
    assert (result.amount, result.binding) == (D(1000), "requested")


def test_preview_keeps_nothing(application):
    computation.preview(application)

    assert not AidComputation.objects.exists()
    assert Application.objects.get().computed is None


def test_compute_adds_a_row_and_keeps_those_before(application):
    first = computation.compute(application)
    application.expenses.filter(category=ExpenseKind.MEALS).delete()
    second = computation.compute(Application.objects.get(pk=application.pk), revision=2)

    assert [first.revision, second.revision] == [None, 2]
    assert application.computations.count() == 2
    assert first.amount == D(1000)
    assert Application.objects.get().computed == second.amount == D(760)
    assert first.engine_version == VERSION


def test_row_that_is_kept_is_verified_by_its_hash(application):
    row = AidComputation.objects.get(pk=computation.compute(application).pk)

    assert hash_of(row.inputs) == row.inputs_hash
    assert row.steps[-1]["rule"] == "result"
    kept = {step["line"]: D(step["amount"]) for step in row.steps if step["line"]}
    assert sum(kept.values()) == D(2653)
    assert set(kept) == set(application.expenses.values_list("pk", flat=True))


def test_same_application_same_hash(application):
    again = Application.objects.get(pk=application.pk)

    assert (
        computation.preview(application).inputs_hash
        == computation.preview(again).inputs_hash
    )


def test_dates_that_are_off_do_not_count(application):
    PerformanceFactory(
        application=application, count=9, status=PerformanceStatus.CANCELLED
    )
    PerformanceFactory(
        application=application, zone=ZoneCode.EUROPE, status="postponed"
    )

    given = computation.inputs_of(Application.objects.get(pk=application.pk))

    assert [(one.zone, one.count) for one in given.performances] == [("regions", 4)]


def test_distance_counts_each_stretch_once(application):
    LegFactory(application=application, distance_km=595, mode="truck")
    LegFactory(application=application, origin="BREST", destination="Toulouse")
    LegFactory(
        application=application,
        origin="Brest",
        destination="Quimper",
        distance_km=70,
        there_and_back=False,
    )

    fresh = Application.objects.get(pk=application.pk)

    assert computation.distance(fresh) == 2 * 595 + 70


def test_rapporteur_retains_with_a_reason(application):
    line = application.expenses.get(category=ExpenseKind.ACCOMMODATION)
    line.retained, line.retained_reason = D(900), "Trois nuits offertes"
    line.save()

    said = computation.preview(Application.objects.get(pk=application.pk))

    engine, override = said.line_steps[line.pk]
    assert (engine.after, override.delta) == (D(1080), D(-180))
    assert said.base == D(1673)


# --- What is taken already ------------------------------------------------------------
def other(application, **kwargs):
    """Another file of the scheme, before the commission already."""
    given = {"organisation": application.organisation, "computed": D(600)}
    # What the desk proposes is no concern of whoever reads the sums of another file.
    given["proposed"] = D(250)
    made = ApplicationFactory(rules=application.rules, scheduled=True, **given | kwargs)
    PerformanceFactory(
        application=made, day=application.performances.get().day, count=1
    )
    return made


def test_organisation_has_so_much_in_a_year(application, rules):
    narrowed(rules, cap_per_beneficiary_year=D(1000))
    other(application)
    other(application, organisation=ApplicationFactory().organisation)

    result = computation.preview(application)

    assert (result.amount, result.binding) == (D(400), "beneficiary_year")


def test_another_year_does_not_count(application, rules):
    narrowed(rules, cap_per_beneficiary_year=D(1000))
    day = application.performances.get().day
    other(application).performances.update(day=day - timedelta(days=370))

    assert computation.preview(application).amount == D(1000)


def test_draft_or_file_just_sent_holds_nothing(application, rules):
    narrowed(rules, cap_per_beneficiary_year=D(1000))
    made = ApplicationFactory(
        rules=rules,
        organisation=application.organisation,
        sent=True,
        computed=D(600),
    )
    PerformanceFactory(application=made, day=application.performances.get().day)

    assert computation.preview(application).amount == D(1000)


def test_show_has_so_much_in_a_season(application, rules):
    narrowed(rules, cap_per_show_season=D(900))
    other(application, show=application.show)
    other(application, show=ShowFactory(organisation=application.organisation))

    result = computation.preview(application)

    assert (result.amount, result.binding) == (D(300), "show_season")


def test_season_of_the_house_or_september_to_august():
    assert computation.season_of(date(2031, 8, 31)) == (
        date(2030, 9, 1),
        date(2031, 8, 31),
    )
    assert computation.season_of(date(2031, 9, 1))[0] == date(2031, 9, 1)

    SeasonFactory(starts_on=date(2031, 10, 1), ends_on=date(2032, 9, 30))

    assert computation.season_of(date(2031, 11, 2))[0] == date(2031, 10, 1)


# --- Pages -------------------------------------------------------------------------------
def test_result_and_kept_row_read_the_same(application):
    result = computation.preview(application)
    row = AidComputation.objects.get(pk=computation.compute(application).pk)

    pages = [
        render_to_string("grants/_computation.html", {"result": one})
        for one in (result, row)
    ]

    assert pages[0] == pages[1]
    assert "le montant demandé" in pages[0]


def test_as_many_queries_for_many_rows(application, django_assert_max_num_queries):
    for day in range(5):
        PerformanceFactory(
            application=application, day=today() + timedelta(days=day + 90)
        )
        ExpenseLineFactory(application=application)
        LegFactory(application=application)
    fresh = Application.objects.get(pk=application.pk)

    with django_assert_max_num_queries(10):
        computation.preview(fresh)


def test_footprint(application):
    EmissionFactorFactory(mode="van", unit="vehicle_km", kilograms=D("0.25"))

    found = computation.footprint(application)

    assert found.kilograms == 295
    assert "295" in render_to_string("grants/_carbon.html", {"footprint": found})
