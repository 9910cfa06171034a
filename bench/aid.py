"""The aid of an application of forty expenses: ``python -m bench.aid``.

The pure engine alone, steps and sentences in French included: inputs in, result out.
"""

import time
from datetime import date, timedelta
from decimal import Decimal

from bench import _harness as harness

LINES, ROUNDS, EACH = 40, 7, 100
# Fifty milliseconds for one, on a machine that does other things too.
MIN_A_SECOND = 20


def main():
    with harness.scratch() as var:
        harness.up(harness.environment(harness.POSTGRES, var))
        given = _application()
        _round(given)  # imports, and the catalogue
        samples = [_round(given) for _turn in range(ROUNDS)]
    figures = harness.figures(samples, 0)
    harness.emit("aid", lines=LINES, rounds=ROUNDS, each=EACH, a_second=figures)
    assert figures["median"] >= MIN_A_SECOND


def _round(given):
    """Computations in a second."""
    from grants.engine.computing import compute

    begun = time.perf_counter()
    for _turn in range(EACH):
        compute(given)
    return EACH / (time.perf_counter() - begun)


def _application():
    """Forty expenses of four kinds, eight dates in two zones, every limit there is."""
    from grants.choices import ExpenseKind, ZoneCode
    from grants.engine import inputs

    day, kinds = date(2026, 3, 1), ExpenseKind.values[:4]
    scale = inputs.Scale(Decimal("12.50"), date(2020, 1, 1), source="Exemple, 2020")
    most = Decimal(5000)
    rules = inputs.Rules(
        categories=tuple(
            inputs.Category(kind, kind, scales=(scale,)) for kind in kinds
        ),
        zones=tuple(inputs.ZoneRate(zone, zone, 60) for zone in ZoneCode.values[1:4]),
        cap_per_performance=Decimal(300),
        performances_counted=12,
        cap_per_application=most,
        cap_per_show_season=most,
        cap_per_beneficiary_year=most,
        public_ceiling=80,
        cap_to_deficit=True,
        minimum_award=Decimal(300),
    )
    return inputs.Inputs(
        rules=rules,
        day=day,
        lines=tuple(
            inputs.Line(kinds[n % 4], Decimal(n + 1), Decimal(15), key=n)
            for n in range(LINES)
        ),
        performances=tuple(
            inputs.Playing(ZoneCode.values[1 + n % 2], day + timedelta(days=n))
            for n in range(8)
        ),
        requested=Decimal(3000),
    )


if __name__ == "__main__":
    main()
