"""The first step of C.6: what is retained of each expense."""

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from grants.choices import Basis, ExpenseKind
from grants.engine import sentences
from grants.engine.inputs import ZERO, canonical, cents, dumped
from grants.engine.steps import Step

KINDS = ExpenseKind.values


@dataclass(frozen=True)
class Rated:
    """What a unit comes to under the scales, on the average of the performances.

    ``amount`` is None when no scale speaks of it: what is spent counts, up to the cap.
    """

    amount: Decimal | None
    several: bool = False
    source: str = ""


def retained_of(inputs):
    """(the sum retained, the steps), kind of expense by kind of expense."""
    categories = {one.code: one for one in inputs.rules.categories}
    rows = sorted(inputs.lines, key=_place)
    total, steps = ZERO, []
    for line in rows:
        category = categories.get(line.category)
        retained, said = _line(line, category, inputs)
        total += retained
        steps += said
    return total, steps


def _place(line):
    """Where a line stands, whatever the order in which it was given."""
    return KINDS.index(line.category), dumped(canonical(line))


def _line(line, category, inputs):
    if category is None or not category.eligible:
        return ZERO, [_refused(line, category, inputs)]
    rated = rate_of(category, line.mode, inputs)
    counted = _counted(line, category, rated)
    retained = counted
    if category.basis == Basis.ACTUAL and rated.amount is not None:
        retained = min(retained, cents(line.quantity * rated.amount))
    if category.line_cap is not None:
        retained = min(retained, category.line_cap)
    step = Step(
        rule="line",
        before=counted,
        after=retained,
        sentence=sentences.line(line, category, rated, counted, retained),
        source=_source(category, rated, inputs),
        line=line.key,
    )
    if line.retained is None:
        return retained, [step]
    return _overridden(line, category, counted, step)


def _counted(line, category, rated):
    """What the line is taken for: as declared, or at the scale when it is flat."""
    if category.basis == Basis.FLAT:
        return cents(line.quantity * (rated.amount or ZERO))
    return line.typed


def _overridden(line, category, counted, step):
    """The rapporteur's word, added to what the engine retained, never instead of it."""
    kept = min(line.retained, counted)
    override = Step(
        rule="override",
        before=step.after,
        after=kept,
        sentence=sentences.override(line, category, step.after, kept),
        line=line.key,
    )
    return kept, [step, override]


def _refused(line, category, inputs):
    return Step(
        rule="ineligible",
        before=line.typed,
        after=ZERO,
        sentence=sentences.ineligible(line, category),
        source=(category.source if category else "") or inputs.rules.source,
        line=line.key,
    )


def _source(category, rated, inputs):
    said = [category.source or inputs.rules.source, rated.source]
    return " ; ".join(part for part in dict.fromkeys(said) if part)


# --- Scales ----------------------------------------------------------------------------
def rate_of(category, mode, inputs):
    """The ``Rated`` of a unit: each performance at the scale of its day and zone."""
    plays = [(one.zone, one.day, one.count) for one in inputs.performances]
    found = [
        (scale_at(category, mode, zone, day), count)
        for zone, day, count in plays or [("", inputs.day, 1)]
    ]
    known = [(scale, count) for scale, count in found if scale is not None]
    if not known:
        return Rated(None)
    weight = sum(count for _scale, count in known)
    total = sum((scale.amount * count for scale, count in known), ZERO)
    sources = sorted({scale.source for scale, _count in known if scale.source})
    amounts = {scale.amount for scale, _count in known}
    return Rated(total / weight, len(amounts) > 1, ", ".join(sources))


def scale_at(category, mode, zone, day):
    """The scale that speaks of this the most closely; None when none does.

    Whoever does not say how they travel gets the lowest of the scales by transport.
    """
    rows = [
        one
        for one in category.scales
        if one.holds_on(day) and one.zone in ("", zone) and one.mode in ("", mode)
    ]
    if rows:
        return max(
            rows, key=lambda one: (bool(one.mode), bool(one.zone), one.valid_from)
        )
    if mode:
        return None
    rows = [
        one for one in category.scales if one.holds_on(day) and one.zone in ("", zone)
    ]
    return min(rows, key=attrgetter("amount"), default=None)
