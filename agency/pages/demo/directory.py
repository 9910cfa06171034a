"""Who is who in the region of the demo: organisations, professionals, the team."""

import random
from dataclasses import dataclass, field
from itertools import cycle

from django.db.models import Model

from agency.core import journal
from agency.core.clock import today
from agency.core.text import fold
from agency.mail.models import QuietPeriod
from agency.pages.demo.prose import read
from agency.people.choices import (
    Body,
    ContractKind,
    MandateRole,
    MembershipState,
    TerritoryKind,
)
from agency.people.models import (
    Mandate,
    Membership,
    Organisation,
    OrganisationLabel,
    Person,
    Profession,
    Territory,
)
from agency.people.services import accounts, directory, roles

PASSWORD = "plateau-demo"  # noqa: S105 published, and worth nothing outside the demo
HOST = "demo.plateau.example"
GENDERS = "fmn"
WITHOUT_ADDRESS = 11
# With --small, so many of each.
SMALL = 6

# By profession group: what they do, and the organisations that employ them.
JOBS = {
    "production": ["production", "diffusion"],
    "administration": ["responsable-administratif", "comptabilite-paie"],
    "communication": ["responsable-communication", "presse-numerique"],
    "mediation": ["mediation-culturelle", "relations-publiques"],
    "development": ["coordination-cteac", "action-culturelle"],
    "technique": ["regie-generale", "direction-technique"],
}
EMPLOYERS = {
    "production": ["company", "ensemble", "production_office", "venue"],
    "administration": ["company", "venue", "festival", "association", "ensemble"],
    "communication": ["venue", "festival"],
    "mediation": ["venue", "festival", "association", "network"],
    "development": ["local_authority", "association", "network"],
    "technique": ["company", "venue"],
}
COLLEGES = {
    "company": 0,
    "ensemble": 0,
    "venue": 1,
    "festival": 1,
    "local_authority": 3,
}
BOARD = 9


@dataclass
class Directory:
    """What the story is told with."""

    dice: random.Random
    small: bool
    territories: dict = field(default_factory=dict)
    professions: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)
    organisations: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    groups: dict = field(default_factory=dict)
    accounts: dict = field(default_factory=dict)
    charters: dict = field(default_factory=dict)
    by: Person | None = None

    def town(self, name):
        """The postal code and the territory of a town."""
        code, departement = read("directory")["towns"][name]
        return {"postal_code": code, "territory": self.territories[departement]}

    def address(self):
        street = self.dice.choice(read("directory")["streets"]["names"])
        return f"{self.dice.randint(1, 58)} {street}"


def written(row: Model, by):
    """Keep a row that has no service of its own, as the admin would."""
    row.save()
    journal.record(row, "add", by=by)
    return row


def open_house(book):
    """The team, and the lists that everything else refers to."""
    _team(book)
    _lists(book)
    _organisations(book)
    for entry in read("directory")["quiet_period"]:
        year = today().year + entry["years_on"]
        start, end = (f"{year}-{entry[name]}" for name in ("from", "until"))
        row = QuietPeriod(label=entry["label"], starts_on=start, ends_on=end)
        row.save()


def _team(book):
    for entry in read("people")["staff"]:
        given, family, _gender = entry["name"].split("/")
        name = entry.get("account") or _local_part(given, family)
        person = accounts.add(
            email=f"{name}@{HOST}",
            given_name=given,
            family_name=family,
            phone=entry["phone"],
            by=book.by,
        )
        if "account" in entry:
            accounts.claim(person, password=PASSWORD)
            book.accounts[name] = person
        book.people[f"{given} {family}"] = book.accounts[entry["name"]] = person
        # The direction is first in the file: from then on it gives the roles.
        for role in entry["roles"]:
            roles.give_role(person, role, by=book.by)
        book.by = book.by or person
    book.accounts["pierre"] = book.accounts["Pierre/Lemoal/m"]
    for entry in read("people")["facilitator"]:
        given, family, _gender = entry["name"].split("/")
        name = entry.get("account")
        own = f"{_local_part(given, family)}@independant.example"
        person = accounts.add(
            email=f"{name}@{HOST}" if name else own,
            given_name=given,
            family_name=family,
            by=book.by,
        )
        if name:
            accounts.claim(person, password=PASSWORD)
            book.accounts[name] = person
        book.people[f"{given} {family}"] = person


def _lists(book):
    lists = read("directory")
    region = written(Territory(**lists["region"], kind=TerritoryKind.REGION), book.by)
    book.territories[region.code] = region
    for entry in lists["departement"]:
        row = Territory(**entry, kind=TerritoryKind.DEPARTEMENT, parent=region)
        book.territories[row.code] = written(row, book.by)
    for entry in lists["profession"]:
        parent = written(Profession(slug=entry["slug"], name=entry["name"]), book.by)
        book.professions[parent.slug] = parent
        for slug, name in entry["children"]:
            row = Profession(slug=slug, name=name, parent=parent)
            book.professions[slug] = written(row, book.by)
    for name in lists["labels"]["names"]:
        book.labels[name] = written(OrganisationLabel(name=name), book.by)


def _organisations(book):
    colleges = read("directory")["college"]["names"]
    for kind, rows in read("organisations").items():
        kept = rows[:SMALL] if book.small else rows
        for rank, (name, city, *labels) in enumerate(kept):
            row = Organisation(
                name=name,
                kind=kind,
                city=city,
                address=book.address(),
                website=f"https://{_slug(name)}.example",
                email=f"bonjour@{_slug(name)}.example",
                **book.town(city),
            )
            book.organisations[name] = written(row, book.by)
            row.labels.set(book.labels[label] for label in labels)
            if rank % 3 != 2:
                _membership(book, colleges[COLLEGES.get(kind, 2)], organisation=row)


def _membership(book, college, **member):
    year = today().year
    for joined in range(year, year + 3):
        row = Membership(
            **member, year=joined, college=college, status=MembershipState.ACTIVE
        )
        written(row, book.by)


def gather(book):
    """The professionals, each with where they work; freelancers in several houses."""
    named = read("people")["accounts"]
    for name, entry in named.items():
        given, family, gender = entry["name"].split("/")
        person = _professional(book, f"{name}@{HOST}", given, family)
        accounts.claim(person, password=PASSWORD)
        _works(book, person, gender, entry["profession"], entry["works_at"])
        book.accounts[name] = person
    for group, names in read("people")["names"].items():
        kept = names[:SMALL] if book.small else names
        houses = _houses(book, group)
        members = [
            _member(book, group, rank, name, houses) for rank, name in enumerate(kept)
        ]
        book.groups[group] = members
    _board(book)


def _houses(book, group):
    """The employers of a group in an order of its own, again and again."""
    suited = [
        one for one in book.organisations.values() if one.kind in EMPLOYERS[group]
    ]
    book.dice.shuffle(suited)
    return cycle(suited)


def _member(book, group, rank, name, houses):
    given, family, gender = name.split("/")
    own = f"{_local_part(given, family)}@courriel.example"
    shared = rank % WITHOUT_ADDRESS == WITHOUT_ADDRESS - 1
    person = _professional(book, None if shared else own, given, family)
    main = next(houses)
    others = (
        [next(houses)] if rank % 4 == 1 and group in ("production", "technique") else []
    )
    job = JOBS[group][rank % 3 == 2]
    _works(book, person, gender, job, [main.name, *(one.name for one in others)])
    return person


def _professional(book, email, given, family):
    city = book.dice.choice(list(read("directory")["towns"]))
    return accounts.add(
        email=email,
        given_name=given,
        family_name=family,
        phone=f"+3319900{book.dice.randint(1000, 9999)}",
        address=book.address() if email is None else "",
        city=city,
        by=book.by,
        **book.town(city),
    )


def _works(book, person, gender, job, houses):
    titles = read("directory")["jobs"][job]
    several = len(houses) > 1
    for rank, house in enumerate(houses):
        since = today().year - book.dice.randint(2, 15)
        directory.affiliate(
            person,
            organisation=book.organisations[house],
            profession=book.professions[job],
            job_title=titles[GENDERS.index(gender)],
            contract=ContractKind.INTERMITTENT if several else ContractKind.PERMANENT,
            practising_since=since,
            starts_on=today().replace(year=since + 1, month=9, day=1),
            is_primary=rank == 0,
            by=book.by,
        )


def _board(book):
    """Nine directors, two of them co-presidents, each for a college."""
    colleges = cycle(read("directory")["college"]["names"])
    everybody = [one for members in book.groups.values() for one in members]
    elected = [one for one in everybody if one.email][3 :: len(everybody) // BOARD]
    for rank, person in enumerate(elected[:BOARD]):
        role = MandateRole.CO_PRESIDENT if rank < 2 else MandateRole.DIRECTOR
        row = Mandate(person=person, body=Body.BOARD, role=role, college=next(colleges))
        written(row, book.by)
        roles.give_role(person, "board", by=book.by)


def _local_part(given, family):
    return f"{_slug(given)}.{_slug(family)}"


def _slug(words):
    folded = "".join(c if c.isalnum() else "-" for c in fold(words))
    return "-".join(part for part in folded.split("-") if part)
