"""Each subject of a rule, and the rules that may not be published."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.template.loader import render_to_string

from agency.core.clock import today
from grants.choices import RuleSubject, Severity
from grants.models import Application, EligibilityRule
from grants.services import eligibility
from grants.services.eligibility import Facts
from tests.grants.factories import (
    SIRET,
    ApplicationFactory,
    EligibilityRuleFactory,
    ExpenseLineFactory,
    IncomeLineFactory,
    PerformanceFactory,
    RulesFactory,
)
from tests.people.factories import OrganisationFactory, TerritoryFactory

R = RuleSubject
DAY = date(2026, 3, 14)


def playing(days=60, **kwargs):
    day = DAY + timedelta(days=days)
    given = {
        "day": day,
        "last_day": None,
        "venue": "Théâtre du Port",
        "city": "Brest",
        "contract": "cession",
        "contract_status": "option",
        "signed_on": None,
    }
    return SimpleNamespace(**given | kwargs)


def facts(*performances, **kwargs):
    return Facts(on=DAY, performances=performances, **kwargs)


def verdict(subject, known, number=None, codes=()):
    rule = EligibilityRule(subject=subject, number=number, codes=list(codes))
    return eligibility.JUDGES[subject](rule, known)


def signed(on):
    return facts(playing(contract_status="signed", signed_on=on))


CASES = [
    (R.ORGANISATION_KIND, {"codes": ["company"]}, facts(kind="company"), True),
    (R.ORGANISATION_KIND, {"codes": ["company"]}, facts(kind="venue"), False),
    (R.TERRITORY, {}, facts(territories=frozenset({"31", "home"})), True),
    (R.TERRITORY, {}, facts(territories=frozenset({"75"})), False),
    (R.TERRITORY, {"codes": ["75"]}, facts(territories=frozenset({"75"})), True),
    (R.SIRET, {}, facts(siret=SIRET), True),
    (R.SIRET, {}, facts(siret="73282932000075"), False),
    (R.SIRET, {}, facts(siret=""), False),
    (R.ZONE, {"codes": ["europe"]}, facts(zones=frozenset({"europe"})), True),
    (R.ZONE, {"codes": ["europe"]}, facts(zones=frozenset({"europe", "idf"})), False),
    (R.ZONE, {"codes": ["europe"]}, facts(zones=frozenset()), False),
    (R.LEAST_PERFORMANCES, {"number": 2}, facts(count=2), True),
    (R.LEAST_PERFORMANCES, {"number": 2}, facts(count=1), False),
    (R.MOST_PERFORMANCES, {"number": 2}, facts(count=2), True),
    (R.MOST_PERFORMANCES, {"number": 2}, facts(count=3), False),
    (R.LEAST_VENUES, {"number": 2}, facts(playing(), playing(city="Lorient")), True),
    (R.LEAST_VENUES, {"number": 2}, facts(playing(), playing(city="BREST")), False),
    (R.CONTRACT, {"codes": ["cession"]}, facts(playing()), True),
    (
        R.CONTRACT,
        {"codes": ["cession"]},
        facts(playing(), playing(contract="other")),
        False,
    ),
    (R.CONTRACT, {"codes": ["cession"]}, facts(), False),
    (R.DAYS_BEFORE, {"number": 30}, facts(playing(30)), True),
    (R.DAYS_BEFORE, {"number": 30}, facts(playing(29), playing(90)), False),
    (R.DAYS_BEFORE, {"number": 30}, facts(), False),
    (R.NOT_CONTRACTED, {}, facts(playing()), True),
    (R.NOT_CONTRACTED, {}, signed(DAY), True),
    (R.NOT_CONTRACTED, {}, signed(DAY - timedelta(days=1)), False),
    (R.NOT_CONTRACTED, {}, signed(None), False),
    (R.SHOW_CREATED, {}, facts(show=True, created_on=DAY), True),
    (R.SHOW_CREATED, {}, facts(show=True, created_on=DAY + timedelta(days=1)), False),
    (R.SHOW_CREATED, {}, facts(show=True), False),
    (R.SHOW_CREATED, {}, facts(show=False), False),
    (R.SHOW_AGE, {"number": 24}, facts(show=True, created_on=date(2024, 3, 14)), True),
    (R.SHOW_AGE, {"number": 24}, facts(show=True, created_on=date(2024, 3, 13)), False),
    (R.SHOW_AGE, {"number": 24}, facts(show=True), False),
    (R.SPAN, {"number": 2}, facts(playing(0), playing(61)), True),  # 14 May
    (R.SPAN, {"number": 2}, facts(playing(0), playing(62)), False),
    (R.BALANCED, {}, facts(balanced=True), True),
    (R.BALANCED, {}, facts(balanced=False), False),
    (
        R.ONCE_A_YEAR,
        {},
        facts(zones=frozenset({"idf"}), applied=frozenset({"europe"})),
        True,
    ),
    (
        R.ONCE_A_YEAR,
        {},
        facts(zones=frozenset({"idf"}), applied=frozenset({"idf"})),
        False,
    ),
]
LICENCES = [
    ("PLATESV-D-2024-001234", DAY + timedelta(days=60), True),
    ("PLATESV-D-2024-001234", DAY + timedelta(days=59), False),
    ("PLATESV-D-2024-001234", None, False),
    ("", DAY + timedelta(days=60), False),
]


@pytest.mark.parametrize(("subject", "operands", "known", "expected"), CASES)
def test_each_subject(subject, operands, known, expected):
    assert verdict(subject, known, **operands) is expected


@pytest.mark.parametrize(("licence", "until", "expected"), LICENCES)
def test_licence_runs_on_the_last_day(licence, until, expected):
    known = facts(playing(10), playing(58, last_day=DAY + timedelta(days=60)))
    known = Facts(
        on=DAY,
        performances=known.performances,
        licence=licence,
        licence_until=until,
    )

    assert verdict(R.LICENCE, known) is expected


def test_every_subject_is_judged_and_tried():
    assert set(eligibility.JUDGES) == set(R)
    assert {case[0] for case in CASES} | {R.LICENCE} == set(R)


@pytest.mark.parametrize("subject", R)
def test_nothing_given_is_not_a_failure(subject):
    assert verdict(subject, Facts(on=DAY), number=2, codes=["x"]) is None


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 1), 100_000, date(3026, 1, 1)),
    ],
)
def test_months_later(day, months, expected):
    assert eligibility.months_after(day, months) == expected


# --- An application ----------------------------------------------------------------------
@pytest.mark.django_db
class TestFindings:
    def test_rules_of_its_version_in_order(self):
        rules = RulesFactory()
        EligibilityRuleFactory(rules=rules, order=2, number=1, severity="warning")
        EligibilityRuleFactory(rules=rules, order=1, number=2)
        application = ApplicationFactory(rules=rules)
        PerformanceFactory(application=application)

        found = eligibility.findings(application)

        assert [(one.met, one.severity) for one in found] == [
            (False, Severity.BLOCKING),
            (True, Severity.WARNING),
        ]
        assert found[0].message == "Deux représentations au moins."
        assert [one.bars for one in found] == [True, False]

    def test_seat_in_the_region_of_the_agency(self):
        region = TerritoryFactory(kind="region", name=settings.AGENCY["region"])
        near = TerritoryFactory(parent=region)
        homes = [
            OrganisationFactory(territory=near),
            OrganisationFactory(territory=region),
            OrganisationFactory(territory=TerritoryFactory()),
            OrganisationFactory(territory=None),
        ]

        assert ["home" in eligibility.territories_of(one) for one in homes] == [
            True,
            True,
            False,
            False,
        ]

    def test_budget_balances_with_the_aid(self):
        rules = RulesFactory()
        EligibilityRuleFactory(rules=rules, subject=R.BALANCED)
        application = ApplicationFactory(rules=rules, requested=1000)
        ExpenseLineFactory(application=application, quantity=1, unit_amount=4000)
        income = IncomeLineFactory(application=application, amount=3000)

        def met():
            fresh = Application.objects.get(pk=application.pk)
            return eligibility.findings(fresh)[0].met

        assert met()
        income.amount = 3001
        income.save()
        assert not met()

    def test_once_a_year_and_zone(self):
        rules = RulesFactory()
        EligibilityRuleFactory(rules=rules, subject=R.ONCE_A_YEAR)
        application = ApplicationFactory(rules=rules)
        day = today() + timedelta(days=40)
        PerformanceFactory(application=application, day=day)
        assert eligibility.findings(application)[0].met

        sent = ApplicationFactory(
            rules=rules, organisation=application.organisation, sent=True
        )
        PerformanceFactory(application=sent, day=day, zone="europe")
        assert eligibility.findings(application)[0].met

        PerformanceFactory(application=sent, day=day)
        assert not eligibility.findings(application)[0].met

    def test_partial_says_each(self):
        rules = RulesFactory()
        EligibilityRuleFactory(rules=rules)
        found = eligibility.findings(ApplicationFactory(rules=rules))

        page = render_to_string("grants/_eligibility.html", {"findings": found})

        assert "Deux représentations au moins." in page
        assert "article 3" in page


# --- Rules that may not be published --------------------------------------------------------
@pytest.mark.django_db
class TestProblems:
    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"subject": R.SPAN, "number": None}, "donnez le nombre"),
            ({"subject": R.SHOW_AGE, "number": 0}, "donnez le nombre"),
            ({"subject": R.ZONE, "codes": []}, "choisissez au moins"),
            ({"subject": R.ZONE, "codes": ["mars"]}, "rien ne s’appelle mars"),
            ({"subject": R.CONTRACT, "codes": "cession"}, "liste de codes"),
            ({"subject": R.CONTRACT, "codes": [{"a": 1}]}, "liste de codes"),
            ({"subject": R.CONTRACT, "codes": None}, "liste de codes"),
            ({"subject": R.TERRITORY, "codes": ["ZZ"]}, "rien ne s’appelle ZZ"),
            ({"subject": R.SIRET, "codes": ["31"]}, "rien ne s’appelle 31"),
            ({"subject": R.SIRET, "message": " "}, "écrivez ce que lit"),
        ],
    )
    def test_bad_operands(self, given, said):
        rule = EligibilityRuleFactory.build(rules=None, **given)
        found = list(eligibility._about(rule))

        assert len(found) == 1
        assert said in found[0]

    def test_two_rules_that_nothing_meets(self):
        rules = RulesFactory()
        EligibilityRuleFactory(rules=rules, number=5)
        EligibilityRuleFactory(rules=rules, subject=R.MOST_PERFORMANCES, number=4)

        assert "au moins 5" in eligibility.problems(rules)[0]

    def test_sound_rules_have_none(self):
        rules = RulesFactory(full=True)
        EligibilityRuleFactory(rules=rules, subject=R.ZONE, codes=["europe"])
        EligibilityRuleFactory(rules=rules, subject=R.TERRITORY)

        assert eligibility.problems(rules) == []
