"""The simulator: no account, nothing kept, the answer in the address."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agency.core.clock import today
from grants.choices import ExpenseKind, TransportMode
from grants.models import AidComputation, ExpenseCategory
from grants.services import computation, simulation
from grants.services.simulation import Tour
from tests.grants.factories import (
    EmissionFactorFactory,
    RateScaleFactory,
    RulesFactory,
)

pytestmark = pytest.mark.django_db
TOUR = {
    "zone": "regions",
    "performances": "4",
    "km": "1 180",
    "mode": "van",
    "people": "6",
    "set_mode": "truck",
    "nights": "18",
    "meals": "30",
    "host": "800",
    "requested": "1000",
}


@pytest.fixture
def rules():
    return RulesFactory(full=True, cap_per_performance=300)


def ask(client, rules, **changes):
    address = reverse("grants:simulator", args=[rules.scheme.slug])
    return client.get(address, TOUR | changes)


def simulated(answer):
    return answer.context["simulated"]


def test_empty_form_asks(client, rules):
    answer = client.get(reverse("grants:simulator", args=[rules.scheme.slug]))

    assert answer.status_code == 200
    assert simulated(answer) is None
    assert "Calculer l’aide" in answer.text


def test_example_of_the_reference(client, rules):
    answer = ask(client, rules)

    assert simulated(answer).result.base == Decimal(1853)
    assert simulated(answer).result.amount == Decimal(1000)
    assert "le montant demandé" in answer.text
    assert "Deux représentations au moins." in answer.text
    assert not AidComputation.objects.exists()


def test_address_may_be_shared(client, rules):
    first = ask(client, rules)
    again = client.get(first.request["PATH_INFO"] + "?" + first.request["QUERY_STRING"])

    assert again.text == first.text


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1000", 1000),
        ("1 000", 1000),
        ("1\u202f000,00\xa0€", 1000),
        ("760,50", 760),
        ("0", 0),
        ("", 1110),
    ],
)
def test_amounts_as_people_type_them(client, rules, typed, amount):
    answer = ask(client, rules, requested=typed)

    assert simulated(answer).result.amount == amount


@pytest.mark.parametrize("typed", ["-5", "−5", "999999999999999", "mille", "1,234"])
@pytest.mark.parametrize("field", ["host", "requested"])
def test_amount_that_is_none_gets_a_sentence(client, rules, field, typed):
    answer = ask(client, rules, **{field: typed})

    assert simulated(answer) is None
    assert len(answer.context["form"].errors[field]) == 1
    assert "Rien n’est perdu" in answer.text


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        *[("km", typed) for typed in ("0", "-3", "1,5", "100000", "9" * 5000, "a")],
        *[("performances", typed) for typed in ("", "0", "101", "²")],
        *[("people", typed) for typed in ("0", "201")],
        *[("nights", typed) for typed in ("-1", "1e3")],
        *[("zone", typed) for typed in ("", "mars")],
        *[("mode", typed) for typed in ("", "balai")],
    ],
)
def test_figure_that_is_none_gets_a_sentence(client, rules, field, typed):
    answer = ask(client, rules, **{field: typed})

    assert simulated(answer) is None
    assert answer.context["form"].errors[field]


def test_co2_beside_the_cost(client, rules):
    EmissionFactorFactory(mode="van", unit="vehicle_km", kilograms=Decimal("0.25"))
    EmissionFactorFactory(mode="truck", unit="vehicle_km", kilograms=Decimal("0.5"))

    answer = ask(client, rules)

    assert simulated(answer).footprint.kilograms == 885
    assert "885" in answer.text
    assert "Exemple, 2020" in answer.text


def test_what_is_not_paid_is_not_asked(client, rules):
    ExpenseCategory.objects.filter(code=ExpenseKind.MEALS).update(eligible=False)
    answer = ask(client, rules)

    assert "meals" not in answer.context["form"].fields
    assert simulated(answer).result.retained == Decimal(2653 - 570)


@pytest.mark.parametrize(
    ("mode", "people", "vehicles"),
    [("van", 9, 1), ("van", 10, 2), ("car", 6, 2), ("train", 6, 0)],
)
def test_vehicles_of_a_party(mode, people, vehicles):
    tour = Tour("regions", 2, 100, mode, people)

    assert tour.vehicles == vehicles


def test_each_traveller_pays_a_fare_and_a_vehicle_is_paid_once(rules):
    category = ExpenseCategory.objects.get(code=ExpenseKind.TRANSPORT_PEOPLE)
    RateScaleFactory(
        category=category, mode=TransportMode.TRAIN, amount=Decimal("0.10")
    )

    def retained(mode):
        tour = Tour("regions", 2, 1000, mode, 6)
        return simulation.simulate(computation.whole(rules.pk), tour).result.retained

    assert retained("train") == Decimal(600)
    assert retained("van") == Decimal(300)


def test_no_rate_leaves_the_expense_out(rules, client):
    ExpenseCategory.objects.get(code=ExpenseKind.MEALS).scales.all().delete()

    assert simulated(ask(client, rules)).unpriced == ["Repas"]


def test_rules_of_today(client, rules):
    before = rules.valid_from
    rules.__class__.objects.filter(pk=rules.pk).update(valid_until=before)

    assert ask(client, rules).status_code == 404


@pytest.mark.parametrize("name", ["takes_applications", "is_listed"])
def test_scheme_that_is_not_open_has_none(client, rules, name):
    setattr(rules.scheme, name, False)
    rules.scheme.save()

    assert ask(client, rules).status_code == 404


def test_few_queries(client, rules, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        ask(client, rules)


def test_today_is_the_day_of_the_scales(rules):
    tour = Tour("regions", 2, 1000, "van", 6)
    kept = simulation.simulate(computation.whole(rules.pk), tour).result.inputs

    assert kept["day"] == today().isoformat()
