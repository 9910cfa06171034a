"""The sitting of the demo that its members are reading: some more, some less."""

from datetime import timedelta

from agency.core.clock import now
from agency.pages.demo import plan
from agency.pages.demo.prose import read
from agency.people.services import directory
from grants.choices import Block
from grants.demo import opinions
from grants.demo.days import HERE
from grants.demo.prepared import give_envelopes
from grants.models import Application
from grants.models.reading import presented_to
from grants.services import agenda, conflicts, reviews

DAY = timedelta(days=1)
# Who has given how much: everything, one file in two or in three, nothing.
ALL, HALF, THIRD, NOTHING = 1, 2, 3, 0
SHARES = (HALF, HALF, NOTHING, ALL, ALL, ALL, HALF, ALL, THIRD, ALL)


class Reading:
    def __init__(self, body, days):
        self.body, self.days = body, days

    def tell(self, script, day):
        for back, clock, action in (
            (6, "16:10", self.declare),
            (2, "17:30", self.read),
            (2, "18:10", self.prepare),
            (1, "11:40", self.ask),
        ):
            script.at(plan.on(plan.working(day - back * DAY), clock), action)

    def declare(self):
        """All but two declare; who works for a company is found by the platform."""
        sitting = opinions.sitting_of(self.days)
        if sitting is None or not self.body.people:
            return
        self._tie(sitting)
        conflicts.notice(sitting)
        awaited = (self.body.tied, self.body.people[-1])
        people = [one for one in self.body.people if one not in awaited]
        opinions.declare(sitting, people, tied=people[4])

    def _tie(self, sitting):
        """Somebody works for a company that has this one file on an agenda to come."""
        coming = Application.objects.filter(
            state="scheduled", sitting__session__starts_at__gt=sitting.deadline_at
        )
        houses = [one.organisation_id for one in coming]
        mine = coming.filter(sitting=sitting).order_by("number")
        alone = [one for one in mine if houses.count(one.organisation_id) == 1]
        if alone:
            directory.affiliate(
                self.body.tied,
                organisation=alone[-1].organisation,
                starts_on=now().date() - 400 * DAY,
                is_primary=True,
                by=self.body.book.by,
            )

    def read(self):
        sitting = opinions.sitting_of(self.days)
        if sitting is None:
            return
        voices = self.body.voices()
        for rank, (person, share) in enumerate(zip(voices, SHARES, strict=False)):
            opinions.write(sitting, person, rank, share, last_is_draft=rank == 1)

    def prepare(self):
        """The envelope, and a first idea of what is examined together."""
        sitting = opinions.sitting_of(self.days)
        if sitting is None:
            return
        give_envelopes(sitting, by=self.body.officer)
        rows = agenda.points(sitting, self.body.officer)
        agreed = [one for one in rows if opinions.are_agreed_on(one.application)]
        places = {one.pk: (Block.CONSENSUAL, one.position) for one in agreed}
        sitting.refresh_from_db()
        agenda.save(sitting, places, turn=sitting.turn, by=self.body.officer)

    def ask(self):
        sitting = opinions.sitting_of(self.days)
        if sitting is None:
            return
        asked = read("commission", HERE)["questions"]["asked"]
        for rank, (body, answer) in enumerate(asked):
            person = self.body.people[3 + rank]
            one = presented_to(person).filter(sitting=sitting).order_by("pk").first()
            if one is None:
                continue
            question = reviews.ask(one, body, by=person)
            if answer:
                reviews.answer(question, answer, by=self.body.officer)
