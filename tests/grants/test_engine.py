"""The worked example of references/grants.md, C.6, and each step of the engine."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from grants.choices import Basis, ExpenseKind, IncomeKind, TransportMode, ZoneCode
from grants.engine import VERSION
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
    hash_of,
    written,
)

K, Z = ExpenseKind, ZoneCode
D = Decimal
DAY = date(2026, 3, 14)
NAMES = {
    K.TRANSPORT_PEOPLE: "Transport des personnes",
    K.TRANSPORT_SET: "Transport du décor",
    K.ACCOMMODATION: "Hébergement",
    K.MEALS: "Repas",
    K.PAYROLL: "Salaires en tournée",
}


def scale(amount, **kwargs):
    return Scale(D(amount), **{"valid_from": date(2020, 1, 1), **kwargs})


def category(code, amount=None, **kwargs):
    scales = (scale(amount),) if amount else ()
    return Category(code, NAMES[code], **{"scales": scales, **kwargs})


RULES = Rules(
    source="Règlement, article 5",
    categories=(
        category(K.TRANSPORT_PEOPLE, "0.30", source="article 6"),
        category(K.TRANSPORT_SET, "0.55"),
        category(K.ACCOMMODATION, "60"),
        category(K.MEALS, "19"),
        category(K.PAYROLL, eligible=False),
    ),
    zones=(
        ZoneRate(Z.REGIONS, "Autres régions", 40),
        ZoneRate(Z.REGIONS, "Autres régions", 60, from_km=500),
        ZoneRate(Z.EUROPE, "Europe", 70),
    ),
    cap_per_performance=D(300),
    performances_counted=12,
)
LINES = (
    Line(K.TRANSPORT_PEOPLE, D(1180), D("0.40"), key=1),
    Line(K.TRANSPORT_SET, D(1180), D("0.55"), key=2),
    Line(K.ACCOMMODATION, D(18), D(65), key=3),
    Line(K.MEALS, D(30), D(19), key=4),
)
EXAMPLE = Inputs(
    rules=RULES,
    day=DAY,
    lines=LINES,
    performances=(Playing(Z.REGIONS, DAY, 4),),
    incomes=(Income(IncomeKind.HOST, D(800)),),
    distance_km=1180,
    requested=D(1000),
)


def under(**limits):
    return replace(EXAMPLE, rules=replace(RULES, **limits))


def step(result, rule):
    return next(one for one in result.steps if one.rule == rule)


def retained(result):
    return {key: steps[-1].after for key, steps in result.line_steps.items()}


# --- The example of C.6 ---------------------------------------------------------------
def test_worked_example_to_the_cent():
    result = compute(EXAMPLE)

    assert retained(result) == {1: D(354), 2: D(649), 3: D(1080), 4: D(570)}
    assert result.retained == D(2653)
    assert result.base == D(1853)
    assert result.subsidy == D("1111.80")
    assert step(result, "performances").after == D("1111.80")
    assert result.amount == D(1000)
    assert result.binding == "requested"
    assert result.limited_by == "le montant demandé"
    assert result.version == VERSION


def test_worked_example_in_sentences():
    said = [
        one.sentence.replace("\u202f", " ").replace("\xa0", " ")
        for one in compute(EXAMPLE).steps
    ]

    assert said == [
        "Transport des personnes : 1 180 × 0,40 € = 472 €. Le barème est de 0,30 € : 354 € retenus.",
        "Transport du décor : 1 180 × 0,55 € = 649 €. Retenu en entier.",
        "Hébergement : 18 × 65 € = 1 170 €. Le barème est de 60 € : 1 080 € retenus.",
        "Repas : 30 × 19 € = 570 €. Retenu en entier.",
        "Dépenses retenues : 2 653 €, moins 800 € pris en charge par le lieu d’accueil. Base de l’aide : 1 853 €.",
        "Autres régions à partir de 500 km : 60 % de 1 853 €.",
        "Plafond des représentations : 300 € × 4 = 1 200 €. L’aide reste en dessous.",
        "Montant demandé : 1 000 €. L’aide y est ramenée.",
        "Arrondi aux 10 € inférieurs.",
        "Aide : 1 000 €. Ce qui la fixe : le montant demandé.",
    ]  # fmt: skip


def test_each_step_names_its_article():
    result = compute(EXAMPLE)

    assert result.line_steps[1][0].source == "article 6"
    assert step(result, "rate").source == "Règlement, article 5"


def test_rounding_is_no_limit():
    result = compute(replace(EXAMPLE, requested=None))

    assert result.amount == D(1110)
    assert result.binding == "rate"


# --- Lines --------------------------------------------------------------------------
def test_what_is_not_paid_counts_for_nothing():
    line = Line(K.PAYROLL, D(1), D(5000), key=9, retained=D(100), reason="Erreur")
    result = compute(replace(EXAMPLE, lines=(*LINES, line)))

    assert retained(result)[9] == 0
    assert result.base == D(1853)


def test_kind_that_the_rules_do_not_name_is_not_paid():
    line = Line(K.VISA, D(2), D(80), key=9)

    assert retained(compute(replace(EXAMPLE, lines=(line,)))) == {9: D(0)}


def test_line_cap():
    capped = category(K.MEALS, "19", line_cap=D(200))
    result = compute(replace(under(categories=(capped,)), lines=LINES[3:]))

    assert retained(result) == {4: D(200)}


def test_flat_scale_is_paid_whatever_is_spent():
    flat = category(K.MEALS, "19", basis=Basis.FLAT)
    line = Line(K.MEALS, D(30), D(2), key=4)

    assert retained(compute(replace(under(categories=(flat,)), lines=(line,)))) == {
        4: D(570)
    }


def test_flat_without_scale_is_nothing():
    flat = category(K.MEALS, basis=Basis.FLAT)
    result = compute(replace(under(categories=(flat,)), lines=LINES[3:]))

    assert retained(result) == {4: D(0)}


def test_what_is_spent_counts_where_no_scale_speaks():
    free = category(K.MEALS)
    result = compute(replace(under(categories=(free,)), lines=LINES[3:]))

    assert retained(result) == {4: D(570)}


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2026, 2, 28), 300), (date(2026, 3, 1), 600)]
)
def test_scale_of_the_day_of_the_performance(day, expected):
    scales = (
        scale("10", valid_until=date(2026, 2, 28)),
        scale("20", valid_from=date(2026, 3, 1)),
    )
    dated = category(K.MEALS, scales=scales)
    given = replace(
        under(categories=(dated,)),
        lines=(Line(K.MEALS, D(30), D(25), key=4),),
        performances=(Playing(Z.REGIONS, day),),
    )

    assert retained(compute(given)) == {4: D(expected)}


def test_dates_on_both_sides_of_a_scale_share_it():
    scales = (
        scale("10", valid_until=date(2026, 2, 28)),
        scale("20", valid_from=date(2026, 3, 1)),
    )
    given = replace(
        under(categories=(category(K.MEALS, scales=scales),)),
        lines=(Line(K.MEALS, D(30), D(25), key=4),),
        performances=(
            Playing(Z.REGIONS, date(2026, 2, 1), 1),
            Playing(Z.REGIONS, date(2026, 4, 1), 3),
        ),
    )

    result = compute(given)

    assert retained(result) == {4: D("525.00")}  # 30 x 17.50
    assert "moyenne de vos dates" in result.steps[0].sentence


def test_closest_scale_wins():
    scales = (scale("1"), scale("2", zone=Z.EUROPE), scale("3", mode=TransportMode.VAN))
    given = replace(
        under(categories=(category(K.TRANSPORT_PEOPLE, scales=scales),)),
        performances=(Playing(Z.EUROPE, DAY),),
    )

    def kept(mode):
        line = Line(K.TRANSPORT_PEOPLE, D(10), D(9), mode=mode, key=1)
        return retained(compute(replace(given, lines=(line,))))[1]

    assert kept(TransportMode.VAN) == D(30)
    assert kept(TransportMode.TRAIN) == D(20)


def test_whoever_does_not_say_how_they_travel_gets_the_lowest():
    scales = (
        scale("0.50", mode=TransportMode.VAN),
        scale("0.20", mode=TransportMode.TRAIN),
    )
    given = replace(
        under(categories=(category(K.TRANSPORT_PEOPLE, scales=scales),)),
        lines=LINES[:1],
    )

    assert retained(compute(given)) == {1: D("236.00")}


# --- The rapporteur ------------------------------------------------------------------
def test_retained_by_the_rapporteur_is_added_not_substituted():
    less = replace(LINES[2], retained=D(900), reason="Trois nuits chez l’habitant")
    result = compute(replace(EXAMPLE, lines=(*LINES[:2], less, LINES[3])))

    engine, override = result.line_steps[3]
    assert (engine.after, override.before, override.after) == (1080, 1080, 900)
    assert override.delta == D(-180)
    assert "−180" in override.sentence
    assert "Trois nuits chez l’habitant" in override.sentence
    assert result.base == D(1673)


def test_rapporteur_never_retains_more_than_declared():
    more = replace(LINES[2], retained=D(5000), reason="Erreur")

    assert retained(compute(replace(EXAMPLE, lines=(more,))))[3] == D(1170)


# --- From the base to the share --------------------------------------------------------
def test_host_is_not_deducted_where_the_rules_do_not():
    assert compute(under(deduct_host=False)).base == D(2653)


def test_host_that_bears_everything_leaves_nothing():
    host = (Income(IncomeKind.HOST, D(9000)),)
    result = compute(replace(EXAMPLE, incomes=host))

    assert (result.base, result.amount) == (0, 0)


def test_several_zones_share_the_base_by_performances():
    plays = (Playing(Z.REGIONS, DAY, 3), Playing(Z.EUROPE, DAY, 1))
    result = compute(replace(EXAMPLE, performances=plays, requested=None))

    assert result.subsidy == D("1158.13")  # 1853 x (3 x 60 + 1 x 70) / 4
    said = step(result, "rate").sentence.replace("\u202f", " ")
    assert "en proportion des représentations" in said
    assert "Europe, 1 sur 4 à 70 %" in said


def test_distance_decides_of_the_share():
    near = compute(replace(EXAMPLE, distance_km=499, requested=None))

    assert near.subsidy == D("741.20")


def test_nothing_where_the_scheme_pays_nothing():
    plays = (Playing(Z.HOME, DAY, 4),)
    result = compute(replace(EXAMPLE, performances=plays))

    assert result.amount == 0
    assert str(Z.HOME.label) in step(result, "rate").sentence


def test_lowest_share_while_no_date_is_given():
    given = replace(under(cap_per_performance=None), performances=(), distance_km=0)
    result = compute(replace(given, requested=None))

    assert result.subsidy == D("741.20")
    assert "Aucune date" in step(result, "rate").sentence


# --- What limits it ----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("limits", "given", "expected", "binding"),
    [
        ({"cap_per_performance": D(100)}, {}, 400, "performances"),
        ({"performances_counted": 2}, {}, 600, "performances"),
        ({"cap_per_application": D(500)}, {}, 500, "application"),
        (
            {"cap_per_show_season": D(700)},
            {"already_show_season": D(400)},
            300,
            "show_season",
        ),
        (
            {"cap_per_beneficiary_year": D(700)},
            {"already_beneficiary_year": D(900)},
            0,
            "beneficiary_year",
        ),
        ({"public_ceiling": 30}, {}, 850, "public"),  # 30 % of 2,861 = 858.30
        (
            {"cap_to_deficit": True},
            {"incomes": (Income("fee", D(2000)),)},
            860,
            "deficit",
        ),
        ({"minimum_award": D(1001)}, {}, 0, "minimum"),
        ({"minimum_award": D(1000)}, {}, 1000, "requested"),
        ({}, {"requested": D(0)}, 0, "requested"),
        ({"rounding": 300}, {}, 900, "requested"),
        ({"rounding": 1}, {"requested": None}, D("1111.80"), "rate"),
    ],
)
def test_limits(limits, given, expected, binding):
    result = compute(replace(under(**limits), **given))

    assert (result.amount, result.binding) == (D(expected), binding)


def test_public_ceiling_counts_the_other_aids():
    given = replace(
        under(public_ceiling=50, deduct_host=False),
        incomes=(Income(IncomeKind.PUBLIC_AID, D(1000)),),
    )

    assert compute(given).amount == D(430)  # 1,430.50 less 1,000


def test_last_that_reduces_is_the_one_that_binds():
    result = compute(under(cap_per_application=D(1050), cap_per_performance=D(270)))

    assert [
        one.rule for one in result.steps if one.is_binding and one.line is None
    ] == [
        "base",
        "rate",
        "performances",
        "application",
        "requested",
    ]
    assert result.binding == "requested"


# --- The same inputs -----------------------------------------------------------------------
def test_hash_is_that_of_what_is_kept():
    result = compute(EXAMPLE)

    assert result.inputs_hash == hash_of(result.inputs) == hash_of(written(EXAMPLE))
    assert result.inputs["engine"] == VERSION


def test_another_amount_is_another_hash():
    other = replace(EXAMPLE, requested=D(1001))

    assert compute(other).inputs_hash != compute(EXAMPLE).inputs_hash


def test_the_same_amount_written_otherwise_is_the_same_hash():
    other = replace(EXAMPLE, requested=D("1000.00"))

    assert compute(other).inputs_hash == compute(EXAMPLE).inputs_hash
