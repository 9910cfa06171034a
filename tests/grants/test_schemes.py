"""The rules of a scheme: copied as a draft, published once, changed no more."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from agency.core.clock import today
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from grants.choices import Basis, RuleSubject, ZoneCode
from grants.models import RateScale
from grants.services import schemes
from grants.states import RulesState
from tests.grants.factories import (
    CriterionFactory,
    EligibilityRuleFactory,
    ExpenseCategoryFactory,
    RateScaleFactory,
    RulesFactory,
    SchemeFactory,
    ZoneFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def rules():
    return RulesFactory(full=True, cap_per_application=5000)


@pytest.fixture
def draft(rules, officer):
    return schemes.new_version(rules.scheme, by=officer)


def sentences(rules):
    return " ".join(schemes.gaps(rules))


# --- A new version ------------------------------------------------------------------
def test_a_new_version_is_a_copy_of_everything(rules, draft):
    assert draft.number == rules.number + 1
    assert draft.state == RulesState.DRAFT
    assert draft.valid_from == today() + DAY
    assert draft.pays == rules.pays
    assert draft.cap_per_application == 5000
    assert [z.rate for z in draft.zones.all()] == [z.rate for z in rules.zones.all()]
    assert [
        (one.code, [scale.amount for scale in one.scales.all()])
        for one in draft.expense_categories.all()
    ] == [
        (one.code, [scale.amount for scale in one.scales.all()])
        for one in rules.expense_categories.all()
    ]
    assert draft.eligibility_rules.count() == 1
    assert draft.requirements.count() == 2
    assert draft.criteria.get().levels.count() == 4


def test_what_changes_in_the_copy_changes_nothing_in_the_rules_in_force(rules, draft):
    draft.zones.update(rate=1)
    RateScale.objects.filter(category__rules=draft).update(amount=99)

    assert {zone.rate for zone in rules.zones.all()} == {50, 60, 70, 80}
    scales = RateScale.objects.filter(category__rules=rules)
    assert 99 not in set(scales.values_list("amount", flat=True))


def test_asked_twice_it_is_the_same_draft(rules, draft, officer):
    assert schemes.new_version(rules.scheme, by=officer) == draft


def test_the_first_rules_of_a_scheme_are_empty(officer):
    draft = schemes.new_version(SchemeFactory(), by=officer)

    assert (draft.number, draft.state) == (1, RulesState.DRAFT)
    assert "Écrivez ce que le dispositif paie." in schemes.gaps(draft)


# --- What stands against it ----------------------------------------------------------
def test_whole_rules_have_no_gap(draft):
    assert schemes.gaps(draft) == []


def test_zones_are_needed(draft):
    draft.zones.all().delete()

    assert "Ajoutez au moins une zone" in sentences(draft)


def test_a_zone_from_a_distance_says_what_is_paid_nearer(draft):
    draft.zones.filter(code=ZoneCode.EUROPE).update(from_km=500)

    assert "en dessous de 500 kilomètres" in sentences(draft)


def test_something_is_paid(draft):
    draft.expense_categories.update(eligible=False)

    assert "au moins un poste de dépense" in sentences(draft)


def test_what_is_flat_needs_a_rate(draft):
    ExpenseCategoryFactory(rules=draft, code="visa", basis=Basis.FLAT)

    assert "un forfait a besoin d’un barème" in sentences(draft)


@pytest.mark.parametrize(
    ("first", "until", "second", "hole"),
    [
        (-400, None, None, None),
        (-400, 30, 31, None),
        (-400, 30, 32, 31),
        (20, None, None, 1),
        (-400, 30, None, 31),
    ],
)
def test_a_rate_has_no_hole_in_its_days(draft, first, until, second, hole):
    def at(days):
        return None if days is None else today() + timedelta(days=days)

    category = ExpenseCategoryFactory(rules=draft, code="visa")
    RateScaleFactory(category=category, valid_from=at(first), valid_until=at(until))
    if second is not None:
        RateScaleFactory(category=category, valid_from=at(second))

    gaps = schemes.gaps(draft)

    assert len(gaps) == (0 if hole is None else 1)
    assert hole is None or str(at(hole).year) in gaps[0]


def test_a_rule_says_what_it_compares_with(draft):
    EligibilityRuleFactory(rules=draft, subject=RuleSubject.LEAST_VENUES, number=None)
    EligibilityRuleFactory(rules=draft, subject=RuleSubject.ZONE, codes=[])

    assert len(schemes.gaps(draft)) >= 2


def test_a_criterion_is_anchored(draft):
    CriterionFactory(rules=draft, label="Audace")

    assert schemes.gaps(draft) == [
        "Audace\u202f: écrivez en mots ce qui vaut chaque note."
    ]


def test_a_scheme_applied_for_elsewhere_says_where(officer):
    scheme = SchemeFactory(takes_applications=False)
    draft = RulesFactory(scheme=scheme, draft=True)

    assert "où l’on dépose à la place" in sentences(draft)

    scheme.apply_elsewhere = "À l’agence voisine."
    scheme.save()
    draft.refresh_from_db()
    assert schemes.gaps(draft) == []


# --- To publish -----------------------------------------------------------------------
def test_the_version_before_ends_the_day_before(rules, draft, officer):
    draft.valid_from = today() + 10 * DAY
    draft.save()

    schemes.publish(draft, by=officer)

    rules.refresh_from_db()
    assert rules.valid_until == today() + 9 * DAY
    assert rules.state == RulesState.PUBLISHED
    assert rules.scheme.rules_on() == rules
    assert rules.scheme.rules_on(today() + 10 * DAY) == draft
    assert JournalEntry.objects.about(draft).get(action="publish").by == officer
    closed = JournalEntry.objects.about(rules).get(action="change")
    assert closed.data == {"fields": ["valid_until"]}


def test_with_a_gap_nothing_is_published(rules, draft, officer):
    draft.zones.all().delete()

    with pytest.raises(MoveBlocked, match="au moins une zone"):
        schemes.publish(draft, by=officer)

    rules.refresh_from_db()
    assert rules.valid_until is None
    assert draft.state == RulesState.DRAFT


def test_published_twice_it_is_refused(draft, officer):
    schemes.publish(draft, by=officer)

    with pytest.raises(MoveRefused):
        schemes.publish(draft, by=officer)


def test_rules_do_not_begin_before_those_that_follow(rules, draft, officer):
    draft.valid_from = date(2019, 1, 1)
    draft.save()

    assert "La version 1 commence le" in sentences(draft)
    with pytest.raises(MoveBlocked):
        schemes.publish(draft, by=officer)


def test_rules_in_force_are_not_replaced_in_the_past(rules, draft):
    draft.valid_from = today() - DAY
    draft.save()

    assert "déjà en vigueur" in sentences(draft)


def test_nothing_published_is_a_draft_to_hold(rules, draft):
    assert schemes.hold_draft(draft)
    assert not schemes.hold_draft(rules)


def test_rules_that_are_retired_are_no_longer_in_force(rules, officer):
    schemes.retire(rules, by=officer)

    assert rules.scheme.rules_on() is None
    assert rules.state == RulesState.RETIRED


# --- Which are shown --------------------------------------------------------------------
def test_shown_are_those_in_force_else_the_next_else_the_last():
    scheme = SchemeFactory()
    day = today()
    past = RulesFactory(scheme=scheme, valid_until=day - DAY)
    later = RulesFactory(scheme=scheme, valid_from=day + DAY)

    assert schemes.shown_of([past]) == past
    assert schemes.shown_of([past, later]) == later

    current = RulesFactory(scheme=scheme, valid_from=day, valid_until=day)
    assert schemes.shown_of([past, later, current]) == current
    assert schemes.shown_of([]) is None


def test_a_rate_keeps_its_four_decimals(draft, rules):
    category = rules.expense_categories.first()
    RateScaleFactory(category=category, mode="train", amount=Decimal("0.3025"))

    schemes.copy_rows(rules, copy := RulesFactory(scheme=rules.scheme, draft=True))

    amounts = RateScale.objects.filter(category__rules=copy, mode="train")
    assert amounts.get().amount == Decimal("0.3025")


def test_a_zone_twice_is_copied_twice(rules, officer):
    ZoneFactory(rules=rules, code=ZoneCode.REGIONS, from_km=500, rate=65)

    draft = schemes.new_version(rules.scheme, by=officer)

    assert draft.zones.filter(code=ZoneCode.REGIONS).count() == 2
