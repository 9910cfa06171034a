"""A file as a member reads it: the revision that was sent, the computation, the report."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Q
from django.utils.translation import gettext as _

from agency.core.dates import day_year
from agency.core.figures import euros
from grants.choices import Scan
from grants.models import (
    ApplicationDocument,
    ExpenseLine,
    IncomeLine,
    Leg,
    PartyMember,
    Performance,
)
from grants.services import snapshots
from grants.services.snapshots import said

OPENED = (Scan.CLEAN, Scan.SKIPPED)


@dataclass
class Row:
    """A row of what was sent, each value as French writes it."""

    model: type
    values: dict

    def __getattr__(self, name):
        """A column of the row, in words; a template asks ``row.venue``."""
        if name.startswith("_") or name not in self.values:
            raise AttributeError(name)
        return said(self.model, name, self.values[name])

    @property
    def title(self):
        return snapshots.title(_name(self.model), self.values)

    @property
    def when(self):
        first, last = self.values.get("day"), self.values.get("last_day")
        days = [day_year(date.fromisoformat(one)) for one in (first, last) if one]
        return _(" to ").join(days)

    @property
    def km(self):
        """There and back when it is both."""
        ways = 2 if self.values.get("there_and_back") else 1
        return (self.values.get("distance_km") or 0) * ways

    @property
    def amount(self):
        quantity = Decimal(self.values.get("quantity") or 1)
        unit = Decimal(self.values.get("unit_amount") or self.values.get("amount") or 0)
        return euros(quantity * unit)


def _name(model):
    return next(name for name, one in snapshots.ROWS.items() if one is model)


def sent(revision):
    """The parts of a file as ``revision`` froze them; empty for what has none."""
    content = revision.snapshot if revision else {}
    rows = content.get("rows", {})

    def of(model):
        return [Row(model, one) for one in rows.get(_name(model), ())]

    performances = of(Performance)
    return {
        "words": content.get("application", {}),
        "performances": performances,
        "performance_count": sum(one.values.get("count") or 0 for one in performances),
        "legs": of(Leg),
        "party": of(PartyMember),
        "party_count": sum(one.values.get("count") or 0 for one in of(PartyMember)),
        "expenses": of(ExpenseLine),
        "incomes": of(IncomeLine),
    }


def papers(application):
    """What the commission reads of the documents: never bank details, never unscanned."""
    rows = ApplicationDocument.objects.filter(
        open_to_members(), application=application
    )
    return rows.order_by("requirement", "pk")


def open_to_members():
    """A condition on documents: of a requirement that members read, scanned, current."""
    way = "application__rules__requirements__"
    return Q(
        scan__in=OPENED,
        replaced_by=None,
        **{
            f"{way}key": F("requirement"),
            f"{way}read_by_members": True,
            f"{way}is_bank": False,
        },
    )
