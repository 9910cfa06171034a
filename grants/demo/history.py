"""Two years of applications: what companies sent to each sitting, and how far each went.

Noted sitting by sitting, from the days of the commissions; every step goes through the
real services with the clock turned to its day. The files of the sittings that are told to
their end are in ``agendas``.
"""

from datetime import timedelta
from itertools import count, cycle
from pathlib import Path

from agency.core.clock import now, paris, today
from agency.core.lifecycle import MoveBlocked
from agency.pages.demo import plan
from agency.pages.demo.directory import written
from agency.pages.demo.prose import read
from agency.people.models import Affiliation
from grants import dialogue_emails, sections
from grants.choices import PaperCheck
from grants.demo import schemes, submitted
from grants.demo.days import Days
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
# How many files each kind of sitting gets: long met, still open, of music.
MET, OPEN, OF_MUSIC = 5, 4, 2
# How far they go, in turn.
LONG_AGO = (
    *("scheduled", "scheduled", "dismissed", "scheduled", "withdrawn", "scheduled"),
    *("scheduled", "closed", "scheduled", "scheduled", "scheduled"),
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


def words():
    return read("histoire", HERE)


def stories(book, script, day):
    """Note the files of every sitting, seen from ``day``."""
    if book.small:
        return
    script.at(plan.on(plan.working(day - 5 * DAY), "11:30"), extend, book)
    rank, codes = count(), cycle(OF_MOBILITY)
    fates = {each: cycle(each) for each in (LONG_AGO, JUST_SENT)}
    for entry in schemes.prose()["commission"]:
        music = entry["schemes"] == ["TMA"]
        begun = [row for key in schemes.SEASONS for row in entry[key] if row[0] < 0]
        for row in begun:
            days = Days.of(day, row)
            if days.story:
                continue
            many, how_far = _planned(day, days, music)
            for n in range(many):
                code = "TMA" if music else next(codes)
                File(book, next(rank), code, next(fates[how_far])).tell(script, n, days)


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


def _planned(day, days, music):
    """(how many files, how far each goes) of a sitting that nobody tells of further."""
    if days.deadline >= day:
        return (1 if music else OPEN), JUST_SENT
    return (OF_MUSIC if music else MET), LONG_AGO


def authors(book, kinds=("company", "ensemble")):
    """An affiliation of each house of these kinds, of somebody who writes for it."""
    rows = Affiliation.objects.filter(
        organisation__kind__in=kinds,
        organisation__territory__isnull=False,
        ends_on=None,
        person__email__isnull=False,
    )
    others = [one.pk for name, one in book.accounts.items() if name != "compagnie"]
    rows = rows.exclude(person__in=others)
    rows = rows.select_related("person", "organisation").order_by("pk")
    return list({one.organisation_id: one for one in rows}.values())


class File:
    """One application, from its first line to where it stands."""

    # How fast the house works: a share of the time that it has.
    pace = 1

    def __init__(self, book, rank, code, fate):
        self.book, self.rank, self.code, self.fate = book, rank, code, fate
        self.key = self.days = self.until = None

    def tell(self, script, n, days):
        self.days, self.until = days, script.until

        def at(day, clock, action):
            script.at(plan.on(day, clock), action)

        room = (days.deadline - days.opens).days - 4
        first = days.deadline - (2 + 3 * n % room) * DAY
        if days.deadline >= paris(script.until).date():
            first = paris(script.until).date() - (2 + n) * DAY
        hour = f"{9 + self.rank % 9:02}:{self.rank * 7 % 60:02}"
        at(plan.working(max(first, days.opens + 2 * DAY)), hour, self.send)
        for share, action in (
            (0.2, self.check),
            (0.3, self.take_up),
            (0.5, self.write),
            (0.55, self.finish),
        ):
            at(days.after(share * self.pace), "10:40", action)
        at(days.after(0.57 * self.pace), "15:20", self.put_on_the_agenda)
        at(days.after(0.8), "09:10", self.call)
        at(days.after(0.8), "11:15", self.close)

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
        """A receipt on paper for each would double the time of the demo."""
        scheme = Scheme.objects.get(code=self.code)
        sitting, author = self._sitting(scheme), self._author()
        if sitting is None or author is None or scheme.rules_on() is None:
            return
        application = submitted.write(scheme, sitting, author, self._entry())
        self.key = application.pk
        if self.fate == "draft":
            return
        try:
            revision = submission.submit(application, by=author.person)
        except MoveBlocked:
            self.key = None  # the rules of that day ask for more: it stays a draft
            return
        if author.person == self.book.accounts.get("compagnie"):
            receipts.make(revision.pk)

    def _sitting(self, scheme):
        """Its own: around a weekend one opens before another closes."""
        deadline = plan.on(self.days.deadline, "23:59")
        return scheme.sittings.accepting().filter(deadline_at=deadline).first()

    def _author(self):
        """Somebody of a company, one company after the other."""
        houses = authors(self.book)
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
            if self.fate == "instructed":  # of the others when the report is closed
                report.compute(one)

    def write(self):
        if one := self.reaches("ready", "scheduled"):
            answers = {"amount": None, "override_reason": ""} | self._report()
            report.write(one, answers, by=self.officer, version=0)

    def _report(self):
        told = words()["report"]
        return told[self.rank % len(told)]

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
