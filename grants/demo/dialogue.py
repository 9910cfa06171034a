"""What is asked and said around the files of the demo: scenes of the last days.

The files are those that other chapters have sent by then; without any, nothing is said.
"""

from datetime import timedelta
from functools import partial
from pathlib import Path

from agency.core.clock import today
from agency.pages.demo import plan
from agency.pages.demo.prose import read
from grants import sections
from grants.models import Application
from grants.services import completions, thread
from grants.states import ApplicationState

HERE = Path(__file__).resolve().parent
DAY = timedelta(days=1)


def stories(book, script, day):
    """Note the scenes, seen from ``day``; each looks for its file when it is played."""
    story = DialogueStory(book)

    def at(days, clock, action):
        script.at(plan.on(plan.working(day - days * DAY), clock), action)

    # Around a weekend several fall on one day: each later than the one before.
    at(8, "10:20", story.ask_one)
    at(7, "11:05", story.ask_another)
    at(6, "11:50", story.question)
    at(5, "14:10", story.answer)
    at(4, "15:45", story.send_back)
    at(2, "16:20", story.thanks)


class DialogueStory:
    def __init__(self, book):
        self.book = book
        self.one = self.other = None

    @property
    def words(self):
        return read("dialogue", HERE)

    def ask_one(self):
        """Two things are missing, one of them a document; the answer is awaited."""
        self.one = next(_sent(self.book), None)
        if self.one is None:
            return
        words = self.words["asked"]
        items = [("section:performances", words["performances"])]
        paper = self.one.rules.requirements.order_by("order", "pk").first()
        items.append(
            (f"{sections.DOCUMENT}{paper.key}", words["paper"])
            if paper
            else ("section:expenses", words["expenses"])
        )
        self._ask(self.one, items, words["message"], days=18)

    def ask_another(self):
        """One thing, which comes back a few days later."""
        if self.one is None:
            return
        self.other = next(_sent(self.book), None)
        if self.other is not None:
            words = self.words["answered"]
            items = [("section:party", words["party"])]
            self._ask(self.other, items, words["message"], days=14)

    def _ask(self, application, items, message, *, days):
        completions.ask(
            application,
            items=items,
            due_on=plan.working(today() + days * DAY),
            message=message,
            by=self._officer(application),
        )

    def send_back(self):
        if self.other is None:
            return
        owner = _owner(self.other)
        asked = completions.current(self.other)
        for item in asked.items.order_by("pk"):
            completions.answer(item, by=owner)
        completions.complete(self.other, by=owner)

    # -- the thread -----------------------------------------------------------------
    def question(self):
        self._write("question")

    def answer(self):
        if self.one is not None:
            officer = self._officer(self.one)
            said = self.words["thread"]
            thread.reply(self.one, body=said["answer"], by=officer)
            thread.note(self.one, body=said["note"], by=officer)

    def thanks(self):
        self._write("thanks")

    def _write(self, name):
        if self.one is not None:
            body = self.words["thread"][name]
            thread.write(self.one, body=body, by=_owner(self.one))

    def _officer(self, application):
        """Whoever has the file in hand; else whoever opened the house."""
        activity = application.sitting.session.activity
        return application.rapporteur or activity.officer or self.book.by


def _sent(book):
    """Files that wait to be checked, those of the account of the demo first."""
    rows = Application.objects.filter(state=ApplicationState.SUBMITTED)
    rows = rows.select_related(
        "rules", "rapporteur", "sitting__session__activity__officer"
    )
    company = book.accounts.get("compagnie")
    ranked = sorted(rows.order_by("pk"), key=partial(_not_of, company))
    return iter(ranked)


def _not_of(person, application):
    known = person and application.editors.filter(person=person).exists()
    return not known


def _owner(application):
    return (
        application.editors.select_related("person").order_by("-role", "pk")[0].person
    )
