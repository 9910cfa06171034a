"""Schemes and the rows of their rules, for the cast of aid."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from agency.core.clock import now
from grants.choices import (
    Beneficiary,
    ExpenseKind,
    RuleSubject,
    SchemeKind,
    TransportMode,
    Unit,
    ZoneCode,
)
from grants.models import (
    Criterion,
    CriterionLevel,
    DocumentRequirement,
    EligibilityRule,
    EmissionFactor,
    ExpenseCategory,
    RateScale,
    Scheme,
    SchemeVersion,
    Zone,
)
from grants.states import RulesState

BEGUN = date(2020, 1, 1)


class SchemeFactory(DjangoModelFactory):
    class Meta:
        model = Scheme

    slug = factory.Sequence(lambda n: f"aide-{n}")
    code = factory.Sequence(lambda n: f"A{n}")
    name = factory.Sequence(lambda n: f"Aide à la mobilité {n}")
    kind = SchemeKind.MOBILITY
    beneficiary = Beneficiary.COMPANY
    summary = "Pour jouer plus loin."


class RulesFactory(DjangoModelFactory):
    """Published, in force since 2020, with no row: ``full=True`` gives those of a tour."""

    class Meta:
        model = SchemeVersion
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state=RulesState.DRAFT, published_at=None)

    scheme = factory.SubFactory(SchemeFactory)
    number = factory.LazyAttribute(lambda o: o.scheme.versions.count() + 1)
    state = RulesState.PUBLISHED
    published_at = factory.LazyFunction(now)
    valid_from = BEGUN
    pays = "Les frais d’approche."
    who = "Les équipes artistiques de la région."

    @factory.post_generation
    def full(rules, create, wanted):
        if wanted:
            fill(rules)


def fill(rules):
    """Zones, expenses with their rates, rules, documents and criteria of a usual scheme."""
    for order, (code, rate) in enumerate(
        [
            (ZoneCode.REGIONS, 60),
            (ZoneCode.ILE_DE_FRANCE, 50),
            (ZoneCode.EUROPE, 70),
            (ZoneCode.INTERNATIONAL, 80),
        ],
        start=1,
    ):
        ZoneFactory(rules=rules, order=order, code=code, rate=rate)
    for order, (code, unit, amount) in enumerate(
        [
            (ExpenseKind.TRANSPORT_PEOPLE, Unit.KM, "0.30"),
            (ExpenseKind.TRANSPORT_SET, Unit.KM, "0.55"),
            (ExpenseKind.ACCOMMODATION, Unit.NIGHT, "60"),
            (ExpenseKind.MEALS, Unit.MEAL, "19"),
        ],
        start=1,
    ):
        category = ExpenseCategoryFactory(
            rules=rules, order=order, code=code, unit=unit
        )
        RateScaleFactory(category=category, amount=Decimal(amount))
    ExpenseCategoryFactory(
        rules=rules, order=5, code=ExpenseKind.PAYROLL, eligible=False
    )
    EligibilityRuleFactory(
        rules=rules,
        subject=RuleSubject.LEAST_PERFORMANCES,
        number=2,
        message="Deux représentations au moins.",
    )
    DocumentRequirementFactory(rules=rules, key="rib", label="RIB", is_bank=True)
    DocumentRequirementFactory(
        rules=rules, key="urssaf", label="Attestation Urssaf", validity_days=180
    )
    criterion = CriterionFactory(rules=rules)
    for score in range(4):
        CriterionLevelFactory(criterion=criterion, score=score)


class ZoneFactory(DjangoModelFactory):
    class Meta:
        model = Zone

    rules = factory.SubFactory(RulesFactory)
    code = ZoneCode.REGIONS
    rate = 60


class ExpenseCategoryFactory(DjangoModelFactory):
    class Meta:
        model = ExpenseCategory

    rules = factory.SubFactory(RulesFactory)
    code = ExpenseKind.TRANSPORT_PEOPLE
    unit = Unit.KM


class RateScaleFactory(DjangoModelFactory):
    class Meta:
        model = RateScale

    category = factory.SubFactory(ExpenseCategoryFactory)
    amount = Decimal("0.30")
    valid_from = BEGUN
    source = "Exemple, 2020"


class EligibilityRuleFactory(DjangoModelFactory):
    class Meta:
        model = EligibilityRule

    rules = factory.SubFactory(RulesFactory)
    subject = RuleSubject.LEAST_PERFORMANCES
    number = 2
    message = "Deux représentations au moins."
    source = "article 3"


class DocumentRequirementFactory(DjangoModelFactory):
    class Meta:
        model = DocumentRequirement

    rules = factory.SubFactory(RulesFactory)
    key = factory.Sequence(lambda n: f"piece-{n}")
    label = factory.Sequence(lambda n: f"Pièce {n}")


class CriterionFactory(DjangoModelFactory):
    class Meta:
        model = Criterion

    rules = factory.SubFactory(RulesFactory)
    label = factory.Sequence(lambda n: f"Critère {n}")


class CriterionLevelFactory(DjangoModelFactory):
    class Meta:
        model = CriterionLevel

    criterion = factory.SubFactory(CriterionFactory)
    score = factory.Sequence(lambda n: n % 20)
    description = "Ce qui vaut cette note."


class EmissionFactorFactory(DjangoModelFactory):
    class Meta:
        model = EmissionFactor

    mode = TransportMode.TRAIN
    unit = "person_km"
    kilograms = Decimal("0.00300")
    valid_from = BEGUN
    source = "Exemple, 2020"
    is_example = True
