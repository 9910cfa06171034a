"""What the journeys weigh."""

from datetime import date
from decimal import Decimal

from grants.choices import EmissionUnit, TransportMode
from grants.engine.carbon import Factor, Journey, footprint

M = TransportMode
DAY = date(2026, 3, 14)
TRAIN = Factor(
    M.TRAIN, EmissionUnit.PERSON_KM, Decimal("0.003"), date(2024, 1, 1), "Base, 2024"
)
VAN = Factor(
    M.VAN, EmissionUnit.VEHICLE_KM, Decimal("0.25"), date(2025, 1, 1), "Base, 2025"
)


def journey(mode, **kwargs):
    given = {"label": "Toulouse – Brest", "km": 1180, "persons": 6, "vehicles": 2}
    return Journey(mode, **given | kwargs)


def test_by_person_or_by_vehicle():
    found = footprint([journey(M.TRAIN), journey(M.VAN)], [TRAIN, VAN], DAY)

    assert [one.kilograms for one in found.weights] == [Decimal("21.24"), 590]
    assert [one.whole for one in found.weights] == [21, 590]
    assert found.kilograms == 611
    assert found.sources == ("Base, 2024", "Base, 2025")
    assert not found.is_example


def test_the_newest_factor_that_has_begun():
    newer = Factor(
        M.TRAIN, EmissionUnit.PERSON_KM, Decimal("0.002"), DAY, "Base, 2026", True
    )
    later = Factor(
        M.TRAIN, EmissionUnit.PERSON_KM, Decimal(9), date(2026, 3, 15), "Base, 2027"
    )
    found = footprint([journey(M.TRAIN)], [later, TRAIN, newer], DAY)

    assert found.sources == ("Base, 2026",)
    assert found.is_example


def test_what_has_no_factor_is_told_apart():
    found = footprint([journey(M.FERRY), journey(M.VAN)], [VAN], DAY)

    assert [one.mode for one in found.unknown] == [M.FERRY]
    assert found.weights[0].kilograms is found.weights[0].whole is None
    assert found.kilograms == 590
