"""What the journeys weigh, in kilograms of CO2 equivalent: distance x people or vehicles."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grants.choices import EmissionUnit
from grants.engine.inputs import ZERO


@dataclass(frozen=True)
class Factor:
    """Kilograms of a kilometre, from a day on, with the source and its year."""

    mode: str
    unit: str
    kilograms: Decimal
    valid_from: date
    source: str
    is_example: bool = False


@dataclass(frozen=True)
class Journey:
    mode: str
    label: str
    km: int
    persons: int
    vehicles: int


@dataclass(frozen=True)
class Weight:
    """What a journey weighs; ``kilograms`` is None where no factor is known."""

    journey: Journey
    factor: Factor | None

    @property
    def kilograms(self):
        if self.factor is None:
            return None
        by_person = self.factor.unit == EmissionUnit.PERSON_KM
        times = self.journey.persons if by_person else self.journey.vehicles
        return self.journey.km * times * self.factor.kilograms

    @property
    def whole(self):
        """In whole kilograms, as a page says it."""
        return None if self.factor is None else rounded(self.kilograms)


@dataclass(frozen=True)
class Footprint:
    weights: tuple[Weight, ...]

    @property
    def kilograms(self):
        """The whole, in whole kilograms; what has no factor is not in it."""
        known = (one.kilograms for one in self.weights)
        total = sum((one for one in known if one is not None), ZERO)
        return rounded(total)

    @property
    def unknown(self):
        return tuple(one.journey for one in self.weights if one.factor is None)

    @property
    def sources(self):
        known = (one.factor for one in self.weights)
        return tuple(sorted({one.source for one in known if one is not None}))

    @property
    def is_example(self):
        return any(one.factor and one.factor.is_example for one in self.weights)


def rounded(kilograms):
    return int(kilograms.quantize(Decimal(1), rounding="ROUND_HALF_UP"))


def footprint(journeys, factors, day):
    """The ``Footprint`` of journeys made on ``day``: the newest factor begun by then."""
    return Footprint(
        tuple(Weight(one, _factor(factors, one.mode, day)) for one in journeys)
    )


def _factor(factors, mode, day):
    begun = [one for one in factors if one.mode == mode and one.valid_from <= day]
    return max(begun, key=lambda one: one.valid_from, default=None)
