"""The aid of an application: ``compute`` goes through C.6 and tells each step."""

from dataclasses import dataclass, field
from decimal import Decimal

from grants.choices import IncomeKind
from grants.engine import VERSION, caps, lines, sentences
from grants.engine.inputs import ZERO, cents, hash_of, written
from grants.engine.steps import Step


@dataclass(frozen=True)
class Result:
    """What an aid comes to, and how: the same trace for everybody.

    ``base`` is what is retained less what the host bears; ``subsidy`` the share of it
    that is paid, before anything limits it; ``binding`` the rule that reduced last.
    """

    amount: Decimal
    binding: str
    steps: tuple[Step, ...]
    retained: Decimal
    base: Decimal
    subsidy: Decimal
    inputs: dict = field(repr=False)
    inputs_hash: str = ""
    version: str = VERSION

    @property
    def limited_by(self):
        """What limits it, in a few words."""
        return sentences.limit_name(self.binding)

    @property
    def line_steps(self):
        """The steps about an expense, by its key: [(engine), (rapporteur)]."""
        found = {}
        for step in self.steps:
            if step.line is not None:
                found.setdefault(step.line, []).append(step)
        return found


def compute(inputs):
    """The ``Result`` of ``inputs``; never negative, never above a limit or the request."""
    retained, steps = lines.retained_of(inputs)
    base, said = _base(inputs, retained)
    steps += said
    subsidy, step = _share(inputs, base)
    steps.append(step)
    amount, binding = subsidy, "rate"
    for limit in caps.limits(inputs):
        step = limit.step(amount)
        amount, binding = step.after, limit.rule if step.is_binding else binding
        steps.append(step)
    amount, binding, said = _end(inputs.rules, amount, binding)
    steps += said
    kept = written(inputs)
    return Result(
        amount=amount,
        binding=binding,
        steps=tuple(steps),
        retained=retained,
        base=base,
        subsidy=subsidy,
        inputs=kept,
        inputs_hash=hash_of(kept),
    )


def _base(inputs, retained):
    """What is left to the applicants once the host has borne its part."""
    rules = inputs.rules
    borne = caps.income_of(inputs, IncomeKind.HOST) if rules.deduct_host else ZERO
    base = max(ZERO, retained - borne)
    told = sentences.base(retained, borne, base)
    return base, [Step("base", retained, base, told, rules.source)]


def _share(inputs, base):
    """The share that is paid: where several zones are played in, by performances."""
    shares = shares_of(inputs)
    told = sentences.share(inputs, base, shares)
    count = sum(one.count for one in shares)
    weighted = sum(one.count * one.rate for one in shares)
    subsidy = cents(base * weighted / (100 * count)) if count else ZERO
    return subsidy, Step("rate", base, subsidy, told, inputs.rules.source)


@dataclass(frozen=True)
class Share:
    """So many performances at a rate; ``paid`` is False where nothing is paid."""

    label: str
    rate: int
    count: int
    from_km: int = 0
    paid: bool = True


def shares_of(inputs):
    """The ``Share`` of each zone that is played in, in the order of their names.

    While no date is given, the lowest share of the rules, and says so by its count of 1.
    """
    counts = {}
    for one in inputs.performances:
        counts[one.zone] = counts.get(one.zone, 0) + one.count
    if not counts:
        nearest = [
            one for one in inputs.rules.zones if one.from_km <= inputs.distance_km
        ]
        lowest = sorted(nearest, key=lambda one: (one.rate, one.code))[:1]
        return [Share(one.label, one.rate, 1, one.from_km) for one in lowest]
    return [
        _share_of(inputs, zone, count)
        for zone, count in sorted(counts.items())
        if count
    ]


def _share_of(inputs, zone, count):
    near = [
        one
        for one in inputs.rules.zones
        if one.code == zone and one.from_km <= inputs.distance_km
    ]
    if not near:
        return Share(sentences.zone_name(zone), 0, count, paid=False)
    row = max(near, key=lambda one: one.from_km)
    return Share(row.label, row.rate, count, row.from_km)


def _end(rules, amount, binding):
    """The floor, the rounding, and the last word; rounding is no limit of its own."""
    steps = []
    if rules.minimum_award:
        under = ZERO < amount < rules.minimum_award
        kept = ZERO if under else amount
        told = sentences.floor(rules.minimum_award, under)
        steps.append(Step("minimum", amount, kept, told, rules.source))
        amount, binding = kept, "minimum" if under else binding
    if rules.rounding > 1:
        kept = amount // rules.rounding * rules.rounding
        told = sentences.rounded(rules.rounding)
        steps.append(Step("rounding", amount, kept, told, rules.source))
        amount = kept
    amount = amount.quantize(Decimal("0.01"))
    told = sentences.outcome(amount, binding)
    steps.append(Step("result", amount, amount, told))
    return amount, binding, steps
