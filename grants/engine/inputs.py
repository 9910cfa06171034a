"""What the engine is given: the figures of the rules, and those of an application."""

import hashlib
import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal

from grants.choices import Basis
from grants.engine import VERSION

ZERO = Decimal(0)


@dataclass(frozen=True)
class Scale:
    """Euros a unit, on some days; without ``mode`` or ``zone``, whatever they are."""

    amount: Decimal
    valid_from: date
    valid_until: date | None = None
    mode: str = ""
    zone: str = ""
    source: str = ""

    def holds_on(self, day):
        return self.valid_from <= day and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True)
class Category:
    """A kind of expense under the rules."""

    code: str
    label: str
    eligible: bool = True
    basis: str = Basis.ACTUAL
    unit: str = ""
    line_cap: Decimal | None = None
    source: str = ""
    scales: tuple[Scale, ...] = ()


@dataclass(frozen=True)
class ZoneRate:
    """The share (%) that is paid somewhere, from a distance on."""

    code: str
    label: str
    rate: int
    from_km: int = 0


@dataclass(frozen=True)
class Rules:
    """The figures of a version of rules; None: no such limit."""

    source: str = ""
    categories: tuple[Category, ...] = ()
    zones: tuple[ZoneRate, ...] = ()
    cap_per_performance: Decimal | None = None
    performances_counted: int | None = None
    cap_per_application: Decimal | None = None
    cap_per_show_season: Decimal | None = None
    cap_per_beneficiary_year: Decimal | None = None
    public_ceiling: int | None = None
    cap_to_deficit: bool = False
    deduct_host: bool = True
    minimum_award: Decimal = ZERO
    rounding: int = 10


@dataclass(frozen=True)
class Line:
    """An expense as declared; ``retained`` is the rapporteur's, with its reason."""

    category: str
    quantity: Decimal
    unit_amount: Decimal
    mode: str = ""
    label: str = ""
    retained: Decimal | None = None
    reason: str = ""
    key: int | None = None

    @property
    def typed(self):
        return cents(self.quantity * self.unit_amount)


@dataclass(frozen=True)
class Playing:
    """So many performances of a day, somewhere."""

    zone: str
    day: date
    count: int = 1


@dataclass(frozen=True)
class Income:
    kind: str
    amount: Decimal


@dataclass(frozen=True)
class Inputs:
    """Everything that an aid depends on; ``day`` counts while no date is given."""

    rules: Rules
    day: date
    lines: tuple[Line, ...] = ()
    performances: tuple[Playing, ...] = ()
    incomes: tuple[Income, ...] = ()
    # There and back, each stretch once.
    distance_km: int = 0
    # None: the applicant has not said yet.
    requested: Decimal | None = None
    # What the show has already in the season, the organisation in the year.
    already_show_season: Decimal = ZERO
    already_beneficiary_year: Decimal = ZERO

    @property
    def count(self):
        return sum(one.count for one in self.performances)

    @property
    def expenses(self):
        """The whole budget, what is not paid included."""
        return sum((line.typed for line in self.lines), ZERO)


def cents(amount):
    """Rounded to the cent, the half up, as an invoice is."""
    return amount.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


# --- The same inputs, the same hash ---------------------------------------------------
def canonical(value):
    """``value`` in plain JSON: rows in one order, figures in one writing."""
    if is_dataclass(value):
        return {f.name: canonical(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return sorted((canonical(one) for one in value), key=dumped)
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def dumped(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def written(inputs):
    """What is kept beside a computation: the inputs, and the engine they were given to."""
    return {"engine": VERSION, **canonical(inputs)}


def hash_of(kept):
    """SHA-256 of what ``written`` gave: whoever has the row verifies it."""
    return hashlib.sha256(dumped(kept).encode()).hexdigest()
