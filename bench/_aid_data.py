"""Years of aid for mobility: so many applications, and all that hangs on them."""

from datetime import timedelta
from decimal import Decimal

from agency.activities.models import Activity, Season, Session
from agency.core.clock import now, today
from agency.people.models import Affiliation, Organisation, Person, Role, Territory
from grants.choices import ExpenseKind, IncomeKind, TransportMode, ZoneCode
from grants.demo.submitted import iban, siret
from grants.models import (
    Application,
    ApplicationEditor,
    EligibilityRule,
    ExpenseCategory,
    ExpenseLine,
    IncomeLine,
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
from grants.states import ApplicationState

# Ten years of four sittings; the last one is being handled, the others are over.
SITTINGS, LATELY, DATES, PEOPLE = 40, 100, 4, 60
HOUR = timedelta(hours=1)
S = ApplicationState
STATES = (
    *(S.SUBMITTED, S.ADMISSIBLE, S.INSTRUCTION, S.INSTRUCTION, S.READY, S.SCHEDULED),
    *(S.INADMISSIBLE, S.WITHDRAWN),
)
ENDED = (S.INADMISSIBLE, S.WITHDRAWN)
LONG_AGO = (*[S.SCHEDULED] * 8, S.INADMISSIBLE, S.WITHDRAWN)


def fill(count, *, state=None):
    """Applications in every state (or in ``state``); returns the officer and an author."""
    officer, author, houses = _people(count)
    rules = _rules(officer)
    sittings = _sittings(SITTINGS, officer, rules.scheme)
    rows = _applications(count, rules, sittings, houses, officer, state)
    _hang(rows, author, officer)
    return officer, author


def _people(count):
    country = Territory.objects.create(code="FR", name="France", kind="country")
    region = Territory.objects.create(
        code="R", name="Region", kind="region", parent=country
    )
    people = Person.objects.bulk_create(
        Person(
            email=f"{name}@example.org",
            given_name=name,
            family_name="Bench",
            folded=f"{name} bench",
            password="!",
        )
        for name in ("officer", "author", *(f"p{n}" for n in range(PEOPLE)))
    )
    Role.objects.create(person=people[0], role="officer")
    houses = Organisation.objects.bulk_create(
        Organisation(
            name=f"Company {n}",
            folded=f"company {n}",
            kind="company",
            city=f"Town {n % 40}",
            territory=region,
        )
        for n in range(max(60, count // 4))
    )
    for house in houses[:3]:
        Affiliation.objects.create(person=people[1], organisation=house)
    return *people[:2], houses


def _rules(officer):
    scheme = Scheme.objects.create(
        slug="mobility",
        code="MOB",
        name="Mobility",
        kind="mobility",
        beneficiary="company",
        summary="To play further away.",
        officer=officer,
    )
    rules = SchemeVersion.objects.create(
        scheme=scheme,
        number=1,
        state="published",
        published_at=now(),
        valid_from=today() - timedelta(days=3650),
        pays="The way.",
        who="Companies.",
        cap_per_application=Decimal(8000),
        cap_per_beneficiary_year=Decimal(12000),
        rounding=10,
    )
    for order, code in enumerate((ZoneCode.REGIONS, ZoneCode.EUROPE), start=1):
        Zone.objects.create(rules=rules, order=order, code=code, rate=60)
    for order, code in enumerate(_paid(), start=1):
        category = ExpenseCategory.objects.create(rules=rules, order=order, code=code)
        RateScale.objects.create(
            category=category, amount=Decimal("0.5"), valid_from=rules.valid_from
        )
    EligibilityRule.objects.create(
        rules=rules,
        subject="least_performances",
        number=2,
        message="Two performances at least.",
    )
    return rules


def _paid():
    return (
        *(ExpenseKind.TRANSPORT_PEOPLE, ExpenseKind.TRANSPORT_SET),
        *(ExpenseKind.ACCOMMODATION, ExpenseKind.MEALS),
    )


def _sittings(count, officer, scheme):
    """Four a year; the last one takes applications for an hour more."""
    season = Season.objects.create(
        name="Aid", starts_on="2000-09-01", ends_on="2099-08-31"
    )
    year = Activity.objects.create(
        kind="commission",
        title="Commission",
        slug="commission",
        season=season,
        officer=officer,
        state="running",
        registration_mode="appointment",
        capacity=15,
    )
    made = []
    for n in range(max(count, 1)):
        closes = now() + timedelta(hours=1) - n * timedelta(days=91)
        start = closes + timedelta(days=30)
        session = Session.objects.create(
            activity=year,
            number=n + 1,
            starts_at=start,
            ends_at=start + timedelta(hours=6),
        )
        sitting = Sitting.objects.create(
            session=session,
            number=n % 4 + 1,
            year=closes.year,
            opens_at=closes - timedelta(days=60),
            deadline_at=closes,
        )
        sitting.schemes.add(scheme)
        made.append(sitting)
    return made


def _applications(count, rules, sittings, houses, officer, state):
    shows = Show.objects.bulk_create(
        Show(organisation=house, title=f"Show {house.pk}", folded=f"show {house.pk}")
        for house in houses
    )
    rows = []
    for n in range(count):
        lately, where = n < LATELY, n % len(houses)
        sitting = sittings[0 if lately else 1 + n % (len(sittings) - 1)]
        usual = STATES if lately else LONG_AGO
        at = state or usual[n % len(usual)]
        draft = at == S.DRAFT
        rows.append(
            Application(
                scheme=rules.scheme,
                rules=rules,
                sitting=sitting,
                organisation=houses[where],
                show=shows[where],
                title=f"Tour {n}",
                state=at,
                number=None if draft else f"MOB-{sitting.year}-{n:05}",
                siret=siret(where),
                licence="PLATESV-D-2024-001234",
                licence_until=today() + timedelta(days=900),
                iban=iban(where),
                account_holder="Company",
                purpose="Four towns, one truck. " * 20,
                requested=Decimal(1000),
                computed=None if draft else Decimal(1000),
                rapporteur=None if draft else officer,
                submitted_at=None if draft else sitting.opens_at + n % 50 * HOUR,
                ended_at=now() if at in ENDED else None,
            )
        )
    return Application.objects.bulk_create(rows, batch_size=2000)


def _hang(rows, author, officer):
    """What is in each file: dates, trips, a party, a budget that is balanced, words."""
    day = today() + timedelta(days=120)
    made = {model: [] for model in (Performance, Leg, PartyMember, ExpenseLine)}
    made |= {model: [] for model in (IncomeLine, ThreadMessage, InternalNote)}
    for row in rows:
        made[Performance] += [
            Performance(
                application=row,
                day=day + timedelta(days=n),
                venue=f"Theatre {n}",
                city=f"Town {n}",
                zone=ZoneCode.REGIONS,
                contract="cession",
            )
            for n in range(DATES)
        ]
        made[Leg].append(
            Leg(
                application=row,
                origin="Here",
                destination="There",
                mode=TransportMode.VAN,
                distance_km=590,
                persons=6,
            )
        )
        made[PartyMember].append(
            PartyMember(application=row, function="artist", count=6, nights=3)
        )
        made[ExpenseLine] += [
            ExpenseLine(
                application=row, category=kind, quantity=100, unit_amount=Decimal(10)
            )
            for kind in _paid()
        ]
        made[IncomeLine].append(
            IncomeLine(application=row, kind=IncomeKind.FEE, amount=Decimal(3000))
        )
        if row.state != S.DRAFT:
            made[ThreadMessage].append(
                ThreadMessage(application=row, author=officer, body="A word.")
            )
            made[InternalNote].append(
                InternalNote(application=row, author=officer, body="Between us.")
            )
    for model, some in made.items():
        model.objects.bulk_create(some, batch_size=4000)
    ApplicationEditor.objects.bulk_create(
        (
            ApplicationEditor(
                application=row, person=author, role="owner", may_submit=True
            )
            # An author has a dozen; with drafts alone, all are theirs to send.
            for row in (rows if rows[0].state == S.DRAFT else rows[:12])
        ),
        batch_size=4000,
    )
