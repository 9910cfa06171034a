"""The closed groups of the demo: charters, candidates, what the board says so far."""

from datetime import timedelta

from agency.activities.choices import CharterUse, Selection
from agency.activities.models import (
    Charter,
    CharterClause,
    CharterVersion,
    EligibilityRule,
    Question,
)
from agency.activities.services import charters
from agency.activities.services.papers import Papers
from agency.pages.demo.directory import written
from agency.pages.demo.prose import read

SIGNED_AFTER = timedelta(hours=20)
# What a board says of the candidates, in the order in which they are decided on.
DECISIONS = (Selection.SELECT, Selection.WAIT, Selection.REFUSE)


def agree(book):
    """The texts that people sign, each in its first version."""
    for use, entry in read("charters").items():
        row = Charter(title=entry["title"], use=CharterUse(use))
        charter = written(row, book.by)
        version = CharterVersion(
            charter=charter, number=1, introduction=entry["introduction"]
        )
        written(version, book.by)
        for order, (title, text) in enumerate(entry["clauses"], start=1):
            CharterClause.objects.create(
                version=version, order=order, title=title, text=text
            )
        charters.publish(version, by=book.by)
        book.charters[use] = charter


def ask(activity, entry, book):
    """The rules and the questions of the form of ``activity``."""
    for rule in entry.get("rules", []):
        plain = {k: v for k, v in rule.items() if k != "professions"}
        row = EligibilityRule.objects.create(activity=activity, **plain)
        row.professions.set(
            book.professions[slug] for slug in rule.get("professions", [])
        )
    asked = []
    for order, question in enumerate(entry.get("questions", []), start=1):
        plain = {k: v for k, v in question.items() if k != "after"}
        after = question.get("after")
        before = (
            {"depends_on": asked[after - 1], "depends_value": "yes"} if after else {}
        )
        asked.append(
            Question.objects.create(activity=activity, order=order, **plain, **before)
        )


def papers(activity, entry, rank, person):
    """What the candidate of that rank writes."""
    motivations = entry.get("motivations")
    if not motivations:
        return Papers()
    topic, motivation = motivations[rank % len(motivations)]
    answers = {
        question: _answer(question, rank, person)
        for question in activity.questions.all()
    }
    return Papers(
        motivation=motivation, topic=topic, answers=answers, keep=rank % 3 == 0
    )


def _answer(question, rank, person):
    if question.kind == "bool":
        return rank % 4 == 1
    if question.depends_on_id:
        return "Avec mon ancienne équipe, il y a trois ans." if rank % 4 == 1 else ""
    return person.city
