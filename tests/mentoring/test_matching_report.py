"""What a person judges the pairs by: alternatives, costs, who is alone, blocking pairs."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.matching.bans import LockedPair, cost_of_ban
from mentoring.matching.engine import match
from mentoring.matching.inputs import MAX_PAIRS, MAX_SCORE
from tests.mentoring.editions import (
    NEEDS,
    WISHES,
    edition,
    editions,
    mentee,
    mentor,
    objective,
    possible,
)


# --- What a ban costs --------------------------------------------------------
@given(editions(4), st.data())
def test_ban_costs_the_objective_with_the_pair_minus_that_without(inputs, data):
    pairs = list(
        product([m.key for m in inputs.mentors], [e.key for e in inputs.mentees])
    )
    if not pairs:
        return
    pair = data.draw(st.sampled_from(pairs))
    settings = replace(inputs.settings, bans=inputs.settings.bans | {pair})
    result, banned = match(inputs), match(replace(inputs, settings=settings))

    cost = cost_of_ban(result, pair)

    lost = [a - b for a, b in zip(objective(result), objective(banned), strict=True)]
    assert cost.order == tuple(lost)
    assert cost.order >= (0, 0)
    if pair not in [proposal.pair for proposal in result.pairs]:
        assert cost.order == (0, 0)


def test_ban_costs_points():
    inputs = edition(
        map(mentor, "mn"),
        [mentee("e", wishes="m x n"), mentee("f", wishes="m n")],
        weights=WISHES,
    )
    result = match(inputs)

    cost = cost_of_ban(result, ("m", "e"))

    assert result.total == 100 + 67
    assert (cost.pairs, cost.points) == (0, 167 - (33 + 100))


def test_ban_costs_a_pair_though_points_are_won():
    inputs = edition(
        [mentor("m"), mentor("n", vetoes="p-f")],
        [mentee("e", wishes="m"), mentee("f", wishes="x y m")],
        weights=WISHES,
    )
    result = match(inputs)

    cost = cost_of_ban(result, ("n", "e"))

    assert (result.total, len(result.pairs)) == (33, 2)
    assert (cost.pairs, cost.points) == (1, 33 - 100)


def test_ban_of_a_lock_is_refused():
    inputs = edition([mentor("m")], [mentee("e")], locks=frozenset({("m", "e")}))

    with pytest.raises(LockedPair):
        cost_of_ban(match(inputs), ("m", "e"))


def test_ban_counts_what_is_locked():
    inputs = edition(
        map(mentor, "mn"), map(mentee, "ef"), locks=frozenset({("m", "e")})
    )

    cost = cost_of_ban(match(inputs), ("n", "f"))

    assert (cost.pairs, cost.points) == (1, 8)


# --- Pairs that would rather be ----------------------------------------------
@given(editions(4))
def test_blocking_pairs_are_those_of_the_definition(inputs):
    """Both leave somebody they like less, or nobody, and no third is needed."""
    result = match(inputs)
    cells = possible(inputs)
    held = {proposal.pair: proposal.score for proposal in result.pairs}
    blocking = []
    for (lead, led), points in cells.items():
        theirs = [score for pair, score in held.items() if pair[1] == led]
        others = [score for pair, score in held.items() if pair[0] == lead]
        capacity = next(m.capacity for m in inputs.mentors if m.key == lead)
        wanted = all(points > score for score in theirs)
        room = len(others) < capacity or any(points > score for score in others)
        if (lead, led) not in held and wanted and room:
            blocking.append((led, lead, points))

    assert [(b.mentee, b.mentor, b.score) for b in result.blocking] == sorted(blocking)


def test_optimum_that_is_not_stable_says_so():
    """Two pairs at 67 and 67 beat one at 100 and one at 33; the 100 would rather be."""
    inputs = edition(
        map(mentor, "mn"),
        [mentee("e", wishes="n m"), mentee("f", wishes="x n")],
        weights=WISHES,
    )

    (found,) = match(inputs).blocking

    assert (found.mentor, found.mentee, found.score) == ("n", "e", 100)


# --- Who else ----------------------------------------------------------------
def test_alternatives_are_the_next_best_that_may_be():
    inputs = edition(
        [
            mentor("m", topics="a b"),
            mentor("n", topics="a"),
            mentor("o", topics="a b", vetoes="p-e"),
            mentor("p", capacity=0, topics="a b"),
            mentor("q"),
        ],
        [mentee("e", topics="a b"), mentee("f", topics="a")],
        weights=NEEDS,
    )

    first, second = match(inputs).pairs

    assert first.pair == ("m", "e")
    assert second.pair == ("n", "f")
    assert [(c.key, c.score, c.free) for c in first.other_mentors] == [
        ("n", 50, False),
        ("q", 0, True),
    ]
    assert [(c.key, c.score, c.free) for c in first.other_mentees] == [
        ("f", 100, False)
    ]


# --- Who is alone, and why ---------------------------------------------------
def alone(inputs):
    result = match(inputs)
    return {
        one.key: (one.cause, one.candidates, one.best, one.reasons)
        for one in (*result.unmatched_mentors, *result.unmatched_mentees)
    }


def test_nobody_possible_is_told_with_the_reasons():
    inputs = edition(
        [
            mentor("m", organisations="A"),
            mentor("n", organisations="A", vetoes="p-e"),
            mentor("o"),
        ],
        [mentee("e", organisations="A")],
        bans=frozenset({("o", "e")}),
    )

    reasons = {"banned": 1, "same_organisation": 2, "veto": 1}
    assert alone(inputs)["e"] == ("forbidden", 0, None, reasons)
    assert alone(inputs)["o"] == ("forbidden", 0, None, {"banned": 1})


def test_lost_to_capacity_is_told_on_both_sides():
    two = edition([mentor("m", topics="a")], map(mentee, "ef"), weights=NEEDS)
    other = edition([*map(mentor, "mn"), mentor("o", capacity=0)], [mentee("e")])

    assert alone(two) == {"f": ("capacity", 1, 0, {})}
    assert alone(other) == {
        "n": ("taken", 1, 8, {}),
        "o": ("no_seat", 1, 8, {}),
    }


def test_below_the_floor_is_told_with_the_best():
    inputs = edition(
        [mentor("m", topics="a"), mentor("n")],
        [mentee("e", topics="a b c d")],
        weights=NEEDS,
        objective=MAX_SCORE,
        floor=26,
    )

    assert alone(inputs) == {
        "e": ("below_floor", 0, 25, {}),
        "m": ("below_floor", 0, 25, {}),
        "n": ("below_floor", 0, 0, {}),
    }
    settings = replace(inputs.settings, objective=MAX_PAIRS)
    assert len(match(replace(inputs, settings=settings)).pairs) == 1
