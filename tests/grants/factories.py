"""The cast of aid: schemes with their rules, sittings, applications in each state."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from agency.core.clock import now, today
from grants.choices import (
    Beneficiary,
    ContractType,
    EditorRole,
    ExpenseKind,
    IncomeKind,
    PartyFunction,
    RuleSubject,
    SchemeKind,
    TransportMode,
    Unit,
    ZoneCode,
)
from grants.models import (
    Application,
    ApplicationDocument,
    ApplicationEditor,
    CompletionItem,
    CompletionRequest,
    Criterion,
    CriterionLevel,
    DocumentRequirement,
    EligibilityRule,
    EmissionFactor,
    ExpenseCategory,
    ExpenseLine,
    Extension,
    IncomeLine,
    InstructionReport,
    InternalNote,
    Leg,
    PartyMember,
    Performance,
    RateScale,
    Scheme,
    SchemeVersion,
    Show,
    Sitting,
    ThreadMessage,
    Zone,
)
from grants.states import ApplicationState, RulesState
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.people.factories import OrganisationFactory, PersonFactory

S = ApplicationState
BEGUN = date(2020, 1, 1)
# Of a company invented for tests: the checksums hold.
SIRET, IBAN, LICENCE = (
    "73282932000074",
    "FR7630006000011234567890189",
    "PLATESV-D-2024-001234",
)


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


class CommissionFactory(ActivityFactory):
    """The commission of a year, under way; its members are appointed."""

    kind = "commission"
    title = factory.Sequence(lambda n: f"Commission d’aide à la mobilité {n}")
    slug = factory.Sequence(lambda n: f"commission-{n}")
    registration_mode = "appointment"
    running = True


class SittingFactory(DjangoModelFactory):
    """Open for thirty days more; it meets sixty days from now. ``schemes=[…]``."""

    class Meta:
        model = Sitting
        skip_postgeneration_save = True

    class Params:
        closed = factory.Trait(
            deadline_at=factory.LazyFunction(lambda: now() - timedelta(days=1))
        )
        to_come = factory.Trait(
            opens_at=factory.LazyFunction(lambda: now() + timedelta(days=5))
        )

    session = factory.SubFactory(
        SessionFactory,
        activity=factory.SubFactory(CommissionFactory),
        starts_in=60,
    )
    number = factory.Sequence(lambda n: n % 24 + 1)
    year = factory.LazyFunction(lambda: today().year)
    opens_at = factory.LazyFunction(lambda: now() - timedelta(days=30))
    deadline_at = factory.LazyFunction(lambda: now() + timedelta(days=30))

    @factory.post_generation
    def schemes(sitting, create, wanted):
        sitting.schemes.set(wanted or ())


class ShowFactory(DjangoModelFactory):
    class Meta:
        model = Show

    organisation = factory.SubFactory(OrganisationFactory)
    title = factory.Sequence(lambda n: f"Spectacle {n}")
    discipline = "theatre"
    created_on = BEGUN


class ApplicationFactory(DjangoModelFactory):
    """A draft with its owner; ``tour=True`` gives it two performances and a budget."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    class Params:
        sent = factory.Trait(
            state=S.SUBMITTED,
            number=factory.Sequence(lambda n: f"MOB-2026-S1-{n:04}"),
            submitted_at=factory.LazyFunction(now),
            sitting=factory.SubFactory(SittingFactory),
            siret=SIRET,
            licence=LICENCE,
            iban=IBAN,
            account_holder="Compagnie du Seuil",
        )
        admissible = factory.Trait(sent=True, state=S.ADMISSIBLE)
        instructed = factory.Trait(
            sent=True,
            state=S.INSTRUCTION,
            rapporteur=factory.SubFactory(PersonFactory, officer=True),
        )
        ready = factory.Trait(instructed=True, state=S.READY)
        scheduled = factory.Trait(instructed=True, state=S.SCHEDULED)
        inadmissible = factory.Trait(
            sent=True,
            state=S.INADMISSIBLE,
            told="Le siège n’est pas dans la région.",
            ended_at=factory.LazyFunction(now),
        )
        withdrawn = factory.Trait(
            sent=True, state=S.WITHDRAWN, ended_at=factory.LazyFunction(now)
        )

    rules = factory.SubFactory(RulesFactory)
    scheme = factory.LazyAttribute(lambda o: o.rules.scheme)
    organisation = factory.SubFactory(OrganisationFactory)
    show = factory.SubFactory(
        ShowFactory, organisation=factory.SelfAttribute("..organisation")
    )
    title = factory.Sequence(lambda n: f"Tournée {n}")
    requested = Decimal("1000")

    @factory.post_generation
    def owner(application, create, person):
        ApplicationEditorFactory(
            application=application,
            **({"person": person} if person else {}),
            role=EditorRole.OWNER,
            may_submit=True,
        )

    @factory.post_generation
    def tour(application, create, wanted):
        if wanted:
            PerformanceFactory(application=application, count=2)
            LegFactory(application=application)
            PartyMemberFactory(application=application, count=6, nights=3)
            ExpenseLineFactory(application=application)
            IncomeLineFactory(application=application)


class ApplicationEditorFactory(DjangoModelFactory):
    class Meta:
        model = ApplicationEditor

    application = factory.SubFactory(ApplicationFactory)
    person = factory.SubFactory(PersonFactory)


class PerformanceFactory(DjangoModelFactory):
    class Meta:
        model = Performance

    application = factory.SubFactory(ApplicationFactory)
    day = factory.LazyFunction(lambda: today() + timedelta(days=120))
    venue = "Théâtre du Port"
    city = "Brest"
    zone = ZoneCode.REGIONS
    contract = ContractType.CESSION


class LegFactory(DjangoModelFactory):
    class Meta:
        model = Leg

    application = factory.SubFactory(ApplicationFactory)
    origin = "Toulouse"
    destination = "Brest"
    mode = TransportMode.VAN
    distance_km = 590
    persons = 6


class PartyMemberFactory(DjangoModelFactory):
    class Meta:
        model = PartyMember

    application = factory.SubFactory(ApplicationFactory)
    function = PartyFunction.ARTIST
    count = 4
    nights = 3


class ExpenseLineFactory(DjangoModelFactory):
    class Meta:
        model = ExpenseLine

    application = factory.SubFactory(ApplicationFactory)
    category = ExpenseKind.TRANSPORT_PEOPLE
    quantity = Decimal("1180")
    unit_amount = Decimal("0.40")


class IncomeLineFactory(DjangoModelFactory):
    class Meta:
        model = IncomeLine

    application = factory.SubFactory(ApplicationFactory)
    kind = IncomeKind.FEE
    funder = "Théâtre du Port"
    amount = Decimal("3000")


class ApplicationDocumentFactory(DjangoModelFactory):
    class Meta:
        model = ApplicationDocument

    application = factory.SubFactory(ApplicationFactory)
    requirement = "rib"
    file = factory.django.FileField(filename="rib.pdf", data=b"%PDF-1.7 essai")
    name = "rib.pdf"
    media_type = "application/pdf"
    size = 14
    sha256 = "0" * 64
    scan = "skipped"
    uploaded_by = factory.SubFactory(PersonFactory)


class CompletionRequestFactory(DjangoModelFactory):
    class Meta:
        model = CompletionRequest

    application = factory.SubFactory(ApplicationFactory, sent=True, state=S.COMPLETION)
    due_on = factory.LazyFunction(lambda: today() + timedelta(days=10))
    sent_by = factory.SubFactory(PersonFactory, officer=True)


class CompletionItemFactory(DjangoModelFactory):
    class Meta:
        model = CompletionItem

    request = factory.SubFactory(CompletionRequestFactory)
    target = "document:rib"
    message = "Le RIB est illisible."


class ThreadMessageFactory(DjangoModelFactory):
    class Meta:
        model = ThreadMessage

    application = factory.SubFactory(ApplicationFactory, sent=True)
    author = factory.SubFactory(PersonFactory)
    body = "Nous avons ajouté une date à Brest."


class InternalNoteFactory(DjangoModelFactory):
    class Meta:
        model = InternalNote

    application = factory.SubFactory(ApplicationFactory, sent=True)
    author = factory.SubFactory(PersonFactory, officer=True)
    body = "Rappeler la compagnie."


class InstructionReportFactory(DjangoModelFactory):
    class Meta:
        model = InstructionReport

    application = factory.SubFactory(ApplicationFactory, instructed=True)
    summary = "Une tournée de deux dates en Bretagne."


class ExtensionFactory(DjangoModelFactory):
    class Meta:
        model = Extension

    sitting = factory.SubFactory(SittingFactory, closed=True)
    organisation = factory.SubFactory(OrganisationFactory)
    until = factory.LazyFunction(lambda: now() + timedelta(days=3))
    reason = "Panne du site le dernier soir."
    granted_by = factory.SubFactory(PersonFactory, officer=True)
