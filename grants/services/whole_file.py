"""All that the page of a file reads, in as few questions as it can be."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import (
    BooleanField,
    CharField,
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
from grants.services import checks, links, report

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


def read(application):
    """What the template of a file needs beyond its own columns."""
    tables = ("performances", "legs", "party", "incomes")
    prefetch_related_objects([application], *tables)
    last = application.computations.order_by("-computed_at", "-pk").first()
    history, linked = links.around(application)
    papers = application.documents.select_related("checked_by")
    lines = checks.checklist(application, papers=papers)
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
    }


def _budget(application, computation):
    paid = ExpenseCategory.objects.filter(
        rules=application.rules_id, code=OuterRef("category"), eligible=True
    )
    rows = application.expenses.annotate(is_paid=Exists(paid.order_by()))
    kept = retained_by_engine(computation)
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


def retained_by_engine(computation):
    """{key of an expense: what the last computation retained of it}."""
    steps = computation.steps if computation else []
    return {
        step["line"]: Decimal(str(step["after"]))
        for step in steps
        if step.get("line") is not None
    }


@dataclass
class Word:
    """A message, an internal note or a version sent: three tables, read at once."""

    kind: str
    pk: int
    at: datetime
    text: str
    author: str
    from_staff: bool


def _said(application):
    """What was asked, the last messages, the versions; apart, what the team noted."""
    items = CompletionItem.objects.filter(request__application=application)
    items = items.select_related("request__sent_by").order_by("-request__sent_at", "pk")
    asked = {}
    for item in items:
        asked.setdefault(item.request_id, (item.request, []))[1].append(item)
    words = _words(application)
    thread = [word for word in words if word.kind == "message"]
    return {
        "asked": list(asked.values()),
        "thread": thread[:MESSAGES][::-1],
        "thread_is_longer": len(thread) > MESSAGES,
        "notes": [word for word in words if word.kind == "note"],
        "revisions": [word for word in words if word.kind == "revision"],
    }


def _words(application):
    """The newest first."""
    tables = (
        _rows(application.messages, "message", "sent_at", "body", "author"),
        _rows(application.notes, "note", "written_at", "body", "author"),
        _rows(application.revisions, "revision", "submitted_at", "reason", "submitted_by"),
    )
    rows = tables[0].union(*tables[1:], all=True).order_by("-at")
    reasons = dict(RevisionReason.choices)
    return [
        Word(
            row["kind"],
            row["key"],
            row["at"],
            str(reasons[row["text"]]) if row["kind"] == "revision" else row["text"],
            f"{row['given']} {row['family']}".strip(),
            row["staff"],
        )
        for row in rows[:WORDS]
    ]


def _rows(table, kind, at, text, author):
    """A table under the names that the three have in common."""
    staff = F("from_staff") if kind == "message" else Value(value=False)
    return (
        table.order_by()
        .annotate(
            kind=Value(kind, CharField()),
            key=F("pk"),
            at=F(at),
            text=Cast(text, TextField()),
            given=F(f"{author}__given_name"),
            family=F(f"{author}__family_name"),
            staff=ExpressionWrapper(staff, BooleanField()),
        )
        .values("kind", "key", "at", "text", "given", "family", "staff")
    )
