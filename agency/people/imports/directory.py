"""What the directory holds, by what a line of a file can be matched with.

Read whole, in five queries: a file of twenty thousand lines asks about as many. What
a file would create is added to it line after line, so that the second line about
somebody meets the first.
"""

from dataclasses import dataclass, field

from agency.core.text import fold
from agency.people.models import (
    Affiliation,
    Organisation,
    OrganisationLabel,
    Person,
    Profession,
    Territory,
)


@dataclass(eq=False)
class House:
    """An organisation; without ``pk``, one that line ``line`` would create."""

    pk: int | None
    name: str
    city: str
    siret: str
    title: str
    line: int = 0

    @property
    def key(self):
        return self.pk or f"new {self.name}"


@dataclass(eq=False)
class Someone:
    """A person; without ``pk``, one that line ``line`` would create."""

    pk: int | None
    name: str
    email: str
    places: set = field(default_factory=set)
    line: int = 0


class Lists:
    """The short lists that cells choose from, by folded name."""

    def __init__(self):
        self.professions = self._named(Profession, "parent_id")
        self.profession_names = [one.name for one in self.professions.values()]
        self.territories = self._named(Territory, "-kind")
        self.territory_names = [one.name for one in self.territories.values()]
        self.territories |= {
            fold(one.code): one for one in list(self.territories.values())
        }
        self.labels = self._named(OrganisationLabel, "pk")
        self.label_names = [one.name for one in self.labels.values()]

    def _named(self, model, *order):
        return {fold(row.name): row for row in model.objects.order_by(*order, "pk")}


class Directory:
    def __init__(self):
        self.lists = Lists()
        self.houses_by_name, self.houses_by_siret = {}, {}
        # SIRET numbers of organisations that were merged into another: nobody's to take.
        self.set_aside = set()
        self.people_by_name, self.people_by_email = {}, {}
        self._read_houses()
        self._read_people()

    def _read_houses(self):
        merged = Organisation.objects.exclude(merged_into=None).exclude(siret="")
        self.set_aside.update(merged.order_by().values_list("siret", flat=True))
        rows, towns = Organisation.objects.present().order_by("pk"), {}
        for pk, name, city, siret, folded in rows.values_list(
            "pk", "name", "city", "siret", "folded"
        ):
            town = towns.get(city)
            if town is None:
                town = towns[city] = fold(city)
            bare = folded.removesuffix(town).strip() if town else folded
            self.add_house(House(pk, bare, town, siret, name))

    def _read_people(self):
        places = {}
        for person, place in (
            Affiliation.objects.active()
            .order_by()
            .values_list("person_id", "organisation_id")
        ):
            places.setdefault(person, set()).add(place)
        # Whoever was erased is met by nothing.
        known = {}
        rows = Person.objects.present().order_by("pk")
        for pk, email, folded in rows.values_list("pk", "email", "folded"):
            # Stored in lower case: hardly any has something to fold.
            end = email if not email or email.isascii() else fold(email)
            name = folded.removesuffix(end).strip() if end else folded
            someone = Someone(pk, name, email or "", places.get(pk, set()))
            known[pk] = self.add_person(someone)
        self._read_former_addresses(known)

    def _read_former_addresses(self, known):
        """The address of a record that was merged is one of whoever stayed."""
        merged = Person.objects.exclude(merged_into=None).order_by("pk")
        into, addresses = {}, []
        for pk, email, stayed in merged.values_list("pk", "email", "merged_into_id"):
            into[pk] = stayed
            addresses.append((email, stayed))
        for email, stayed in addresses:
            while stayed in into:
                stayed = into[stayed]
            if email and stayed in known:
                self.people_by_email.setdefault(email, known[stayed])

    def add_house(self, house):
        self.houses_by_name.setdefault(house.name, []).append(house)
        if house.siret:
            self.houses_by_siret[house.siret] = house
        return house

    def rename(self, house, name, siret):
        """What a line says of an organisation is met by the lines after it."""
        if siret and not house.siret:
            house.siret, self.houses_by_siret[siret] = siret, house
        if house not in self.houses_by_name.setdefault(name, []):
            self.houses_by_name[name].append(house)

    def add_person(self, someone):
        self.people_by_name.setdefault(someone.name, []).append(someone)
        if someone.email:
            self.people_by_email[someone.email] = someone
        return someone
