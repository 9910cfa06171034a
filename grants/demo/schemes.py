"""Aid in the demo: the schemes with example rules, and the commissions of two years."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from agency.activities.choices import RegistrationMode
from agency.activities.models import Season, Session, Venue
from agency.activities.services import activities, sessions
from agency.core.clock import today
from agency.pages.demo import plan
from agency.pages.demo.directory import written
from agency.pages.demo.prose import read
from grants.demo.days import TODAY, Days
from grants.models import (
    Commission,
    Criterion,
    CriterionLevel,
    DocumentRequirement,
    EligibilityRule,
    EmissionFactor,
    ExpenseCategory,
    RateScale,
    Scheme,
    Sitting,
    Zone,
)
from grants.services import schemes, sittings

# The sittings of three commissions, each of a season, the first one first.
SEASONS = ("earlier", "former", "sittings")
HERE = Path(__file__).resolve().parent
# When a commission sits: most of the day; or what is left of it.
HOURS = (("09:30", "17:00"), ("14:00", "18:30"), ("18:00", "21:00"))
# Before everything else that the demo tells of aid.
FIRST_RULES, NEW_RULES = timedelta(days=800), timedelta(days=210)


def prose():
    return read("dispositifs", HERE)


def stories(book, script, day):
    """Note the schemes, then every commission with its sittings, seen from ``day``."""
    begun = plan.on(plan.working(day - FIRST_RULES), "09:40")
    script.at(begun, open_schemes, book)
    again = plan.on(plan.working(day - NEW_RULES), "15:10")
    script.at(again, revise, book)
    for entry in prose()["commission"]:
        earlier, former, current = (entry[key] for key in SEASONS)
        CommissionStory(book, script, entry, day, earlier, suffix="avant").tell()
        CommissionStory(book, script, entry, day, former, suffix="passee").tell()
        CommissionStory(book, script, entry, day, current).tell()


# --- Schemes and their rules ----------------------------------------------------------
def open_schemes(book):
    """Every scheme and its first rules, and the factors of emission."""
    for entry in prose()["scheme"]:
        scheme = written(_scheme(entry, book), book.by)
        draft = schemes.new_version(scheme, by=scheme.officer)
        _write(draft, entry | entry.get("former", {}))
        schemes.publish(draft, by=scheme.officer)
    factors = prose()["emissions"]
    for unit in ("person_km", "vehicle_km"):
        for mode, kilograms in factors[unit].items():
            row = EmissionFactor(
                mode=mode,
                unit=unit,
                kilograms=Decimal(kilograms),
                valid_from=today().replace(month=1, day=1),
                source=factors["source"],
                is_example=True,
            )
            written(row, book.by)


def revise(book):
    """Of those that had other rules first, the rules in force now."""
    for entry in prose()["scheme"]:
        if "former" not in entry:
            continue
        scheme = Scheme.objects.get(slug=entry["slug"])
        draft = schemes.new_version(scheme, by=scheme.officer)
        draft.zones.all().delete()
        _zones(draft, entry)
        _figures(draft, entry)
        schemes.publish(draft, by=scheme.officer)


def _scheme(entry, book):
    named = ("slug", "code", "kind", "beneficiary", "name", "summary")
    elsewhere = entry.get("apply_elsewhere", "")
    return Scheme(
        **{name: entry[name] for name in named},
        officer=book.accounts["agence"],
        takes_applications=not elsewhere,
        apply_elsewhere=elsewhere,
    )


def _write(draft, entry):
    draft.is_example = True
    draft.source = prose()["source"]
    for name in ("pays", "who", "conditions", "solidarity"):
        setattr(draft, name, entry.get(name, "").strip())
    _figures(draft, entry)
    _zones(draft, entry)
    _expenses(draft, entry)
    for order, rule in enumerate(entry["rules"], start=1):
        EligibilityRule.objects.create(rules=draft, order=order, **rule)
    for order, key in enumerate(entry["papers"], start=1):
        paper = prose()["papers"][key]
        DocumentRequirement.objects.create(rules=draft, order=order, key=key, **paper)
    _criteria(draft, entry)


def _figures(draft, entry):
    for name, value in (entry["caps"] | _sums(entry)).items():
        setattr(draft, name, Decimal(value) if isinstance(value, str) else value)
    draft.valid_from = today()
    draft.save()


def _sums(entry):
    """The caps that a former version had otherwise."""
    return {name: entry[name] for name in entry if name.startswith("cap_per_")}


def _zones(draft, entry):
    for order, (code, from_km, rate, *aim) in enumerate(entry["zones"], start=1):
        Zone.objects.create(
            rules=draft,
            order=order,
            code=code,
            from_km=from_km,
            rate=rate,
            target=aim[0] if aim else None,
        )


def _expenses(draft, entry):
    codes = [*entry["expenses"], *entry["refused"]]
    for order, code in enumerate(codes, start=1):
        said = dict(prose()["expenses"].get(code, {}))
        scales = said.pop("scales", ())
        if "line_cap" in said:
            said["line_cap"] = Decimal(said["line_cap"])
        eligible = code in entry["expenses"]
        category = ExpenseCategory.objects.create(
            rules=draft, order=order, code=code, eligible=eligible, **said
        )
        for mode, zone, amount in scales if eligible else ():
            RateScale.objects.create(
                category=category,
                mode=mode,
                zone=zone,
                amount=Decimal(amount),
                valid_from=draft.valid_from.replace(month=1, day=1),
                source=prose()["scale_source"].format(year=draft.valid_from.year),
            )


def _criteria(draft, entry):
    for order, key in enumerate(entry["criteria"], start=1):
        said = dict(prose()["criteria"][key])
        levels = said.pop("levels")
        criterion = Criterion.objects.create(rules=draft, order=order, **said)
        for score, description in enumerate(levels):
            CriterionLevel.objects.create(
                criterion=criterion, score=score, description=description
            )


# --- Commissions ------------------------------------------------------------------------
class CommissionStory:
    """The commission of a season, and its sittings from the first deadline on."""

    def __init__(self, book, script, entry, day, days, suffix=""):
        self.book, self.script, self.entry, self.day = book, script, entry, day
        self.days = [Days.of(day, row) for row in days]
        self.suffix = suffix

    def tell(self):
        first = self.days[0].opens - timedelta(days=9)
        self.script.at(plan.on(plan.working(first), "14:20"), self.write)
        for rank, one in enumerate(self.days):
            if one.meets < self.day:  # that of today is for whoever opens the demo
                self.script.at(plan.on(one.meets, "18:30"), self.hold, rank)
        if self.suffix:
            last = self.days[-1].meets + timedelta(days=1)
            self.script.at(plan.on(plan.working(last), "23:00"), self.complete)

    def write(self):
        """Written by the officer, announced at once; its members come by appointment."""
        self.officer = self.book.accounts["agence"]
        start = plan.season_year(self.days[0].meets)
        season = Season.objects.get(starts_on=f"{start}-09-01")
        self.commission = written(
            Commission(
                slug="-".join(filter(None, (self.entry["slug"], self.suffix))),
                title=f"{self.entry['title']}, {season.name}",
                summary=self.entry["summary"],
                season=season,
                officer=self.officer,
                capacity=13,
                registration_mode=RegistrationMode.APPOINTMENT,
                convene_automatically=False,
            ),
            self.officer,
        )
        self.venue = Venue.objects.get(
            name=read("directory")["venues"]["agence"]["name"]
        )
        self.sittings = [self._sitting(rank) for rank in range(len(self.days))]
        activities.announce(self.commission, by=self.officer)
        activities.start(self.commission, by=self.officer)

    def _sitting(self, rank):
        one = self.days[rank]
        starts, ends = self._hours(one)
        session = Session(
            activity_id=self.commission.pk,
            starts_at=plan.on(one.meets, starts),
            ends_at=plan.on(one.meets, ends),
            venue=self.venue,
        )
        sitting = Sitting(
            number=1 + self._before(one.meets),
            opens_at=plan.on(one.opens, "09:00"),
            deadline_at=plan.on(one.deadline, "23:59"),
            review_opens_at=plan.on(one.deadline + plan.DAY * 7, "09:00"),
            review_closes_at=plan.on(one.closes, "18:00"),
        )
        sittings.save_sitting(sitting, session, by=self.officer)
        sitting.schemes.set(Scheme.objects.filter(code__in=self.entry["schemes"]))
        return sitting

    def _hours(self, one):
        """That of today begins soon, if the day leaves the time for it."""
        if one.story != TODAY:
            return HOURS[0]
        until = self.script.until
        ahead = (each for each in HOURS if plan.on(one.meets, each[0]) > until)
        return next(ahead, HOURS[-1])

    def _before(self, meets):
        """How many sittings of the same schemes the year had before that one."""
        codes = self.entry["schemes"]
        known = Sitting.objects.filter(schemes__code__in=codes, year=meets.year)
        return known.distinct().count()

    def hold(self, rank):
        sessions.hold_session(self.sittings[rank].session, by=self.officer)

    def complete(self):
        activities.complete(self.commission, by=self.officer)
