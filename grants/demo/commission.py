"""The commission of the demo: twelve members, a sitting that they are reading."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.pages.demo import plan
from agency.pages.demo.directory import HOST, PASSWORD
from agency.pages.demo.prose import read
from agency.people.models import Affiliation
from agency.people.services import accounts, directory
from grants.choices import Capacity, Nature, Office
from grants.models import Application, College, Commission, Sitting
from grants.models.reading import presented_to
from grants.services import conflicts, interests, members, reviews

HERE = Path(__file__).resolve().parent
DAY = timedelta(days=1)
APPOINTED = 95
# Who has given how much of the sitting that is being read.
ALL, HALF, NOTHING = 1, 2, 0


def prose():
    return read("commission", HERE)


def stories(book, script, day):
    """Note who is appointed and what they write, seen from ``day``."""
    if book.small:
        return
    told = Body(book)
    script.at(plan.on(plan.working(day - APPOINTED * DAY), "10:20"), told.appoint)
    for back, clock, action in (
        (2, "14:10", told.declare),
        (2, "17:30", told.read),
        (1, "11:40", told.ask),
    ):
        script.at(plan.on(plan.working(day - back * DAY), clock), action)


class Body:
    """The members, in the order of the file, and what they do."""

    def __init__(self, book):
        self.book, self.people = book, []

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
            elif rank == told["consultative"]:
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
        return seat

    # -- what they write -----------------------------------------------------------------
    def sitting(self):
        """The sitting that is being read, or None."""
        rows = Sitting.objects.filter(
            session__activity__slug=prose()["commission"],
            review_opens_at__lte=now(),
            session__starts_at__gt=now(),
        )
        return rows.select_related("session__activity").first()

    def declare(self):
        """All but two declare; who works for a company is found by the platform."""
        sitting = self.sitting()
        if sitting is None or not self.people:
            return
        files = list(Application.objects.filter(sitting=sitting, state="scheduled"))
        if files:
            directory.affiliate(
                self.tied,
                organisation=files[-1].organisation,
                starts_on=now().date() - 400 * DAY,
                is_primary=True,
                by=self.book.by,
            )
        conflicts.notice(sitting)
        for rank, person in enumerate(self.people[:-1]):
            if person == self.tied:  # her answers are still awaited
                continue
            rows = list(interests.to_declare(sitting, person))
            answers = {one.pk: "" for one in rows}
            if rank == 4 and rows:
                answers[rows[0].pk] = Nature.COLLABORATION
            interests.declare(sitting, person, answers)

    def read(self):
        """Some have read everything, some the half, whoever shows the demo a little."""
        sitting = self.sitting()
        if sitting is None:
            return
        shares = [HALF, HALF, NOTHING, ALL, ALL, ALL, HALF, ALL, HALF]
        for rank, (person, share) in enumerate(zip(self.people, shares, strict=False)):
            files = list(presented_to(person).filter(sitting=sitting).order_by("pk"))
            some = files[:: share or len(files) + 1] if share else []
            for each, one in enumerate(some):
                draft = rank == 1 and each == len(some) - 1
                self._review(one, person, rank + each, hand_in=not draft)

    def _review(self, one, person, dice, *, hand_in):
        said = prose()["reviews"]["comments"]
        own = reviews.begin(one, person)
        scores = {}
        for step, criterion in enumerate(one.rules.criteria.all()):
            levels = list(criterion.levels.values_list("score", flat=True))
            # Most agree; one file in five is contested.
            spread = 4 if one.pk % 5 == 0 else 2
            high = len(levels) - 1 - (dice * 7 + step * 3) % spread % len(levels)
            scores[criterion.pk] = levels[high]
        opinions = (
            "favourable",
            "favourable",
            "reserved",
            "favourable",
            "unfavourable",
        )
        amount = one.computed or Decimal(0)
        words = {
            "opinion": opinions[(dice + one.pk) % len(opinions)],
            "suggested": amount if dice % 2 else None,
            "comment": said[(dice + one.pk) % len(said)],
        }
        try:
            reviews.save(own, words, scores, version=0, revision=1, hand_in=hand_in)
        except MoveBlocked:
            return

    def ask(self):
        sitting = self.sitting()
        if sitting is None:
            return
        for rank, (body, answer) in enumerate(prose()["reviews"]["questions"]):
            person = self.people[3 + rank]
            one = presented_to(person).filter(sitting=sitting).order_by("pk").first()
            if one is None:
                continue
            question = reviews.ask(one, body, by=person)
            if answer:
                reviews.answer(question, answer, by=self.officer)
