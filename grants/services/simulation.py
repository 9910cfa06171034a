"""What an aid would come to, before anything is written: the same engine, few figures.

Costs are taken at the scale of the rules: whoever spends less receives less.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from agency.core.clock import today
from grants.choices import ExpenseKind, IncomeKind, TransportMode
from grants.engine import carbon, inputs
from grants.engine.computing import Result, compute
from grants.engine.lines import rate_of
from grants.services import computation, eligibility

K, M = ExpenseKind, TransportMode
# Seats of a vehicle; by any other way each person pays their own fare.
SEATS = {M.CAR: 5, M.VAN: 9, M.UTILITY: 3, M.TRUCK: 3}
SET_MODES = (M.UTILITY, M.TRUCK)


@dataclass(frozen=True)
class Tour:
    """What one says of a tour to simulate it; ``km`` there and back, nights of everybody."""

    zone: str
    performances: int
    km: int
    mode: str
    people: int
    set_mode: str = ""
    nights: int = 0
    meals: int = 0
    host: Decimal = Decimal(0)
    requested: Decimal | None = None

    @property
    def vehicles(self):
        seats = SEATS.get(self.mode)
        return -(-self.people // seats) if seats else 0


@dataclass(frozen=True)
class Simulation:
    """``unpriced``: the kinds of expense that the rules pay, but give no rate for."""

    result: Result
    footprint: carbon.Footprint
    findings: list
    unpriced: list


def simulate(rules, tour):
    """The ``Simulation`` of ``tour`` under ``rules`` (of ``computation.whole``), today."""
    given = _inputs(rules, tour)
    lines, unpriced = _lines(given, tour)
    given = replace(given, lines=tuple(lines))
    facts = eligibility.Facts(
        on=today(), count=tour.performances, zones=frozenset([tour.zone])
    )
    return Simulation(
        result=compute(given),
        footprint=_footprint(tour),
        findings=eligibility.judged(list(rules.eligibility_rules.all()), facts),
        unpriced=unpriced,
    )


def pays(rules, kind):
    """Whether the rules pay that kind of expense."""
    return any(
        one.code == kind and one.eligible for one in rules.expense_categories.all()
    )


def _inputs(rules, tour):
    day = today()
    host = (inputs.Income(IncomeKind.HOST, tour.host),) if tour.host else ()
    return inputs.Inputs(
        rules=computation.figures(rules),
        day=day,
        performances=(inputs.Playing(tour.zone, day, tour.performances),),
        incomes=host,
        distance_km=tour.km,
        requested=tour.requested,
    )


def _lines(given, tour):
    """(the expenses at the scale of the day, the kinds that have none)."""
    asked = [
        (K.TRANSPORT_PEOPLE, tour.km * (tour.vehicles or tour.people), tour.mode),
        (K.TRANSPORT_SET, tour.km if tour.set_mode else 0, tour.set_mode),
        (K.ACCOMMODATION, tour.nights, ""),
        (K.MEALS, tour.meals, ""),
    ]
    categories = {one.code: one for one in given.rules.categories if one.eligible}
    lines, unpriced = [], []
    for kind, quantity, mode in asked:
        category = categories.get(kind)
        if category is None or not quantity:
            continue
        rate = rate_of(category, mode, given).amount
        if rate is None:
            unpriced.append(category.label)
        else:
            lines.append(inputs.Line(kind, Decimal(quantity), rate, mode))
    return lines, unpriced


def _footprint(tour):
    labels = dict(M.choices)
    journeys = [
        carbon.Journey(
            tour.mode, str(labels[tour.mode]), tour.km, tour.people, tour.vehicles
        )
    ]
    if tour.set_mode:
        label = str(labels[tour.set_mode])
        journeys.append(carbon.Journey(tour.set_mode, label, tour.km, 0, 1))
    return carbon.footprint(journeys, computation.factors(), today())
