"""Applications of the demo that were sent these last weeks, through the real services.

Nothing is told when no sitting takes applications that day, or no company is known.
"""

from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from stdnum import luhn

from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from agency.documents import engine
from agency.pages.demo import plan
from agency.pages.demo.prose import read
from agency.people.models import Affiliation
from grants.models import (
    Application,
    ApplicationDocument,
    ApplicationEditor,
    ExpenseLine,
    IncomeLine,
    Leg,
    PartyMember,
    Performance,
    Scheme,
    Show,
)
from grants.services import papers, receipts, submission
from grants.uploads.content import PDF, Content

HERE = Path(__file__).resolve().parent
DAY = timedelta(days=1)
SCHEME = "MOB"
SMALL = 2
PARTY = ("artist", "technician")
COUNTS = (4, 2)
TEXTS = ("purpose", "stakes", "greener")
NIGHTS, NIGHT, FEE = 3, Decimal("68"), Decimal("1400")
KM = {"train": Decimal("0.25"), "plane": Decimal("0.15")}
PAY = Decimal("200")
TOURS_IN = 120
BY_TRAIN = 1900


def prose():
    return read("depots", HERE)


def stories(book, script, day):
    """Note who sends what, seen from ``day``."""
    entries = prose()["file"]
    for rank, entry in enumerate(entries[-SMALL:] if book.small else entries):
        moment = plan.on(plan.working(day - entry["days"] * DAY), entry["hour"])
        script.at(moment, send, book, entry, rank)


def send(book, entry, rank):
    """A company writes its file in one go, and sends it."""
    scheme = Scheme.objects.filter(code=SCHEME).first()
    sitting = scheme and scheme.sittings.accepting().first()
    person = sitting and _somebody(book, rank, sitting)
    if sitting is None or scheme.rules_on() is None or person is None:
        return
    application = write(scheme, sitting, person, entry)
    try:
        revision = submission.submit(application, by=person.person)
    except MoveBlocked:
        return  # the rules of that day ask for more: it stays a draft
    receipts.make(revision.pk)


def _somebody(book, rank, sitting):
    """Somebody of a company that has sent nothing for it, else of any; or None."""
    sent = Application.objects.filter(sitting=sitting).values("organisation_id")
    rows = Affiliation.objects.filter(
        organisation__kind="company",
        organisation__territory__isnull=False,
        ends_on=None,
        person__email__isnull=False,
    )
    shown = [one.pk for name, one in book.accounts.items() if name != "compagnie"]
    rows = rows.exclude(person_id__in=shown).select_related("person", "organisation")
    rows = rows.order_by("pk")
    new = list(rows.exclude(organisation_id__in=sent)[: rank + 1])
    found = new or list(rows[: rank + 1])
    return found[-1] if found else None


def write(scheme, sitting, affiliation, entry):
    """A whole draft of ``entry``: its show, its tour, a balanced budget, its papers."""
    house, words = affiliation.organisation, prose()
    show, _new = Show.objects.get_or_create(
        organisation=house,
        title=entry["show"],
        defaults={
            "discipline": entry["discipline"],
            "created_on": today() - 300 * DAY,
        },
    )
    application = Application.objects.create(
        scheme=scheme,
        rules=scheme.rules_on(),
        sitting=sitting,
        organisation=house,
        show=show,
        title=entry["title"],
        siret=house.siret or siret(house.pk),
        licence=f"PLATESV-D-2024-{house.pk:06}",
        licence_until=today() + 900 * DAY,
        iban=iban(house.pk),
        account_holder=house.name[:160],
        solidarity=words["solidarity"].strip() if scheme.rules_on().solidarity else "",
        **{name: (entry.get(name) or words[name]).strip() for name in TEXTS},
    )
    ApplicationEditor.objects.create(
        application=application,
        person=affiliation.person,
        role="owner",
        may_submit=True,
    )
    _tour(application, entry)
    _papers(application, affiliation.person)
    return application


def _tour(application, entry):
    fee, count = Decimal(entry.get("fee", FEE)), entry.get("count", 2)
    party = dict(zip(PARTY, entry.get("party", COUNTS), strict=True))
    people, venues = sum(party.values()), list(enumerate(entry["venues"], start=1))
    Performance.objects.bulk_create(
        _performance(application, entry, rank, place, fee * count)
        for rank, place in venues
    )
    IncomeLine.objects.bulk_create(
        IncomeLine(
            application=application,
            order=rank,
            kind="fee",
            funder=venue,
            amount=fee * count,
            status="obtained",
        )
        for rank, (venue, *_where) in venues
    )
    Leg.objects.create(
        application=application,
        origin=application.organisation.city or "Montreval",
        destination=entry["venues"][0][1],
        mode=_mode(entry),
        distance_km=entry["kilometres"],
        persons=people,
    )
    PartyMember.objects.bulk_create(
        PartyMember(
            application=application, function=function, count=number, nights=NIGHTS
        )
        for function, number in party.items()
        if number
    )
    days = people * count * len(venues)
    share = Decimal(entry.get("share", "0.5"))
    travelled = entry["kilometres"] * 2 * people
    _budget(application, (_mode(entry), travelled), people * NIGHTS, days, share)


def _mode(entry):
    return "plane" if entry["kilometres"] > BY_TRAIN else "train"


def _performance(application, entry, rank, place, fee):
    venue, city, zone, *country = place
    home = "Belgique" if zone == "europe" else "France"
    return Performance(
        application=application,
        order=rank,
        day=plan.working(today() + (TOURS_IN + 2 * rank) * DAY),
        count=entry.get("count", 2),
        venue=venue,
        city=city,
        country=country[0] if country else home,
        zone=zone,
        contract=entry.get("contract", "cession"),
        contract_status="signed" if rank == 1 else "confirmed",
        fee=fee,
    )


def _budget(application, travelled, nights, days, share):
    mode, kilometres = travelled
    lines = [
        ("payroll", "", Decimal(days), PAY),
        ("transport_people", mode, Decimal(kilometres), KM[mode]),
        ("accommodation", "", Decimal(nights), NIGHT),
        ("meals", "", Decimal(nights * 2), Decimal("19.40")),
    ]
    ExpenseLine.objects.bulk_create(
        ExpenseLine(
            application=application,
            order=order,
            category=category,
            mode=mode,
            quantity=quantity,
            unit_amount=unit,
        )
        for order, (category, mode, quantity, unit) in enumerate(lines, start=1)
    )
    _balance(application, share)


def _balance(application, share):
    """What is missing: so much of it is asked for, the rest is the company's own."""
    spent, income = submission.sums(application)
    asked = (spent - income) * share // 1
    own = spent - income - asked
    IncomeLine.objects.create(
        application=application, order=9, kind="own", amount=own, status="obtained"
    )
    Application.objects.filter(pk=application.pk).update(requested=asked)
    application.requested = asked


# --- Papers --------------------------------------------------------------------------
def _papers(application, person):
    """One of each that is needed; the attestation is of a month ago."""
    for requirement in papers.requirements(application):
        if not papers.is_needed(requirement, application):
            continue
        dated = today() - 30 * DAY if requirement.validity_days else None
        keep(application, requirement, person, dated)


def keep(application, requirement, person, dated):
    """A paper of the demo: ours, so nobody looks into it again."""
    content = Content(_drawn(requirement.label), PDF, f"{requirement.key}.pdf")
    paper = ApplicationDocument(
        application=application,
        requirement=requirement.key,
        name=content.name,
        media_type=content.media_type,
        size=len(content.data),
        sha256=content.sha256,
        dated_on=dated,
        expires_on=papers.expiry(requirement, dated),
        scan="skipped",
        uploaded_by=person,
        uploaded_at=now(),
    )
    _put(paper, content.data)
    paper.save()


def _put(paper, data):
    """Its file, at once: nobody waits for a disk that hundreds of them are forced to."""
    name = paper._meta.get_field("file").generate_filename(paper, "")
    place = Path(paper.file.storage.path(name))
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.touch(mode=0o600)
    place.write_bytes(data)
    paper.file.name = name


@cache
def _drawn(label):
    page = f"<h1>{label}</h1><p>{prose()['paper']}</p>"
    return engine.pdf(f'<html lang="fr"><title>{label}</title>{page}</html>')


# --- Numbers whose checksums hold ----------------------------------------------------
def siret(key):
    siren = f"90{key:06}"
    siren += luhn.calc_check_digit(siren)
    return f"{siren}0001{luhn.calc_check_digit(f'{siren}0001')}"


def iban(key):
    account = f"3000600001{key:011}89"
    digits = f"{account}152700"  # FR00, its letters as figures
    return f"FR{98 - int(digits) % 97:02}{account}"
