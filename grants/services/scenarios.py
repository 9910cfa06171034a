"""How far the envelope goes: four ways of sharing it out, none of which is law (B 10).

A scenario changes nothing until it is applied; applied, it sets the amounts that are put to
the vote, and may be undone.
"""

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from grants.choices import Method
from grants.models import Point, Scenario
from grants.services import (
    opinions,
    room,
)
from grants.states import PointState, SittingState

ZERO = Decimal(0)
# What was voted on, or is being: its amount does not move.
SETTLED = (PointState.VOTING, PointState.VOTED, PointState.RECORDED)
# Of a scale to five: nobody above it is left out of a proportional cut; the steps of the
# grades.
FIVE = 5
FLOOR = Decimal(3)
GRADES = ((Decimal(4), 100), (Decimal(3), 70))


@dataclass(frozen=True)
class Line:
    """A file as a scenario sees it: its mean, what is foreseen for it in euros, and what is
    recorded already (``fixed``, zero when the opinion is not favourable).
    """

    key: int
    mean: Decimal | None
    foreseen: Decimal
    fixed: Decimal | None = None
    requested: Decimal | None = None
    rounding: int = 10
    least: Decimal = ZERO

    def cut(self, amount):
        """``amount`` as it may be proposed: rounded down, nothing under the least, and no
        more than what is asked for.
        """
        if self.requested is not None:
            amount = min(amount, self.requested)
        step = Decimal(self.rounding or 1)
        amount = (amount / step).quantize(Decimal(1), ROUND_DOWN) * step
        return amount if amount >= self.least else ZERO


@dataclass
class Plan:
    """What a scenario gives each file, in the order of the ranking."""

    envelope: Decimal | None
    amounts: dict = field(default_factory=dict)
    # How many of the first files are above the line.
    above: int = 0
    rate: int | None = None

    @property
    def total(self):
        return sum(self.amounts.values(), ZERO)

    @property
    def left(self):
        return None if self.envelope is None else self.envelope - self.total

    @property
    def over(self):
        """What goes beyond the envelope, in euros."""
        return -self.left if self.left is not None and self.left < 0 else ZERO

    @property
    def fits(self):
        return self.left is None or self.left >= 0


def usual(highest):
    """The figures that a scenario begins with, for scores up to ``highest``."""

    def at(mean):
        return (mean * highest / FIVE).quantize(Decimal("0.1"))

    return {
        "floor": at(FLOOR),
        "grades": tuple((at(mean), share) for mean, share in GRADES),
    }


def ranked(lines):
    """The best mean first; what nobody scored comes last."""
    return sorted(lines, key=lambda one: (one.mean is None, -(one.mean or 0), one.key))


def waterline(lines, envelope):
    """What is foreseen, in order, until the next file does not fit any more."""
    plan, over = Plan(envelope), False
    left = None if envelope is None else envelope - _fixed(lines)
    for one in lines:
        if one.fixed is not None:
            plan.amounts[one.key] = one.fixed
            continue
        amount = one.cut(one.foreseen)
        over = over or (left is not None and amount > left)
        plan.amounts[one.key] = ZERO if over else amount
        if left is not None and not over:
            left -= amount
    return _with_line(plan, lines)


def proportional(lines, envelope, floor=FLOOR):
    """Everybody from ``floor`` on, cut by the same rate to what is left."""
    free = [one for one in lines if one.fixed is None and (one.mean or 0) >= floor]
    wanted = sum((one.foreseen for one in free), ZERO)
    left = wanted if envelope is None else max(envelope - _fixed(lines), ZERO)
    rate = min(left / wanted, Decimal(1)) if wanted else Decimal(1)
    plan = Plan(envelope, rate=int(rate * 100))
    chosen = {one.key for one in free}
    for one in lines:
        given = one.cut(one.foreseen * rate) if one.key in chosen else ZERO
        plan.amounts[one.key] = given if one.fixed is None else one.fixed
    return _with_line(plan, lines)


def by_grade(lines, envelope, grades=GRADES):
    """A share of what is foreseen for each grade, the highest first."""
    plan = Plan(envelope)
    for one in lines:
        if one.fixed is not None:
            plan.amounts[one.key] = one.fixed
            continue
        rates = (rate for least, rate in grades if (one.mean or 0) >= least)
        rate = next(rates, 0)
        plan.amounts[one.key] = one.cut(one.foreseen * rate / 100)
    return _with_line(plan, lines)


def manual(lines, envelope, amounts):
    """As they are typed: ``amounts`` {key: euros}; what is missing gets nothing."""
    plan = Plan(envelope)
    for one in lines:
        given = amounts.get(one.key) or ZERO
        plan.amounts[one.key] = one.fixed if one.fixed is not None else given
    return _with_line(plan, lines)


def _fixed(lines):
    return sum((one.fixed for one in lines if one.fixed is not None), ZERO)


def _with_line(plan, lines):
    """Where the line is: after the last file that receives and still fits."""
    spent, plan.above = ZERO, 0
    for rank, one in enumerate(lines, start=1):
        amount = plan.amounts[one.key]
        spent += amount
        if amount and (plan.envelope is None or spent <= plan.envelope):
            plan.above = rank
        if plan.envelope is not None and spent > plan.envelope:
            break
    return plan


def plan(method, lines, envelope, parameters=None):
    """The ``Plan`` of ``method`` for ``lines``, ranked; ``parameters``: floor, grades,
    amounts.
    """
    given = parameters or {}
    if method == Method.PROPORTIONAL:
        return proportional(lines, envelope, given.get("floor", FLOOR))
    if method == Method.BY_GRADE:
        return by_grade(lines, envelope, given.get("grades", GRADES))
    if method == Method.MANUAL:
        return manual(lines, envelope, given.get("amounts", {}))
    if method != Method.WATERLINE:
        raise ValueError(f"no scenario {method!r}")
    return waterline(lines, envelope)


# --- To apply it --------------------------------------------------------------------------
@transaction.atomic
def apply(sitting, scheme, method, lines_of, *, by, turn, parameters=None):
    """Set the amounts put to the vote as ``method`` has them; return the Scenario.

    ``lines_of`` reads the (lines, envelope) once the sitting is held. ``turn`` is that of
    the page: what was recorded in the meantime is looked at first. Raises MoveBlocked.
    """
    before = sitting.turn if turn is None else turn
    room.lock(sitting)
    if sitting.turn != before + 1:
        raise MoveBlocked(
            _(
                "Something changed in the sitting: look at the figures, then apply again."
            )
        )
    if sitting.state not in {SittingState.PREPARING, SittingState.IN_SESSION}:
        raise MoveBlocked(
            _("The sitting is closed: its amounts do not change any more.")
        )
    lines, envelope = lines_of()
    made = plan(method, lines, envelope, parameters)
    if not made.fits:
        raise MoveBlocked(
            _("These amounts go beyond the envelope: nothing was applied.")
        )
    if any(
        one.requested is not None and made.amounts[one.key] > one.requested
        for one in lines
    ):
        raise MoveBlocked(_("No more is given than what is asked for."))
    return _written(sitting, scheme, method, made, parameters or {}, by)


def _written(sitting, scheme, method, made, parameters, by):
    rows = Point.objects.filter(pk__in=made.amounts).exclude(state__in=SETTLED)
    lines = {}
    for point in rows.order_by("pk"):
        after = made.amounts[point.pk]
        if point.amount != after:
            lines[point.pk] = [_text(point.amount), str(after)]
            Point.objects.filter(pk=point.pk).update(
                amount=after, version=F("version") + 1
            )
    kept = {
        name: str(value)
        for name, value in parameters.items()
        if name in {"floor", "grades"}
    }
    row = Scenario.objects.create(
        sitting=sitting,
        scheme=scheme,
        method=method,
        parameters=kept,
        lines=lines,
        applied_at=now(),
        applied_by=by,
    )
    journal.record(
        sitting, "apply_scenario", by=by, method=str(method), scenario=row.pk
    )
    return row


def _text(amount):
    return None if amount is None else str(amount)


def last(sitting, scheme):
    """The scenario that was applied last, and may still be undone; or None."""
    rows = Scenario.objects.filter(sitting=sitting, scheme=scheme, undone_at=None)
    one = rows.first()
    fresh = one is not None and now() - one.applied_at <= opinions.UNDO
    return one if fresh else None


@transaction.atomic
def undo(scenario, *, by):
    """Put back the amounts that ``scenario`` changed, within thirty seconds; with a trace."""
    sitting = room.lock(scenario.sitting)
    rows = Scenario.objects.filter(pk=scenario.pk, undone_at=None)
    late = now() - scenario.applied_at > opinions.UNDO
    if late or not rows.update(undone_at=now()):
        raise MoveBlocked(_("It is too late to undo it: apply another scenario."))
    for key, (before, after) in scenario.lines.items():
        kept = Point.objects.filter(pk=int(key), amount=Decimal(after))
        kept.exclude(state__in=SETTLED).update(
            amount=None if before is None else Decimal(before),
            version=F("version") + 1,
        )
    journal.record(sitting, "undo_scenario", by=by, scenario=scenario.pk)
