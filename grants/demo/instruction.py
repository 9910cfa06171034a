"""The files of the demo go from the check to the agenda, on the last days.

They are those that other chapters have sent by then; without any, nothing happens.
"""

from datetime import timedelta
from pathlib import Path

from agency.pages.demo import plan
from agency.pages.demo.prose import read
from grants.choices import PaperCheck
from grants.models import Application
from grants.services import checks, instruction, report
from grants.states import ApplicationState

HERE = Path(__file__).resolve().parent
DAY = timedelta(days=1)
S = ApplicationState
# How far each file goes, the first of them the furthest.
FATES = ("scheduled", "ready", "reported", "instructed", "admitted", "dismissed")
# As many stay with whoever checks them.
LEFT = 3


def stories(book, script, day):
    """Note the scenes, seen from ``day``; each looks for its files when it is played."""
    story = InstructionStory(book)

    def at(days, clock, action):
        script.at(plan.on(plan.working(day - days * DAY), clock), action)

    at(7, "14:20", story.check)
    at(6, "16:05", story.take_up)
    at(4, "10:15", story.write)
    at(3, "11:40", story.close)
    at(1, "09:50", story.put_on_the_agenda)


class InstructionStory:
    def __init__(self, book):
        self.book = book
        self.files = {}

    @property
    def words(self):
        return read("instruction", HERE)

    @property
    def officer(self):
        return self.book.accounts["agence"]

    def upto(self, *fates):
        """The files that go so far at least, each as it stands now."""
        keys = [self.files[fate] for fate in fates if fate in self.files]
        rows = Application.objects.select_related(
            "rules", "scheme", "organisation", "sitting__session__activity"
        )
        found = rows.in_bulk(keys)
        return [found[key] for key in keys]

    def check(self):
        """The last that were sent; the first ones wait for what is asked of them."""
        sent = Application.objects.filter(state=S.SUBMITTED).order_by("-pk")
        keys = list(sent.values_list("pk", flat=True))
        free = keys[: max(0, len(keys) - LEFT)]
        self.files = dict(zip(FATES, free, strict=False))
        words = self.words
        for one in self.upto(*FATES[:-1]):
            self._admit(one, words["check"])
        for one in self.upto("dismissed"):
            instruction.dismiss(one, by=self.officer, told=words["dismissed"]["told"])

    def _admit(self, one, words):
        for paper in one.documents.filter(replaced_by=None):
            checks.check(paper, PaperCheck.VALID, by=self.officer)
        faults = instruction.not_admissible(one)
        reason = words["waiver"] if faults else ""
        instruction.admit(one, by=self.officer, reason=reason)
        instruction.note(one, words["note"], by=self.officer)

    def take_up(self):
        for one in self.upto("scheduled", "ready", "reported", "instructed"):
            instruction.instruct(one, by=self.officer)
            report.compute(one)

    def write(self):
        said = self.words["reports"]
        files = self.upto("scheduled", "ready", "reported")
        for one, words in zip(files, said, strict=False):
            answers = {"amount": None, "override_reason": ""} | words
            report.write(one, answers, by=self.officer, version=0)
        for one in self.upto("ready"):
            self._cut(one)

    def _cut(self, one):
        """One expense is brought back to what is needed."""
        paid = one.rules.expense_categories.filter(eligible=True).values("code")
        line = one.expenses.filter(category__in=paid).order_by("order", "pk").first()
        if line is not None:
            reason = self.words["retained"]["reason"]
            amount = (report.declared(line) * 4 / 5).quantize(report.CENT)
            given = {"version": line.version, "reason": reason}
            report.retain(line, amount, by=self.officer, **given)

    def close(self):
        for one in self.upto("scheduled", "ready"):
            if not instruction.not_ready(one):
                reason = self.words["check"]["waiver"]
                late = instruction.lapsing(one)
                instruction.finish(one, by=self.officer, reason=reason if late else "")

    def put_on_the_agenda(self):
        for one in self.upto("scheduled"):
            held = instruction.not_schedulable(one.sitting)
            if one.state == S.READY and not held:
                instruction.schedule(one, by=self.officer)
