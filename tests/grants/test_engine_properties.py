"""What holds of the engine whatever it is given (references/grants.md, F)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from grants.choices import Basis, ExpenseKind, IncomeKind, TransportMode, ZoneCode
from grants.engine.computing import compute
from grants.engine.inputs import (
    Category,
    Income,
    Inputs,
    Line,
    Playing,
    Rules,
    Scale,
    ZoneRate,
)

DAY = date(2026, 1, 1)
CAPS = (
    "cap_per_performance",
    "performances_counted",
    "cap_per_application",
    "cap_per_show_season",
    "cap_per_beneficiary_year",
    "public_ceiling",
)
amounts = st.decimals(0, 20_000, places=2)
maybe = st.none() | amounts
days = st.integers(0, 700).map(lambda n: DAY + timedelta(days=n))
modes = st.sampled_from(["", *TransportMode.values[:3]])
zones = st.sampled_from(ZoneCode.values)
kinds = st.sampled_from(ExpenseKind.values[:5])
percents = st.integers(0, 100)


def some(strategy, most=4):
    return st.lists(strategy, max_size=most).map(tuple)


scales = st.builds(
    Scale,
    amount=st.decimals(0, 200, places=4),
    valid_from=days,
    valid_until=st.none() | days,
    mode=modes,
    zone=st.just("") | zones,
)
categories = st.lists(
    st.builds(
        Category,
        code=kinds,
        label=st.just("Frais"),
        eligible=st.booleans(),
        basis=st.sampled_from(Basis.values),
        line_cap=maybe,
        scales=some(scales),
    ),
    max_size=5,
    unique_by=lambda one: one.code,
).map(tuple)
zone_rates = st.lists(
    st.builds(
        ZoneRate,
        code=zones,
        label=st.just("Zone"),
        rate=percents,
        from_km=st.sampled_from([0, 500, 900]),
    ),
    max_size=6,
    unique_by=lambda one: (one.code, one.from_km),
).map(tuple)
rules = st.builds(
    Rules,
    categories=categories,
    zones=zone_rates,
    cap_per_performance=maybe,
    performances_counted=st.none() | st.integers(0, 20),
    cap_per_application=maybe,
    cap_per_show_season=maybe,
    cap_per_beneficiary_year=maybe,
    public_ceiling=st.none() | percents,
    cap_to_deficit=st.booleans(),
    deduct_host=st.booleans(),
    minimum_award=amounts,
    rounding=st.integers(1, 500),
)
lines = st.builds(
    Line,
    category=kinds,
    quantity=st.decimals(0, 3000, places=2),
    unit_amount=st.decimals(0, 500, places=2),
    mode=modes,
    retained=maybe,
    reason=st.just("Motif"),
)
everything = st.builds(
    Inputs,
    rules=rules,
    day=days,
    lines=some(lines),
    performances=some(
        st.builds(Playing, zone=zones, day=days, count=st.integers(1, 30))
    ),
    incomes=some(
        st.builds(Income, kind=st.sampled_from(IncomeKind.values), amount=amounts)
    ),
    distance_km=st.integers(0, 2000),
    requested=maybe,
    already_show_season=amounts,
    already_beneficiary_year=amounts,
)


@given(everything)
def test_never_negative_and_never_above_a_limit(inputs):
    result, rules = compute(inputs), inputs.rules
    counted = inputs.count
    if rules.performances_counted is not None:
        counted = min(counted, rules.performances_counted)

    assert result.amount >= 0
    for most in (
        result.subsidy,
        inputs.requested,
        rules.cap_per_application,
        rules.cap_per_performance and rules.cap_per_performance * counted,
    ):
        assert most is None or result.amount <= most
    for cap, already in (
        (rules.cap_per_show_season, inputs.already_show_season),
        (rules.cap_per_beneficiary_year, inputs.already_beneficiary_year),
    ):
        assert cap is None or result.amount <= max(0, cap - already)


@given(everything)
def test_never_above_what_is_left_to_pay(inputs):
    result, rules = compute(inputs), inputs.rules
    others = [one.amount for one in inputs.incomes if one.kind == IncomeKind.PUBLIC_AID]

    assert result.amount <= result.base <= result.retained
    if rules.cap_to_deficit:
        earned = sum(one.amount for one in inputs.incomes)
        assert result.amount <= max(0, inputs.expenses - earned)
    if rules.public_ceiling is not None and result.amount:
        share = inputs.expenses * rules.public_ceiling / 100
        assert result.amount + sum(others) <= share + Decimal("0.01")


@given(everything, st.decimals(0, 500, places=2), st.data())
def test_more_declared_is_never_less_aid(inputs, more, data):
    if not inputs.lines:
        return
    at = data.draw(st.integers(0, len(inputs.lines) - 1))
    name = data.draw(st.sampled_from(["quantity", "unit_amount"]))
    rows = list(inputs.lines)
    rows[at] = replace(rows[at], **{name: getattr(rows[at], name) + more})

    assert compute(replace(inputs, lines=tuple(rows))).amount >= compute(inputs).amount


@given(everything, st.sampled_from(CAPS), st.integers(0, 3000))
def test_higher_cap_is_never_less_aid(inputs, name, more):
    cap = getattr(inputs.rules, name)
    higher = None if cap is None or more > 2500 else cap + more
    wider = replace(inputs, rules=replace(inputs.rules, **{name: higher}))

    assert compute(wider).amount >= compute(inputs).amount


@given(everything, amounts)
def test_more_asked_is_never_less_aid(inputs, more):
    if inputs.requested is None:
        return
    asked = replace(inputs, requested=inputs.requested + more)

    assert compute(asked).amount >= compute(inputs).amount


@given(everything, st.randoms())
def test_order_of_rows_is_indifferent(inputs, draw):
    def mixed(rows):
        return tuple(draw.sample(rows, len(rows)))

    rules = replace(
        inputs.rules,
        categories=mixed(inputs.rules.categories),
        zones=mixed(inputs.rules.zones),
    )
    other = replace(
        inputs,
        rules=rules,
        lines=mixed(inputs.lines),
        performances=mixed(inputs.performances),
        incomes=mixed(inputs.incomes),
    )

    assert compute(other) == compute(inputs)


@given(everything, everything)
def test_same_inputs_same_hash_and_others_another(inputs, other):
    same = compute(inputs).inputs_hash == compute(other).inputs_hash

    assert compute(replace(inputs)).inputs_hash == compute(inputs).inputs_hash
    assert same == (compute(inputs).inputs == compute(other).inputs)


@given(everything)
def test_steps_follow_one_another_to_the_result(inputs):
    result = compute(inputs)
    after = [one for one in result.steps if one.rule not in LINES]

    assert [one.rule for one in after[:2]] == ["base", "rate"]
    assert after[0].before == result.retained
    for one, following in pairwise(after):
        assert following.before == one.after
        assert one.sentence
    assert after[-1].after == result.amount
    assert result.amount % inputs.rules.rounding == 0 or inputs.rules.rounding == 1


LINES = {"line", "ineligible", "override"}


@given(everything)
def test_what_binds_is_the_last_limit_that_reduces(inputs):
    result = compute(inputs)
    reducing = [
        one.rule
        for one in result.steps
        if one.is_binding and one.rule not in {*LINES, "base", "rate", "rounding"}
    ]

    assert result.binding == (reducing[-1] if reducing else "rate")
