"""All that the page of a file reads, in as few questions as it can be."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    TextField,
    Value,
    prefetch_related_objects,
)
from django.db.models.functions import Cast

from grants.choices import RevisionReason
from grants.models import CompletionItem, ExpenseCategory
from grants.services import checks, computation, links, report
from grants.states import CompletionState

ZERO = Decimal(0)
# Of a long thread the last words are on the page; all of it is where one answers.
MESSAGES, WORDS = 6, 200


@dataclass
class Expense:
    """A line of the budget: what is declared, whether it is paid, what is retained."""

    line: object
    declared: Decimal
    eligible: bool
    retained: Decimal

    @property
    def is_cut(self):
        return self.retained < self.declared


def read(application, reader):
    """What the template of a file needs beyond its own columns."""
    tables = ("performances", "legs", "party", "incomes")
    prefetch_related_objects([application], *tables)
    last = application.computations.order_by("-computed_at", "-pk").first()
    history, linked = links.around(application, reader)
    papers = application.documents.select_related("checked_by")
    lines = checks.checklist(application, papers)
    return {
        "papers": lines,
        "faults": checks.faults(application, lines),
        "computation": last,
        "history": history,
        "linked": linked,
        "report": getattr(application, "report", None),
        **_budget(application, last),
        **_tour(application),
        **_said(application),
    }


def _tour(application):
    performances = application.performances.all()
    return {
        "performance_count": sum(row.count for row in performances),
        "party_count": sum(row.count for row in application.party.all()),
        "travelled_km": sum(row.travelled_km for row in application.legs.all()),
        "footprint": computation.footprint(application),
    }


def _budget(application, last):
    paid = ExpenseCategory.objects.filter(
        rules=application.rules_id, code=OuterRef("category"), eligible=True
    )
    rows = application.expenses.annotate(is_paid=Exists(paid.order_by()))
    kept = retained_by_engine(last)
    expenses = [_expense(line, kept) for line in rows]
    spent = sum((one.declared for one in expenses), ZERO)
    income = sum((row.amount for row in application.incomes.all()), ZERO)
    balance = income + (application.requested or ZERO) - spent
    return {
        "expenses": expenses,
        "declared_total": spent,
        "retained_total": sum((one.retained for one in expenses), ZERO),
        "income_total": income,
        "balance": balance,
        "shortfall": -balance,
    }


def _expense(line, kept):
    declared = report.declared(line)
    if line.retained is not None:
        retained = line.retained
    elif line.is_paid:
        retained = kept.get(line.pk, declared)
    else:
        retained = ZERO
    return Expense(line, declared, line.is_paid, retained)


def retained_by_engine(last):
    """{key of an expense: what the last computation retained of it}."""
    steps = last.steps if last else []
    return {
        step["line"]: Decimal(str(step["after"]))
        for step in steps
        if step.get("line") is not None
    }


@dataclass
class Word:
    """A message, a note, a version, an item asked, an author: five tables, read at once."""

    kind: str
    key: int
    at: datetime
    text: str
    staff: bool
    given: str
    family: str
    # Of an item: what it was asked with, until when, and how that stands.
    request: int | None
    due_on: date | None
    answered_at: datetime | None
    state: str

    @property
    def author(self):
        return f"{self.given} {self.family}".strip()

    @property
    def reason(self):
        return RevisionReason(self.text).label

    @property
    def state_label(self):
        return CompletionState(self.state).label


def _said(application):
    """What was asked, the last messages, the versions; apart, what the team noted."""
    said = {"message": [], "note": [], "revision": [], "item": [], "editor": []}
    for row in _words(application):
        word = Word(**{name.removeprefix("w_"): value for name, value in row.items()})
        said[word.kind].append(word)
    asked = {}
    for item in sorted(said["item"], key=lambda one: one.key):
        asked.setdefault(item.request, []).append(item)
    thread = said["message"]
    return {
        "asked": [asked[key] for key in sorted(asked, reverse=True)],
        "thread": thread[:MESSAGES][::-1],
        "thread_is_longer": len(thread) > MESSAGES,
        "notes": said["note"],
        "revisions": said["revision"],
        "authors": said["editor"][::-1],
    }


def _words(application):
    """The newest first."""
    item = {"request": F("request_id"), "due_on": F("request__due_on")}
    item |= {"answered_at": F("answered_at"), "state": F("request__state")}
    items = CompletionItem.objects.filter(request__application=application)
    tables = (
        _rows(application.messages, "message", "sent_at", "body", "author"),
        _rows(application.notes, "note", "written_at", "body", "author"),
        _rows(
            application.revisions, "revision", "submitted_at", "reason", "submitted_by"
        ),
        _rows(items, "item", "request__sent_at", "message", "request__sent_by", **item),
        _rows(application.editors, "editor", "added_at", "person__email", "person"),
    )
    return tables[0].union(*tables[1:], all=True).order_by("-w_at", "-w_key")[:WORDS]


EMPTY = {
    "request": Value(None, BigIntegerField()),
    "due_on": Value(None, DateField()),
    "answered_at": Value(None, DateTimeField()),
    "state": Value(""),
}


def _rows(table, kind, at, text, author, **more):
    """A table under the names that the five have in common."""
    staff = F("from_staff") if kind == "message" else Value(value=False)
    known = {
        "kind": Value(kind),
        "key": F("pk"),
        "at": F(at),
        "text": Cast(text, TextField()),
        "staff": ExpressionWrapper(staff, BooleanField()),
        "given": F(f"{author}__given_name"),
        "family": F(f"{author}__family_name"),
        "request": Cast(more.get("request", EMPTY["request"]), BigIntegerField()),
        "due_on": Cast(more.get("due_on", EMPTY["due_on"]), DateField()),
        "answered_at": Cast(
            more.get("answered_at", EMPTY["answered_at"]), DateTimeField()
        ),
        "state": Cast(more.get("state", EMPTY["state"]), CharField()),
    }
    # Under names of our own: an alias may not be that of a column.
    named = {f"w_{name}": value for name, value in known.items()}
    return table.order_by().annotate(**named).values(*named)
