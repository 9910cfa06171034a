"""A sitting of the demo that is over, played minute by minute through the real services."""

from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from agency.core.clock import travel
from agency.pages.demo import plan
from agency.pages.demo.prose import read
from grants.choices import Block, Choice, Outcome
from grants.demo import opinions as readers
from grants.demo.days import HERE
from grants.models import Application, Point
from grants.services import (
    instruction,
    live,
    minutes,
    opinions,
    report,
    room,
    voting,
)
from grants.services.quorum import House
from grants.states import ApplicationState

DAY = timedelta(days=1)
# When each file that is debated is taken up; the second is put off, and comes fourth.
HOURS = (
    "10:20",
    "10:55",
    "11:20",
    "11:50",
    "14:05",
    "14:35",
    "15:00",
    "15:40",
    "16:10",
)
VALIDATED = timedelta(days=4)
TEN = Decimal(10)


class Held:
    def __init__(self, body, days, following):
        self.body, self.days, self.following = body, days, following

    def tell(self, script):
        script.at(plan.on(self.days.meets, "17:20"), self.sit)
        validated = plan.working(self.days.meets + VALIDATED)
        script.at(plan.on(validated, "18:50"), self.validate)
        again = self.following.after(0.3)
        script.at(plan.on(again, "15:40"), self.take_up_again)

    @property
    def words(self):
        return read("seances", HERE)["sitting"]

    def sit(self):
        """From the roll call to the closing."""
        self.sitting = readers.sitting_of(self.days)
        self.officer = self.body.officer
        self.house = House(self.sitting)
        self._roll_call()
        with self._at("09:35"):
            live.open_sitting(self.sitting, by=self.officer)
        with self._at("09:50"):
            agreed = self._points(Block.CONSENSUAL)
            keys = {one.pk for one in agreed}
            told = self.words["together"]
            opinions.record_together(
                self.sitting, keys, told, by=self.officer, out=True
            )
        self._debate()
        with self._at("16:50"):
            live.close_sitting(self.sitting, by=self.officer)
            minutes.save_remarks(
                self.sitting, self.words["remarks"], version=0, by=self.officer
            )

    def _at(self, clock):
        return travel(plan.on(self.days.meets, clock))

    def _seat(self, rank):
        return self.house.member_of(self.body.people[rank].pk)

    def _points(self, block):
        rows = Point.objects.filter(sitting=self.sitting, block=block)
        return list(rows.select_related("application__show").order_by("position"))

    def _roll_call(self):
        for rank, clock, mode in self.words["arrivals"]:
            with self._at(clock):
                room.arrive(self.sitting, self._seat(rank), by=self.officer, mode=mode)
        giver, holder = (self._seat(rank) for rank in self.words["proxy"])
        with self._at("09:33"):
            room.give_proxy(self.sitting, giver, holder, by=self.officer)

    # -- file by file -----------------------------------------------------------------
    def _debate(self):
        said = {one.get("show"): one for one in self.words["opinion"]}
        rows = [
            (one, said.get(str(one.application.show), said[None]))
            for one in self._points(Block.DEBATED)
        ]
        first, second, *others = rows
        self._put_off(second[0], HOURS[1])
        order = [
            (HOURS[0], first),
            *zip(HOURS[2:], [*others[:2], second, *others[2:]], strict=False),
        ]
        rank, clock = self.words["leaves"]
        for hour, (point, words) in order:
            if hour > clock and self._is_here(rank):
                with self._at(clock):
                    room.leave(self.sitting, self._seat(rank), by=self.officer)
            self._examine(point, words, plan.on(self.days.meets, hour))

    def _is_here(self, rank):
        return House(self.sitting).is_here(self._seat(rank))

    def _put_off(self, point, hour):
        at = plan.on(self.days.meets, hour)
        with travel(at):
            point = live.start(point, by=self.officer, out=True)
        with travel(at + timedelta(minutes=12)):
            live.put_off(point, by=self.officer)

    def _examine(self, point, words, at):
        with travel(at):
            point = Point.objects.get(pk=point.pk)  # it may have been put off
            point = live.start(point, by=self.officer, out=True)
        if words["way"] != "none":
            self._vote(point, words, at + timedelta(minutes=9))
        with travel(at + timedelta(minutes=14)):
            point = Point.objects.get(pk=point.pk)
            opinions.record(point, self._said(point, words), by=self.officer)

    def _said(self, point, words):
        kept = ("outcome", "told", "conditions", "questions", "debate")
        given = {name: words[name] for name in kept if name in words}
        return opinions.Said(**given, amount=self._amount(point, words))

    def _amount(self, point, words):
        """What was foreseen, cut as was said, and never more than what is left."""
        scheme = point.application.scheme_id
        left = opinions.left_of(self.sitting, scheme, but=point)
        wanted = point.amount * (100 - words.get("cut", 0)) / 100
        return (min(wanted, left) / TEN).quantize(Decimal(1), ROUND_DOWN) * TEN

    def _vote(self, point, words, at):
        secret = words["way"] == "secret"
        with travel(at):
            point = voting.open_vote(point, by=self.officer, secret=secret)
            voices = live.count_of(point).voices
            # For it, first of all: in a tie the voice of the chair decides (art. 12).
            voices.sort(key=lambda one: one.by.person != self.body.chair)
            choices = self._choices(words, len(voices))
            for voice, choice in zip(voices, choices, strict=True):
                voting.cast(point, voice.seat.pk, choice, by=voice.by.person)
        with travel(at + timedelta(minutes=3)):
            point = Point.objects.get(pk=point.pk)
            voting.close_vote(point, by=self.officer)

    def _choices(self, words, count):
        """As many choices as there are voices."""
        if words["way"] == "tie":
            half = count // 2
            rest = count - 2 * half
            return (
                [Choice.FOR] * half + [Choice.AGAINST] * half + [Choice.ABSTAIN] * rest
            )
        if words["outcome"] == Outcome.UNFAVOURABLE:
            return [Choice.FOR] * 2 + [Choice.AGAINST] * (count - 2)
        against, abstain = words["against"], words["abstain"]
        given = [Choice.AGAINST] * against + [Choice.ABSTAIN] * abstain
        return [Choice.FOR] * (count - len(given)) + given

    # -- afterwards -------------------------------------------------------------------
    def validate(self):
        minutes.validate(self.sitting, by=self.body.chair)

    def take_up_again(self):
        """The file that was adjourned: its answers are there, and it goes on the agenda."""
        told, sitting = (
            read("seances", HERE)["carried"],
            readers.sitting_of(self.following),
        )
        adjourned = Point.objects.filter(
            sitting=self.sitting, opinion__outcome=Outcome.ADJOURNED
        )
        rows = Application.objects.filter(
            points__in=adjourned.order_by(), state=ApplicationState.INSTRUCTION
        )
        for one in rows.order_by("pk"):
            report.compute(one)
            late = instruction.lapsing(one)
            instruction.finish(
                one, by=self.body.officer, reason=told["waiver"] if late else ""
            )
            instruction.schedule(
                one, by=self.body.officer, sitting=sitting, reason=told["reason"]
            )
