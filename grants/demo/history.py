"""Two years of applications: what companies sent to each sitting, and how far each went.

Noted sitting by sitting, from the days of the commissions; every step goes through the
real services with the clock turned to its day.
"""

from datetime import timedelta
from itertools import count, cycle
from pathlib import Path

from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from agency.pages.demo import plan
from agency.pages.demo.directory import written
from agency.pages.demo.prose import read
from agency.people.models import Affiliation
from grants import dialogue_emails, sections
from grants.choices import PaperCheck
from grants.demo import schemes, submitted
from grants.models import Application, Extension, Scheme, Sitting
from grants.services import (
    checks,
    completions,
    instruction,
    receipts,
    report,
    submission,
)

HERE = Path(__file__).resolve().parent
DAY = timedelta(days=1)
# How many files each kind of sitting gets: long met, closed and to come, still open.
MET, CLOSED, OPEN, OF_MUSIC = 5, 14, 4, 2
# How far they go, in turn.
LONG_AGO = (
    *("scheduled", "scheduled", "dismissed", "scheduled", "withdrawn", "scheduled"),
    *("scheduled", "closed", "scheduled", "scheduled", "scheduled"),
)
UNDER_WAY = (
    *("scheduled", "ready", "scheduled", "instructed", "scheduled", "admitted"),
    *("scheduled", "withdrawn", "scheduled", "ready", "scheduled", "dismissed"),
    *("scheduled", "instructed"),
)
JUST_SENT = ("submitted", "submitted", "draft", "submitted")
# What the rules of each scheme ask of a tour.
ASKED = {
    "MOB": {},
    "CHA": {"third": True},
    "MRS": {"contract": "co_realisation", "count": 4},
    "INT": {"abroad": True, "share": "0.9"},
    "TMA": {"count": 5, "fee": "1100", "share": "0.9"},
}
OF_MOBILITY = ("MOB", "MOB", "CHA", "MOB", "MRS", "MOB", "INT")
# A receipt on paper for each of two years would double the time of the demo.
RECEIPTS = timedelta(days=20)


def words():
    return read("histoire", HERE)


def stories(book, script, day):
    """Note the files of every sitting, seen from ``day``."""
    if book.small:
        return
    script.at(plan.on(plan.working(day - 5 * DAY), "11:30"), extend, book)
    rank, codes = count(), cycle(OF_MOBILITY)
    fates = {each: cycle(each) for each in (LONG_AGO, UNDER_WAY, JUST_SENT)}
    for entry in schemes.prose()["commission"]:
        music = entry["schemes"] == ["TMA"]
        begun = [days for key in schemes.SEASONS for days in entry[key] if days[0] < 0]
        for opens, deadline, meets in begun:
            many, how_far = _planned(deadline, meets, music)
            for n in range(many):
                code = "TMA" if music else next(codes)
                file = File(book, next(rank), code, next(fates[how_far]))
                file.tell(script, day, n, (opens, deadline, meets))


def extend(book):
    """One company may still send for the sitting that has closed, and why."""
    closed = Sitting.objects.filter(deadline_at__lt=now(), session__starts_at__gt=now())
    sitting = closed.order_by("deadline_at").last()
    house = book.organisations.get(words()["extension"]["organisation"])
    if sitting is None or house is None:
        return
    row = Extension(
        sitting=sitting,
        organisation=house,
        until=sitting.meets_at - 3 * DAY,
        reason=words()["extension"]["reason"],
        granted_by=book.accounts["agence"],
    )
    written(row, book.accounts["agence"])


def _planned(deadline, meets, music):
    """(how many files, how far each goes) of a sitting."""
    if deadline >= 0:
        return (1 if music else OPEN), JUST_SENT
    if meets >= 0:
        return CLOSED, UNDER_WAY
    return (OF_MUSIC if music else MET), LONG_AGO


class File:
    """One application, from its first line to where it stands."""

    def __init__(self, book, rank, code, fate):
        self.book, self.rank, self.code, self.fate = book, rank, code, fate
        self.key = self.day = self.awaited = None

    def tell(self, script, day, n, days):
        self.day, (opens, deadline, meets) = day, days

        def at(days, clock, action):
            script.at(plan.on(plan.working(day + days * DAY), clock), action)

        self.awaited = deadline < 0 <= meets
        first = max(opens + 2, deadline - 3 * n - 2) if deadline < 0 else -2 - n
        at(first, f"{9 + self.rank % 9:02}:{self.rank * 7 % 60:02}", self.send)
        span = max(meets - deadline, 20)
        for share, action in (
            (0.2, self.check),
            (0.3, self.take_up),
            (0.5, self.write),
            (0.55, self.finish),
        ):
            at(deadline + int(span * share), "10:40", action)
        at(min(deadline + int(span * 0.57), meets - 2), "15:20", self.put_on_the_agenda)
        at(deadline + int(span * 0.8), "09:10", self.call)
        at(deadline + int(span * 0.8), "11:15", self.close)

    def reaches(self, *fates):
        """The file, when it goes as far as one of ``fates``; else None."""
        if self.key is None or self.fate not in fates:
            return None
        rows = Application.objects.select_related(
            "rules", "scheme", "organisation", "sitting__session__activity"
        )
        return rows.get(pk=self.key)

    @property
    def officer(self):
        return self.book.accounts["agence"]

    # -- its authors ----------------------------------------------------------------
    def send(self):
        scheme = Scheme.objects.get(code=self.code)
        sitting, author = scheme.sittings.accepting().first(), self._author()
        if sitting is None or author is None or scheme.rules_on() is None:
            return
        application = submitted.write(scheme, sitting, author, self._entry())
        self.key = application.pk
        if self.awaited and author.person == self.book.accounts.get("compagnie"):
            self.fate = "submitted"  # the dialogue asks them for something
        if self.fate == "draft":
            return
        try:
            revision = submission.submit(application, by=author.person)
        except MoveBlocked:
            self.key = None  # the rules of that day ask for more: it stays a draft
            return
        if self.day - today() < RECEIPTS:
            receipts.make(revision.pk)

    def _author(self):
        """Somebody of a company, one company after the other."""
        rows = Affiliation.objects.filter(
            organisation__kind__in=("company", "ensemble"),
            organisation__territory__isnull=False,
            ends_on=None,
            person__email__isnull=False,
        )
        others = [
            one.pk for name, one in self.book.accounts.items() if name != "compagnie"
        ]
        rows = rows.exclude(person__in=others)
        rows = list(rows.select_related("person", "organisation").order_by("pk"))
        houses = list({one.organisation_id: one for one in rows}.values())
        return houses[self.rank % len(houses)] if houses else None

    def _entry(self):
        told, asked = words(), ASKED[self.code]
        shows = told["bands" if self.code == "TMA" else "shows"]
        tours = told["tours"]
        if asked.get("abroad"):
            tours = [one for one in tours if one[1][0][2] == "europe"]
        title, venues, kilometres = tours[self.rank % len(tours)]
        show, discipline = shows[self.rank % len(shows)]
        return asked | {
            "title": title,
            "show": show,
            "discipline": discipline,
            "venues": [*venues, told["third"]] if asked.get("third") else venues,
            "kilometres": kilometres,
        }

    # -- the house ------------------------------------------------------------------
    def check(self):
        told = words()
        if one := self.reaches("dismissed"):
            said = told["told"][self.rank % len(told["told"])]
            instruction.dismiss(one, by=self.officer, told=said)
        elif one := self.reaches("withdrawn"):
            instruction.withdraw(one, by=self.officer, proof=told["proof"])
        elif one := self.reaches("closed"):
            items = [(f"{sections.SECTION}performances", told["missing"])]
            completions.ask(one, items=items, due_on=today() + 7 * DAY, by=self.officer)
        elif one := self.reaches("admitted", "instructed", "ready", "scheduled"):
            self._admit(one, told)

    def _admit(self, one, told):
        for paper in one.documents.filter(replaced_by=None):
            checks.check(paper, PaperCheck.VALID, by=self.officer)
        faults = instruction.not_admissible(one)
        reason = told["waiver"] if faults else ""
        instruction.admit(one, by=self.officer, reason=reason)
        if self.rank % 3 == 0:
            instruction.note(one, told["note"], by=self.officer)

    def take_up(self):
        if one := self.reaches("instructed", "ready", "scheduled"):
            instruction.instruct(one, by=self.officer)
            report.compute(one)

    def write(self):
        if one := self.reaches("ready", "scheduled"):
            told = words()["report"]
            answers = {"amount": None, "override_reason": ""}
            answers |= told[self.rank % len(told)]
            report.write(one, answers, by=self.officer, version=0)

    def finish(self):
        if one := self.reaches("ready", "scheduled"):
            late = instruction.lapsing(one)
            reason = words()["waiver"] if late else ""
            instruction.finish(one, by=self.officer, reason=reason)

    def put_on_the_agenda(self):
        if one := self.reaches("scheduled"):
            instruction.schedule(one, by=self.officer)

    def call(self):
        """Nothing came: the last call."""
        one = self.reaches("closed")
        if one is None:
            return
        completions.expire()
        for person in completions.editors(one):
            dialogue_emails.completion_overdue(completions.current(one), person)

    def close(self):
        if one := self.reaches("closed"):
            completions.close(one, by=self.officer, reason=words()["closed"])
