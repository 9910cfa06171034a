"""A pair of the demo, told scene by scene, each on the day on which it happened.

Its words come from the caller: a module of ours is in English.
"""

from datetime import datetime, time, timedelta

from agency.core.clock import PARIS
from agency.pages.demo import closed
from mentoring.choices import ReviewStage, Side
from mentoring.models import PrivateNote, PulseCheck
from mentoring.models.review import SCALES
from mentoring.services import (
    agreement_copies,
    agreements,
    alerts,
    goals,
    meetings,
    pairs,
    pulses,
    reviews,
)
from mentoring.services.meetings import Facts

EVENING = time(19, 30)
DAY = timedelta(days=1)


class PairStory:
    """The scenes of a pair that began on ``began_on``.

    ``at(moment, action, *args)`` notes a scene; ``cast()`` gives the edition, the mentor
    and the mentee once the scenes play. ``meetings``: dictionaries of day, minutes, way,
    topics and by (``mentor`` or ``mentee``), then what there is of shared, private (of
    whoever noted it), confirmed (False: the other half has not pressed yet), or missed
    (True: it was planned, and did not take place). ``goals``: of text, indicator, and
    move (``reach``). ``plan``: day, way and hour of the next meeting. ``to_agency``:
    what the mentee wrote to the agency after the last meeting.

    ``stop``: where it stands before it begins, ``proposed`` (in preparation) or
    ``agreement`` (to sign). ``paused_on``: since when it rests. ``ended``: the day,
    category and by of an early end. ``pulse``: the day, by, level and fit of an answer to
    the barometer. ``help``: the day, by and words of a request for help. ``review``: the
    day, by, marks and words of a review half-way.
    """

    def __init__(
        self,
        at,
        cast,
        *,
        began_on,
        meetings=(),
        goals=(),
        plan=None,
        to_agency="",
        **more,
    ):
        self.at, self.cast, self.began_on = at, cast, began_on
        self.meetings = sorted(meetings, key=lambda one: one["day"])
        self.goals, self.planned, self.to_agency = goals, plan, to_agency
        self.stop, self.paused_on = more.pop("stop", ""), more.pop("paused_on", None)
        self.ended = more.pop("ended", None)
        self.said = {self.answer: more.pop("pulse", None)}
        self.said[self.ask_help] = more.pop("help", None)
        self.said[self.look_back] = more.pop("review", None)
        self.pair = None
        if more:
            raise TypeError(f"unknown: {sorted(more)}")

    def tell(self):
        """Note every scene; what is later than now will not have happened."""
        began = self.began_on
        self.at(_evening(began - 7 * DAY), self.propose)
        if self.stop == "proposed":
            return
        self.at(_evening(began - 7 * DAY), self.notify)
        self.at(_evening(began - 5 * DAY), self.accept)
        if self.stop == "agreement":
            return
        self.at(_evening(began), self.begin)
        last = self._year()
        self.at(_evening(last) + timedelta(minutes=5), self.look_ahead)
        for scene, said in self.said.items():
            if said:
                self.at(_evening(said["day"]), scene, said)
        if self.paused_on:
            self.at(_evening(self.paused_on), self.pause)
        if self.ended:
            self.at(_evening(self.ended["day"]), self.end)

    def _year(self):
        """Note its meetings; return the day of the last."""
        last = self.began_on
        for said in self.meetings:
            last = said["day"]
            if said.get("missed"):
                self.at(_evening(last - 9 * DAY), self.arrange, said)
                self.at(_evening(last), self.miss, said)
                continue
            self.at(_evening(last), self.meet, said)
            if said.get("confirmed", True):
                self.at(_evening(last + DAY), self.confirm, said["day"], said["by"])
        return last

    # --- The scenes -----------------------------------------------------------------
    def propose(self):
        edition, mentor, mentee = self.cast()
        self.pair = pairs.propose(edition, mentor, mentee, by=edition.officer)

    def notify(self):
        pairs.notify(self.pair, by=self.pair.activity.officer)

    def accept(self):
        for person in (self.pair.mentor, self.pair.mentee):
            pairs.accept(self.pair, by=person)
        # Its PDF is made by the first turn of the sweeper.
        agreement_copies.tell(agreements.in_force(self.pair))

    def begin(self):
        for person in (self.pair.mentee, self.pair.mentor, self.pair.activity.officer):
            self.sign(person)
        agreement_copies.tell(agreements.in_force(self.pair))
        for person in (self.pair.mentor, self.pair.mentee):
            closed.sign(self.pair.activity, person, copied=False)
        for said in self.goals:
            self._goal(**said)

    def sign(self, person):
        agreement = agreements.in_force(self.pair)
        agreements.sign(
            self.pair,
            version=agreement.pk,
            sha256=agreement.sha256,
            typed_name=person.full_name,
            address="",
            by=person,
        )

    def meet(self, said):
        side = Side(said["by"])
        facts = Facts(
            said["day"], said["minutes"], said["way"], tuple(said.get("topics", ()))
        )
        meeting, _became = meetings.log(self.pair, facts, by=self.pair.person_of(side))
        if said.get("shared"):
            meeting.shared_note = said["shared"]
            meeting.save(update_fields=["shared_note"])
        if said.get("private"):
            PrivateNote.objects.create(meeting=meeting, side=side, text=said["private"])

    def confirm(self, day, noted_by):
        meeting = self.pair.meetings.get(day=day)
        meetings.confirm(meeting, by=self.pair.other_of(Side(noted_by)))

    def arrange(self, said):
        by = self.pair.person_of(Side(said["by"]))
        meetings.plan(self.pair, Facts(said["day"], None, said["way"]), by=by)

    def miss(self, said):
        meeting = self.pair.meetings.get(day=said["day"])
        meetings.miss(meeting, by=self.pair.person_of(Side(said["by"])))

    def answer(self, said):
        side = Side(said["by"])
        asked = PulseCheck.objects.create(pair=self.pair, side=side, number=2)
        told = pulses.Answer(said["level"], said["fit"])
        pulses.answer(asked, told, by=self.pair.person_of(side))

    def ask_help(self, said):
        by = self.pair.person_of(Side(said["by"]))
        alerts.ask_help(self.pair, by=by, words=said["words"])

    def look_back(self, said):
        by = self.pair.person_of(Side(said["by"]))
        review, shared = reviews.begin(self.pair, ReviewStage.MID_TERM, by=by)
        for name in (*SCALES, "comment"):
            setattr(review, name, said[name])
        review.save()
        shared.gained, shared.wished = said["gained"], said["wished"]
        shared.save()
        reviews.send(review, by=by)

    def pause(self):
        pairs.pause(self.pair, by=self.pair.activity.officer)

    def end(self):
        by = self.pair.person_of(Side(self.ended["by"]))
        pairs.end_early(self.pair, by=by, category=self.ended["category"])

    def look_ahead(self):
        """What comes next, and the word to the agency."""
        if self.planned:
            said = self.planned
            facts = Facts(said["day"], None, said["way"], hour=said.get("hour"))
            meetings.plan(self.pair, facts, by=self.pair.mentee)
        if self.to_agency:
            goals.tell_agency(self.pair, self.to_agency, by=self.pair.mentee)

    def _goal(self, *, text, indicator="", move=""):
        goal = goals.begin(self.pair, by=self.pair.mentee)
        goal.text, goal.indicator = text, indicator
        goal.save(update_fields=["text", "indicator"])
        if move:
            goals.turn(goal, move, by=self.pair.mentee)


def _evening(day):
    return datetime.combine(day, EVENING, PARIS)
