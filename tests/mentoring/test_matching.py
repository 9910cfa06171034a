"""The optimum: equal to brute force, never a forbidden pair, always the same."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mentoring.matching.constraints import forbidden
from mentoring.matching.engine import match
from mentoring.matching.inputs import MAX_PAIRS, MAX_SCORE, BadInput, BadLock
from mentoring.models.edition import Objective
from tests.mentoring.editions import (
    NEEDS,
    WISHES,
    edition,
    editions,
    mentee,
    mentor,
    objective,
    optimum,
)


def pairs(result):
    return {proposal.mentee: proposal.mentor for proposal in result.pairs}


# --- Against brute force -----------------------------------------------------
@given(editions())
def test_matching_equals_brute_force(inputs):
    """The same objective and, among equals, the same pairs: the first by keys."""
    first, second, chosen = optimum(inputs)

    result = match(inputs)

    assert objective(result) == (first, second)
    assert pairs(result) == {
        one.key: inputs.mentors[column].key
        for one, column in zip(inputs.mentees, chosen, strict=True)
        if column is not None
    }


@given(editions(5), st.data())
def test_locked_matching_equals_brute_force(inputs, data):
    allowed = [
        (one.key, other.key)
        for one in inputs.mentors
        for other in inputs.mentees
        if one.capacity and not forbidden(one, other, inputs.settings)
    ]
    assume(allowed)
    lock = data.draw(st.sampled_from(allowed))
    locked = replace(inputs, settings=replace(inputs.settings, locks=frozenset({lock})))

    result = match(locked)

    assert lock in [proposal.pair for proposal in result.pairs]
    assert objective(result) == optimum(locked)[:2]


@given(editions(5))
def test_matching_keeps_every_limit(inputs):
    result = match(inputs)

    mentors = {one.key: one for one in inputs.mentors}
    mentees = {one.key: one for one in inputs.mentees}
    held = [proposal.mentor for proposal in result.pairs]
    for proposal in result.pairs:
        pair = mentors[proposal.mentor], mentees[proposal.mentee]
        assert forbidden(*pair, inputs.settings) == ()
        assert sum(line.points for line in proposal.lines) == proposal.score
    assert all(held.count(key) <= one.capacity for key, one in mentors.items())
    alone = {one.key for one in result.unmatched_mentees}
    assert alone == set(mentees) - set(pairs(result))
    assert {one.key for one in result.unmatched_mentors} == set(mentors) - set(held)
    assert result.spare == {
        key: one.capacity - held.count(key)
        for key, one in mentors.items()
        if one.capacity > held.count(key)
    }


@given(editions(4), st.randoms(use_true_random=False))
def test_order_of_the_inputs_changes_nothing(inputs, random):
    mentors, mentees = list(inputs.mentors), list(inputs.mentees)
    random.shuffle(mentors)
    random.shuffle(mentees)
    shuffled = edition(mentors, mentees)
    shuffled = replace(shuffled, settings=inputs.settings)

    assert match(shuffled) == match(inputs)


@given(editions(4), st.integers(0, 3))
def test_one_seat_more_never_costs(inputs, number):
    assume(number < len(inputs.mentors))
    more = list(inputs.mentors)
    more[number] = replace(more[number], capacity=more[number].capacity + 1)

    assert objective(match(replace(inputs, mentors=tuple(more)))) >= objective(
        match(inputs)
    )


@given(editions(4))
def test_nobody_left_out_makes_as_many_pairs_as_any(inputs):
    most = replace(inputs, settings=replace(inputs.settings, objective=MAX_PAIRS))
    best = replace(
        inputs, settings=replace(inputs.settings, objective=MAX_SCORE, floor=0)
    )
    most, best = match(most), match(best)

    assert len(most.pairs) >= len(best.pairs)
    assert most.total <= best.total


def test_large_tie_is_broken_by_key():
    numbers = [f"{n:02}" for n in range(60)]
    mentors = [mentor(f"m{n}") for n in numbers[::-1]]

    result = match(edition(mentors, [mentee(f"e{n}") for n in numbers]))

    assert pairs(result) == {f"e{n}": f"m{n}" for n in numbers}


# --- The two objectives ------------------------------------------------------
def split():
    """Ada suits both; Bo suits Eve alone, and badly."""
    return {
        "mentors": [mentor("ada"), mentor("bo", vetoes="p-fay")],
        "mentees": [mentee("eve", wishes="ada x bo"), mentee("fay", wishes="x y ada")],
        "weights": WISHES,
    }


def test_nobody_left_out_prefers_two_poor_pairs():
    result = match(edition(**split(), objective=MAX_PAIRS))

    assert pairs(result) == {"eve": "bo", "fay": "ada"}
    assert result.total == 33 + 33


def test_best_fit_prefers_one_good_pair():
    result = match(edition(**split(), objective=MAX_SCORE, floor=30))

    assert pairs(result) == {"eve": "ada"}
    assert result.total == 100


def test_best_fit_makes_a_pair_that_scores_nothing_when_the_floor_is_nothing():
    result = match(edition([mentor("m")], [mentee("e")], objective=MAX_SCORE, floor=0))

    assert pairs(result) == {"e": "m"}


def test_objectives_are_those_of_the_edition():
    assert {MAX_PAIRS, MAX_SCORE} == set(Objective.values)


# --- More of one side than of the other --------------------------------------
def test_more_mentees_than_mentors():
    mentees = [mentee(key, topics="budget") for key in "abcde"]
    two = [mentor("m", topics="budget"), mentor("n", topics="budget")]

    result = match(edition(two, mentees))

    assert pairs(result) == {"a": "m", "b": "n"}
    assert [one.key for one in result.unmatched_mentees] == ["c", "d", "e"]
    assert result.unmatched_mentors == ()


def test_more_mentors_than_mentees():
    result = match(edition(map(mentor, "mno"), [mentee("a"), mentee("b")]))

    assert pairs(result) == {"a": "m", "b": "n"}
    assert [one.key for one in result.unmatched_mentors] == ["o"]
    assert result.spare == {"o": 1}


def test_capacity_is_used_and_kept():
    mentors = [mentor("m", capacity=3, topics="budget"), mentor("n")]
    mentees = [mentee(key, topics="budget") for key in "abcd"]

    result = match(edition(mentors, mentees))

    assert pairs(result) == {"a": "m", "b": "m", "c": "m", "d": "n"}


def test_first_by_key_is_filled_first():
    result = match(edition([mentor("m", capacity=2), mentor("n")], map(mentee, "ab")))

    assert pairs(result) == {"a": "m", "b": "m"}


@pytest.mark.parametrize("mentors", [[], [mentor("m")]])
@pytest.mark.parametrize("objective", [MAX_PAIRS, MAX_SCORE])
def test_side_without_anybody(mentors, objective):
    result = match(edition(mentors, [], objective=objective))

    assert (result.pairs, result.total) == ((), 0)
    assert [one.cause for one in result.unmatched_mentors] == ["nobody"] * len(mentors)


def test_mentees_without_any_mentor():
    result = match(edition([], map(mentee, "ab")))

    assert [one.cause for one in result.unmatched_mentees] == ["nobody", "nobody"]


def test_applicant_on_both_sides_is_not_their_own_mentor():
    both = {"person": "p-ada"}
    result = match(
        edition(
            [mentor("m", topics="budget", **both), mentor("n")],
            [mentee("e", topics="budget", **both), mentee("f")],
        )
    )

    assert pairs(result) == {"e": "n", "f": "m"}


def test_no_common_topic_still_makes_a_pair_when_nobody_is_left_out():
    inputs = edition(
        [mentor("m", topics="budget")], [mentee("e", topics="touring")], weights=NEEDS
    )

    result = match(inputs)

    assert pairs(result) == {"e": "m"}
    assert result.pairs[0].lines[0].finding == "nothing_common"
    assert result.total == 0


# --- By hand -----------------------------------------------------------------
def test_lock_is_honoured_below_the_floor():
    inputs = edition(
        [mentor("m", topics="budget")],
        [mentee("e", topics="budget"), mentee("f", topics="touring")],
        weights=NEEDS,
        objective=MAX_SCORE,
        locks=frozenset({("m", "f")}),
    )

    result = match(inputs)

    assert pairs(result) == {"f": "m"}
    assert result.pairs[0].locked
    assert [one.cause for one in result.unmatched_mentees] == ["capacity"]


def test_ban_is_honoured():
    inputs = edition(
        map(mentor, "mn"), map(mentee, "ef"), bans=frozenset({("m", "e"), ("n", "f")})
    )

    assert pairs(match(inputs)) == {"e": "n", "f": "m"}


@pytest.mark.parametrize(
    ("locks", "more", "reasons"),
    [
        ({("m", "e")}, {"bans": frozenset({("m", "e")})}, ("banned",)),
        ({("m", "e"), ("n", "e")}, {}, ("locked_twice",)),
        ({("m", "e"), ("m", "f")}, {}, ("over_capacity",)),
        ({("n", "f")}, {}, ("same_organisation", "veto")),
    ],
)
def test_lock_that_cannot_be_honoured_says_why(locks, more, reasons):
    inputs = edition(
        [mentor("m"), mentor("n", organisations="A", vetoes="p-f")],
        [mentee("e"), mentee("f", organisations="A B")],
        locks=frozenset(locks),
        **more,
    )

    with pytest.raises(BadLock) as refused:
        match(inputs)

    assert refused.value.reasons == reasons
    assert refused.value.pair in locks


# --- Inputs that nothing can be made of --------------------------------------
@pytest.mark.parametrize(
    ("mentors", "mentees", "settings", "said"),
    [
        ([mentor("m"), mentor("m", person="x")], [], {}, "key given twice"),
        ([], [mentee("e"), mentee("f", person="p-e")], {}, "person given twice"),
        ([mentor("m", capacity=-1)], [], {}, "capacity"),
        ([], [], {"floor": 101}, "floor"),
        ([], [], {"years_between": 0}, "years_between"),
        ([], [], {"objective": "fair"}, "'fair' is unknown"),
        ([], [], {"version": "0"}, "version '0'"),
        ([], [], {"locks": frozenset({("m", "e")})}, "nobody is called"),
        ([], [], {"weights": replace(NEEDS, needs=0)}, "weights"),
        ([], [], {"weights": replace(NEEDS, place=-1)}, "weights"),
    ],
)
def test_bad_input_is_refused(mentors, mentees, settings, said):
    with pytest.raises(BadInput, match=said):
        edition(mentors, mentees, **settings)
