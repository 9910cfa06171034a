"""The cast of aid: schemes with their rules, sittings, applications in each state."""

from datetime import timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from agency.core.clock import now, today
from grants.choices import (
    ContractType,
    EditorRole,
    ExpenseKind,
    IncomeKind,
    PartyFunction,
    TransportMode,
    ZoneCode,
)
from grants.models import (
    Application,
    ApplicationDocument,
    ApplicationEditor,
    CompletionItem,
    CompletionRequest,
    ExpenseLine,
    Extension,
    IncomeLine,
    InstructionReport,
    InternalNote,
    Leg,
    PartyMember,
    Performance,
    Point,
    Recusal,
    Review,
    Show,
    Sitting,
    ThreadMessage,
)
from grants.states import ApplicationState
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.grants.scheme_factories import (  # noqa: F401 - the cast is asked for here
    BEGUN,
    CriterionFactory,
    CriterionLevelFactory,
    DocumentRequirementFactory,
    EligibilityRuleFactory,
    EmissionFactorFactory,
    ExpenseCategoryFactory,
    RateScaleFactory,
    RulesFactory,
    SchemeFactory,
    ZoneFactory,
    fill,
)
from tests.people.factories import OrganisationFactory, PersonFactory

S = ApplicationState
# Of a company invented for tests: the checksums hold.
SIRET, IBAN, LICENCE = (
    "73282932000074",
    "FR7630006000011234567890189",
    "PLATESV-D-2024-001234",
)


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
            # Beyond those of the demo, beside which the walk makes its own.
            number=factory.Sequence(lambda n: f"MOB-2026-S1-{5000 + n}"),
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


class PointFactory(DjangoModelFactory):
    class Meta:
        model = Point

    application = factory.SubFactory(ApplicationFactory, scheduled=True)
    sitting = factory.SelfAttribute("application.sitting")


class RecusalFactory(DjangoModelFactory):
    class Meta:
        model = Recusal

    application = factory.SubFactory(ApplicationFactory, scheduled=True)
    person = factory.SubFactory(PersonFactory)
    origin = "self"


class ReviewFactory(DjangoModelFactory):
    class Meta:
        model = Review

    application = factory.SubFactory(ApplicationFactory, scheduled=True)
    person = factory.SubFactory(PersonFactory)
    revision = 1
    saved_at = factory.LazyFunction(now)


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
