"""Schemes on the desk: written as drafts, published on a page of confirmation, frozen."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from agency.core.clock import today
from agency.core.versions import fingerprint
from grants.models import Scheme, SchemeVersion
from grants.services import schemes
from grants.states import RulesState
from tests.grants.factories import (
    BEGUN,
    EmissionFactorFactory,
    RateScaleFactory,
    RulesFactory,
    SchemeFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
VERSION, SCHEME = "admin:grants_schemeversion", "admin:grants_scheme"
INLINES = (
    *("zones", "expense_categories", "eligibility_rules"),
    *("requirements", "criteria"),
)


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


@pytest.fixture
def rules():
    return RulesFactory(full=True)


@pytest.fixture
def draft(rules, officer):
    return schemes.new_version(rules.scheme, by=officer)


def change_url(row):
    name = f"admin:grants_{row._meta.model_name}_change"
    return reverse(name, args=[row.pk])


def step(rules, name):
    return reverse(f"{VERSION}_move", args=[rules.pk, name])


def form_of(rules, **changes):
    """What the page of a draft sends, its rows left as they are."""
    typed = {
        "valid_from": rules.valid_from.isoformat(),
        "valid_until": "",
        "pays": rules.pays,
        "who": rules.who,
        "conditions": "",
        "solidarity": "",
        "source": "",
        **{f"{name}": "" for name in ("cap_per_performance", "performances_counted")},
        **{f"cap_per_{name}": "" for name in ("application", "show_season")},
        "cap_per_beneficiary_year": "",
        "public_ceiling": "",
        "deduct_host": "on",
        "minimum_award": "0",
        "rounding": "10",
        "advance": "70",
        "report_days": "90",
        "lapse_days": "180",
        "quorum": "50",
        "majority": "simple",
        "casting_vote": "on",
        "proxies": "1",
        "version": str(rules.version),
        "_save": "1",
    }
    for prefix in INLINES:
        typed |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return typed | changes


# --- A draft --------------------------------------------------------------------------
def test_amounts_are_typed_as_in_french(desk, draft):
    answer = desk.post(
        change_url(draft),
        form_of(draft, cap_per_application="5\u202f000,50 €", minimum_award="300"),
    )

    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.cap_per_application == Decimal("5000.50")
    assert draft.minimum_award == 300


@pytest.mark.parametrize("typed", ["-20", "beaucoup", "1,234", "999999999999999"])
def test_what_is_no_amount_is_refused(desk, draft, typed):
    answer = desk.post(change_url(draft), form_of(draft, cap_per_application=typed))

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["cap_per_application"]


def test_rules_do_not_end_before_they_begin(desk, draft):
    day = draft.valid_from - timedelta(days=1)
    answer = desk.post(change_url(draft), form_of(draft, valid_until=day.isoformat()))

    assert answer.context["adminform"].form.errors["valid_until"]


def test_a_rule_chooses_from_the_list_that_it_looks_at(desk, draft):
    row = {
        "eligibility_rules-TOTAL_FORMS": 1,
        "eligibility_rules-0-order": 9,
        "eligibility_rules-0-subject": "zone",
        "eligibility_rules-0-severity": "blocking",
        "eligibility_rules-0-message": "Hors de la région.",
    }
    codes = "eligibility_rules-0-codes"

    refused = desk.post(change_url(draft), form_of(draft, **row, **{codes: "cession"}))
    kept = desk.post(
        change_url(draft), form_of(draft, **row, **{codes: ["europe", "cession"]})
    )

    assert "Choisissez au moins une ligne" in refused.text
    assert kept.status_code == 302
    assert draft.eligibility_rules.get(subject="zone").codes == ["europe"]


def test_the_rates_of_an_expense_are_on_its_page(desk, draft):
    category = draft.expense_categories.get(code="transport_people")
    scale = category.scales.get()
    row = {"category": category.pk, "id": scale.pk, "seen": fingerprint(scale)}
    row |= {"valid_from": BEGUN.isoformat(), "amount": "0,3025", "source": "2026"}
    data = {f"scales-0-{name}": value for name, value in row.items()}
    data |= {"scales-TOTAL_FORMS": 1, "scales-INITIAL_FORMS": 1, "eligible": "on"}

    answer = desk.post(
        change_url(category), data | {"basis": "actual", "unit": "km", "_save": "1"}
    )

    assert answer.status_code == 302
    scale.refresh_from_db()
    assert scale.amount == Decimal("0.3025")


def test_the_page_of_a_draft_says_what_is_missing(desk, draft):
    assert "Il ne manque rien." in desk.get(change_url(draft)).text
    draft.zones.all().delete()

    page = desk.get(change_url(draft)).text

    assert "Ajoutez au moins une zone" in page
    assert step(draft, "publish") not in page


def test_the_preview_is_the_page_as_it_will_be(desk, draft, client):
    SchemeVersion.objects.filter(pk=draft.pk).update(pays="Davantage.")
    address = reverse(f"{VERSION}_preview", args=[draft.pk])

    page = desk.get(address).text

    assert "Davantage." in page
    assert "Aperçu." in page
    assert client.sign_in(PersonFactory()).get(address).status_code == 403


# --- To publish ---------------------------------------------------------------------
def test_to_publish_is_confirmed_then_done_once(desk, rules, draft):
    asked = desk.get(step(draft, "publish")).text
    assert "prend fin le" in asked

    desk.post(step(draft, "publish"))
    desk.post(step(draft, "publish"))

    draft.refresh_from_db()
    rules.refresh_from_db()
    assert draft.state == RulesState.PUBLISHED
    assert rules.valid_until == draft.valid_from - timedelta(days=1)


def test_with_a_gap_the_button_says_what_to_do(desk, draft):
    draft.zones.all().delete()

    page = desk.post(step(draft, "publish"), follow=True).text

    assert "Ajoutez au moins une zone" in page
    draft.refresh_from_db()
    assert draft.state == RulesState.DRAFT


def test_an_accountant_reads_and_publishes_nothing(client, draft):
    client.sign_in(PersonFactory(accountant=True))

    assert client.get(change_url(draft)).status_code == 200
    assert client.get(step(draft, "publish")).status_code == 403
    assert client.post(change_url(draft), form_of(draft)).status_code == 403


# --- What is published changes no more (I1) -------------------------------------------
@pytest.mark.parametrize("state", [RulesState.PUBLISHED, RulesState.RETIRED])
def test_nothing_in_published_rules_changes(desk, rules, state):
    SchemeVersion.objects.filter(pk=rules.pk).update(state=state)
    category, criterion = rules.expense_categories.first(), rules.criteria.get()
    before = [fingerprint(row) for row in (rules.zones.first(), category, criterion)]

    answer = desk.post(change_url(rules), form_of(rules, pays="Autre chose."))
    for row in (category, criterion):
        desk.post(change_url(row), {"label": "Autre", "_save": "1"})

    rules.refresh_from_db()
    assert answer.status_code == 302
    assert rules.pays == "Les frais d’approche."
    rows = (rules.zones.first(), *rules.expense_categories.filter(pk=category.pk))
    again = [fingerprint(row) for row in (*rows, rules.criteria.get())]
    assert again == before
    page = desk.get(change_url(rules)).text
    assert 'name="pays"' not in page
    assert "Les frais d’approche." in page
    assert "_save" not in page


def test_a_rate_is_added_to_no_published_rules(desk, rules):
    category = rules.expense_categories.first()
    row = {"valid_from": "2027-01-01", "amount": "1", "category": category.pk}
    data = {f"scales-0-{name}": value for name, value in row.items()}

    desk.post(
        change_url(category),
        data | {"scales-TOTAL_FORMS": 1, "scales-INITIAL_FORMS": 0, "_save": "1"},
    )

    assert category.scales.count() == 1


def test_published_while_one_writes_nothing_is_saved(desk, draft, officer):
    typed = form_of(draft, pays="Trop tard.")
    schemes.publish(draft, by=officer)

    page = desk.post(change_url(draft), typed, follow=True).text

    assert "a changé entre-temps" in page
    draft.refresh_from_db()
    assert draft.pays != "Trop tard."


# --- Schemes --------------------------------------------------------------------------
def scheme_form(**changes):
    return {
        "name": "Aide au départ",
        "slug": "aide-au-depart",
        "code": "dep",
        "kind": "mobility",
        "beneficiary": "company",
        "summary": "Pour partir.",
        "is_listed": "on",
        "takes_applications": "on",
        "_save": "1",
    } | changes


def test_a_new_scheme_begins_with_a_draft_of_its_rules(desk):
    answer = desk.post(reverse(f"{SCHEME}_add"), scheme_form())

    scheme = Scheme.objects.get()
    draft = scheme.versions.get()
    assert scheme.code == "DEP"
    assert draft.state == RulesState.DRAFT
    assert answer.url == change_url(draft)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"slug": "demandes"}, "slug"),
        ({"takes_applications": ""}, "apply_elsewhere"),
        ({"code": ""}, "code"),
    ],
)
def test_a_scheme_that_would_not_work_is_refused(desk, changes, field):
    answer = desk.post(reverse(f"{SCHEME}_add"), scheme_form(**changes))

    assert answer.context["adminform"].form.errors[field]
    assert not Scheme.objects.exists()


def test_a_new_version_is_asked_for_on_a_page(desk, rules):
    address = reverse(f"{SCHEME}_new_version", args=[rules.scheme.pk])

    assert "barèmes" in desk.get(address).text
    answer = desk.post(address)

    draft = rules.scheme.versions.get(state=RulesState.DRAFT)
    assert answer.url == change_url(draft)
    assert address not in desk.get(change_url(rules.scheme)).text


def test_the_list_of_schemes_takes_few_queries(desk, django_assert_max_num_queries):
    for scheme in SchemeFactory.create_batch(5):
        RulesFactory(scheme=scheme)

    with django_assert_max_num_queries(15):
        desk.get(reverse(f"{SCHEME}_changelist"))


@pytest.mark.parametrize("is_draft", [True, False])
def test_the_page_of_rules_takes_few_queries(
    desk, rules, draft, is_draft, django_assert_max_num_queries
):
    shown = draft if is_draft else rules
    for category in shown.expense_categories.all():
        RateScaleFactory(category=category, mode="train")

    with django_assert_max_num_queries(34 if is_draft else 24):
        desk.get(change_url(shown))


# --- Emission factors -------------------------------------------------------------------
def test_a_factor_in_use_is_followed_by_another(desk):
    begun = EmissionFactorFactory()
    coming = EmissionFactorFactory(valid_from=today() + timedelta(days=9))

    page = desk.get(change_url(begun)).text

    assert "ajoutez un facteur à partir d’un autre jour" in page
    assert 'name="kilograms"' not in page
    assert 'name="kilograms"' in desk.get(change_url(coming)).text
    typed = {"mode": "train", "unit": "person_km", "kilograms": "9", "_save": "1"}
    typed |= {"valid_from": date(2020, 1, 1).isoformat(), "source": "x"}
    assert desk.post(change_url(begun), typed).status_code == 403
