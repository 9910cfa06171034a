"""What comes before a sitting of the demo: interests, opinions, envelope, agenda, letters."""

from datetime import timedelta
from decimal import ROUND_UP, Decimal

from agency.activities.services import convenings
from agency.pages.demo import gatherings, plan
from agency.pages.demo.directory import written
from agency.pages.demo.prose import read
from grants.demo import opinions
from grants.demo.days import HERE
from grants.models import Point, SittingEnvelope
from grants.services import agenda, interests
from grants.states import RecusalState

DAY = timedelta(days=1)
# What there is of what is foreseen, and to what it is rounded, in euros.
SHARE, ROUND = Decimal("0.7"), Decimal(100)


def give_envelopes(sitting, *, by, share=SHARE):
    """For each scheme on the agenda, ``share`` of what is foreseen."""
    foreseen = {}
    points = Point.objects.filter(sitting=sitting).select_related("application__scheme")
    for one in points.order_by("application__scheme__name", "position"):
        scheme = one.application.scheme
        foreseen[scheme] = foreseen.get(scheme, 0) + (one.amount or 0)
    for scheme, amount in foreseen.items():
        given = (amount * share / ROUND).quantize(Decimal(1), ROUND_UP) * ROUND
        written(SittingEnvelope(sitting=sitting, scheme=scheme, amount=given), by)


class Prepared:
    """All is done before the day: nobody has anything left to declare or to give."""

    def __init__(self, body, days, share=SHARE):
        self.body, self.days, self.share = body, days, share

    def tell(self, script):
        for back, clock, action in (
            (3, "16:10", self.declare),
            (2, "17:00", self.review),
            (0, "12:10", self.decide),
            (0, "18:10", self.arrange),
            (0, "18:40", self.convene),
        ):
            day = plan.working(self.days.closes - back * DAY)
            script.at(plan.on(day, clock), action)

    @property
    def sitting(self):
        return opinions.sitting_of(self.days)

    def declare(self):
        people = self.body.people
        opinions.declare(self.sitting, people, tied=people[4])

    def review(self):
        for rank, person in enumerate(self.body.voices()):
            opinions.write(self.sitting, person, rank)

    def decide(self):
        """The chair rules on what the platform found."""
        told = read("seances", HERE)["decided"]
        found = interests.recusals(self.sitting)
        waiting = [one for one in found if one.state == RecusalState.SUSPECTED]
        for one in waiting:
            interests.confirm(one, by=self.body.chair, reason=told["confirmed"])

    def arrange(self):
        by = self.body.officer
        give_envelopes(self.sitting, by=by, share=self.share)
        agenda.arrange(self.sitting, by=by)

    def convene(self):
        gatherings.make(convenings.convene(self.sitting.session, by=self.body.officer))
