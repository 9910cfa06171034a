"""The commission of the demo: its twelve members, and what each does for its sittings."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from agency.core.clock import now
from agency.pages.demo import plan
from agency.pages.demo.directory import HOST, PASSWORD
from agency.pages.demo.prose import read
from agency.people.models import Affiliation
from agency.people.services import accounts
from grants.choices import Capacity, Office
from grants.demo import schemes
from grants.demo.days import CLOSED, READ, TODAY, Days
from grants.demo.held import Held
from grants.demo.prepared import Prepared
from grants.demo.reading import Reading
from grants.models import College, Commission
from grants.services import members

HERE = Path(__file__).resolve().parent
DAY = timedelta(days=1)
APPOINTED = 125


def prose():
    return read("commission", HERE)


def stories(book, script, day):
    """Note who is appointed, and the life of three sittings, seen from ``day``."""
    if book.small:
        return
    body = Body(book)
    script.at(plan.on(plan.working(day - APPOINTED * DAY), "10:20"), body.appoint)
    rows = [
        Days.of(day, row)
        for one in schemes.prose()["commission"]
        for row in one["sittings"]
    ]
    told = {one.story: one for one in rows if one.story}
    Prepared(body, told[CLOSED], share=Decimal("0.9")).tell(script)
    Held(body, told[CLOSED], told[READ]).tell(script)
    Prepared(body, told[TODAY]).tell(script)
    Reading(body, told[READ]).tell(script, day)


class Body:
    """The members, in the order of the file, and what they do."""

    def __init__(self, book):
        self.book, self.people, self.seats = book, [], {}
        self.tied = None

    @property
    def officer(self):
        return self.book.accounts["agence"]

    # -- who sits ---------------------------------------------------------------------
    def appoint(self):
        told = prose()
        self.colleges = [
            College.objects.get_or_create(name=name, defaults={"order": rank})[0]
            for rank, name in enumerate(told["colleges"], start=1)
        ]
        commission = Commission.objects.filter(slug=told["commission"]).first()
        if commission is None:
            return
        for entry in told["member"]:
            person = self._account(entry)
            self._seat(
                commission,
                person,
                entry["college"],
                office=Office.CHAIR if entry.get("office") else "",
            )
        self._others(commission, told["others"])

    def _account(self, entry):
        given, family = entry["name"].split("/")
        city = next(iter(read("directory")["towns"]))
        person = accounts.add(
            email=f"{entry['account']}@{HOST}",
            given_name=given,
            family_name=family,
            city=city,
            by=self.book.by,
            **self.book.town(city),
        )
        accounts.claim(person, password=PASSWORD)
        self.book.accounts[entry["account"]] = person
        if entry.get("tied"):
            self.tied = person
        return person

    def _others(self, commission, told):
        rows = Affiliation.objects.filter(
            organisation__kind__in=("venue", "festival"),
            person__email__isnull=False,
            ends_on=None,
        ).exclude(person__email__endswith=f"@{HOST}")
        houses = {one.organisation_id: one for one in rows.order_by("-pk")}
        people = {one.person_id: one.person for one in houses.values()}
        titular = None
        for rank, person in enumerate(list(people.values())[: len(told["colleges"])]):
            capacity = Capacity.TITULAR
            if rank == told["alternate"]:
                capacity = Capacity.ALTERNATE
            elif rank in told["consultative"]:
                capacity = Capacity.CONSULTATIVE
            seat = self._seat(
                commission,
                person,
                told["colleges"][rank],
                office=Office.DEPUTY if rank == told["deputy"] else "",
                capacity=capacity,
                alternate_of=titular if capacity == Capacity.ALTERNATE else None,
            )
            titular = titular or seat

    def _seat(self, commission, person, college, **given):
        day = now().date()
        seat = members.appoint(
            commission,
            person,
            by=self.officer,
            college=self.colleges[college],
            starts_on=day,
            ends_on=day + 730 * DAY,
            **given,
        )
        self.people.append(person)
        self.seats[person.pk] = seat
        return seat

    # -- who is who -----------------------------------------------------------------------
    @property
    def chair(self):
        return self.book.accounts["presidence"]

    def voices(self):
        """Those who give their opinion before a sitting, in their order."""
        seats = self.seats
        return [
            one
            for one in self.people
            if seats[one.pk].capacity != Capacity.CONSULTATIVE
        ]
