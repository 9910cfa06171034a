"""The sums of an application: what a page says under its rows."""

from dataclasses import dataclass
from decimal import Decimal

NONE = Decimal("0.00")


@dataclass(frozen=True)
class Totals:
    performances: int
    venues: int
    first_day: object
    last_day: object
    kilometres: int
    people: int
    nights: int
    expenses: Decimal
    incomes: Decimal
    requested: Decimal

    @property
    def covered(self):
        """What comes in, the aid included."""
        return self.incomes + self.requested

    @property
    def gap(self):
        """What is still to find; under zero, what is too much."""
        return self.expenses - self.covered

    @property
    def over(self):
        return -self.gap

    @property
    def is_balanced(self):
        return not self.gap

    @property
    def has_budget(self):
        return bool(self.expenses or self.covered)


def totals(application):
    """Of the rows as they are stored; they are read once, or were prefetched."""
    played = list(application.performances.all())
    party = list(application.party.all())
    days = [day for row in played for day in (row.day, row.last_day) if day]
    return Totals(
        performances=sum(row.count for row in played),
        venues=len({(row.venue.lower(), row.city.lower()) for row in played}),
        first_day=min(days, default=None),
        last_day=max(days, default=None),
        kilometres=sum(row.travelled_km for row in application.legs.all()),
        people=sum(row.count for row in party),
        nights=sum(row.count * row.nights for row in party),
        expenses=sum(map(declared, application.expenses.all()), NONE),
        incomes=sum((row.amount for row in application.incomes.all()), NONE),
        requested=application.requested or NONE,
    )


def declared(line):
    """What an expense comes to, to the cent."""
    return (line.quantity * line.unit_amount).quantize(NONE)
