"""The company of the demo, and the draft that two of its people write."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from agency.core import journal
from agency.core.clock import today
from agency.core.versions import save_columns
from agency.pages.demo import plan
from agency.pages.demo.directory import HOST, PASSWORD
from agency.pages.demo.prose import read
from agency.people.choices import ContractKind
from agency.people.services import accounts, directory
from grants.demo import submitted
from grants.models import Scheme
from grants.sections import Section
from grants.services import drafts, editors, papers, writing

HERE = Path(__file__).resolve().parent
DAY = timedelta(days=1)
# Before everything that the demo tells of the applications of two years.
KNOWN_FOR = timedelta(days=790)
USUAL = "mobilite-artistique"
SIRET, IBAN = "90014273800013", "FR7630006000011234567890189"
AMOUNTS = ("fee", "quantity", "unit_amount", "amount")
EACH = (
    Section.PERFORMANCES,
    Section.LEGS,
    Section.PARTY,
    Section.EXPENSES,
    Section.INCOMES,
)


def prose():
    return read("brouillon", HERE)


def stories(book, script, day):
    """Note the people of the company, then what they have written these last days."""
    script.at(plan.on(plan.working(day - KNOWN_FOR), "09:05"), introduce, book)
    story = DraftStory(book)

    def at(days, clock, action):
        script.at(plan.on(plan.working(day - days * DAY), clock), action)

    at(9, "14:10", story.begin)
    at(8, "10:35", story.invite)
    at(6, "16:20", story.tour)
    at(3, "11:50", story.budget)
    at(2, "17:25", story.papers)
    at(2, "18:05", story.another)


def introduce(book):
    """Two of one company; nothing is drawn, so the rest of the demo stays the same."""
    told = prose()["company"]
    house = book.organisations.get(told["name"])
    if house is None:
        house = next(iter(book.organisations.values()))
    house.siret, house.licence = SIRET, told["licence"]
    save_columns(house, ["siret", "licence"])
    journal.record(house, "change", by=book.by, fields=["licence", "siret"])
    for name, entry in prose()["accounts"].items():
        given, family = entry["name"].split("/")
        person = accounts.add(
            email=f"{name}@{HOST}",
            given_name=given,
            family_name=family,
            city=house.city,
            by=book.by,
            **book.town(house.city),
        )
        accounts.claim(person, password=PASSWORD)
        directory.affiliate(
            person,
            organisation=house,
            profession=book.professions[entry["profession"]],
            job_title=entry["job_title"],
            contract=ContractKind.PERMANENT,
            starts_on=today().replace(month=1, day=1),
            is_primary=True,
            by=book.by,
        )
        book.accounts[name] = person


def scheme_to_apply_for():
    """The usual one, else the first that takes applications today, or None."""
    rows = Scheme.objects.public().filter(takes_applications=True).order_by("pk")
    ranked = sorted(rows, key=lambda one: one.slug != USUAL)
    return next((one for one in ranked if not drafts.closed(one)), None)


class DraftStory:
    """A draft that is rich, and not quite whole: some money is still to find."""

    def __init__(self, book):
        self.book = book
        self.draft = None

    def begin(self):
        scheme = scheme_to_apply_for()
        person = self.book.accounts["compagnie"]
        house = drafts.organisations(person).first()
        if scheme is None or house is None:
            return
        words = prose()["draft"]
        self.draft, _new = drafts.start(
            scheme, organisation=house, title=words["title"], by=person
        )
        self._columns(
            Section.ORGANISATION,
            iban=IBAN,
            licence_until=today() + words["licence_days"] * DAY,
        )
        show = dict(prose()["show"])
        created = today() - show.pop("created_days_ago") * DAY
        show = writing.add_show(self.draft, by=person, created_on=created, **show)
        texts = {name: words[name].strip() for name in ("purpose", "stakes", "greener")}
        self._columns(Section.PROJECT, show=show, **texts)

    def invite(self):
        if self.draft is None:
            return
        person = self.book.accounts["compagnie"]
        editors.invite(self.draft, f"compagnie2@{HOST}", by=person)

    def tour(self):
        for part in EACH[:3]:
            self._rows(part, by="compagnie2")

    def budget(self):
        for part in EACH[3:]:
            self._rows(part, by="compagnie")
        if self.draft is not None:
            self._columns(
                Section.INCOMES, requested=Decimal(prose()["draft"]["requested"])
            )

    def papers(self):
        """The first document; the others are still to give."""
        if self.draft is None:
            return
        asked = papers.requirements(self.draft)
        if asked:
            submitted.keep(
                self.draft, asked[0], self.book.accounts["compagnie"], dated=None
            )

    def another(self):
        """The colleague begins one of their own, and asks for help."""
        person = self.book.accounts["compagnie2"]
        scheme = Scheme.objects.filter(slug=prose()["another"]["scheme"]).first()
        house = drafts.organisations(person).first()
        if scheme is None or house is None or drafts.closed(scheme):
            return
        title = prose()["another"]["title"]
        draft, _new = drafts.start(scheme, organisation=house, title=title, by=person)
        editors.invite(draft, f"compagnie@{HOST}", by=person)

    def _columns(self, part, **values):
        seen = writing.prints(self.draft, values)
        by = self.book.accounts["compagnie"]
        writing.write_columns(self.draft, part, values, seen=seen, by=by)

    def _rows(self, part, *, by):
        if self.draft is None:
            return
        edits = [
            writing.Edit(pk=None, seen="", values=_values(entry))
            for entry in prose()[part.value]
        ]
        person = self.book.accounts[by]
        writing.write_rows(self.draft, part, edits, known=(), names=(), by=person)


def _values(entry):
    """A row as its form would give it: amounts are exact, days are from today."""
    values = dict(entry)
    if "in_days" in values:
        values["day"] = plan.working(today() + values.pop("in_days") * DAY)
    for name in AMOUNTS:
        if name in values:
            values[name] = Decimal(values[name])
    return values
