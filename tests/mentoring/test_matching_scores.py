"""What forbids a pair, and what it scores, criterion by criterion."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentoring.matching.constraints import forbidden
from mentoring.matching.inputs import Mentee, Mentor, Settings, Weights
from mentoring.matching.scoring import breakdown, score
from tests.mentoring.editions import mentee, mentor, one

SETTINGS = Settings()
ALL = {f.name: 0 for f in fields(Weights)}


# --- Forbidden ---------------------------------------------------------------
@pytest.mark.parametrize(
    ("mentors", "mentees", "settings", "reasons"),
    [
        ({}, {}, {}, ()),
        ({"person": "p"}, {"person": "p"}, {}, ("same_person",)),
        ({"organisations": "A B"}, {"organisations": "B"}, {}, ("same_organisation",)),
        ({"hierarchy": "p-e"}, {}, {}, ("hierarchy",)),
        ({}, {"hierarchy": "p-m"}, {}, ("hierarchy",)),
        ({"vetoes": "p-e p-x"}, {}, {}, ("veto",)),
        ({}, {"vetoes": "p-m"}, {}, ("veto",)),
        ({}, {}, {"failed_pairs": {("p-m", "p-e")}}, ("failed_before",)),
        ({}, {}, {"failed_pairs": {("p-e", "p-m")}}, ("failed_before",)),
        ({}, {}, {"bans": {("m", "e")}}, ("banned",)),
        ({}, {}, {"bans": {("e", "m"), ("m", "x")}}, ()),
        ({"vetoes": "p-e"}, {}, {"bans": {("m", "e")}}, ("veto", "banned")),
    ],
)
def test_pair_is_forbidden_with_every_reason(mentors, mentees, settings, reasons):
    pair = mentor("m", **mentors), mentee("e", **mentees)

    assert forbidden(*pair, Settings(**settings)) == reasons


# --- Scored ------------------------------------------------------------------
def line(criterion, mentors, mentees):
    """(points of 100, finding) with that criterion alone."""
    settings = Settings(weights=Weights(**ALL | {criterion: 1}))
    (found,) = breakdown(mentor("m", **mentors), mentee("e", **mentees), settings)
    return found.points, found.finding


@pytest.mark.parametrize("criterion", ["needs", "art_forms", "structures"])
@pytest.mark.parametrize(
    ("offered", "wanted", "expected"),
    [
        ("x", "", (0, "unsaid")),
        ("", "x", (0, "nothing_common")),
        ("x", "y z", (0, "nothing_common")),
        ("x a", "x y", (50, "some_common")),
        ("x y", "x y z", (67, "some_common")),
        ("x y z", "y x", (100, "all_common")),
    ],
)
def test_share_covered_is_scored(criterion, offered, wanted, expected):
    name = "topics" if criterion == "needs" else criterion

    assert line(criterion, {name: offered}, {name: wanted}) == expected


@pytest.mark.parametrize(
    ("mentors", "mentees", "expected"),
    [
        ({"territory": "67"}, {"territory": "67"}, (100, "same_territory")),
        ({"territory": "67", "mobility": "68"}, {"territory": "68"}, (75, "reachable")),
        ({"territory": "67"}, {"territory": "68", "mobility": "67"}, (75, "reachable")),
        ({"territory": "67"}, {"territory": "68"}, (50, "remote")),
        ({}, {}, (50, "remote")),
        (
            {"territory": "67", "formats": "in_person"},
            {"territory": "68"},
            (0, "too_far"),
        ),
        ({"formats": "in_person"}, {"formats": "remote"}, (0, "no_common_format")),
        (
            {"territory": "67", "formats": "remote"},
            {"territory": "67"},
            (50, "remote"),
        ),
        ({"formats": "remote"}, {"formats": "remote"}, (100, "remote_wanted")),
    ],
)
def test_ways_to_meet_are_scored(mentors, mentees, expected):
    assert line("place", mentors, mentees) == expected


@pytest.mark.parametrize(
    ("years", "expected"),
    [
        ((12, 2), (100, "gap")),
        ((10, 2), (100, "gap")),
        ((6, 2), (50, "gap")),
        ((2, 2), (0, "no_gap")),
        ((1, 9), (0, "no_gap")),
    ],
)
def test_distance_in_experience_is_scored(years, expected):
    assert line("experience", {"years": years[0]}, {"years": years[1]}) == expected


@pytest.mark.parametrize(
    ("mentors", "mentees", "expected"),
    [
        ("", "", (0, "no_wish")),
        ("", "x", (0, "others_wished")),
        ("", "m", (100, "mentee_wished")),
        ("", "x m", (67, "mentee_wished")),
        ("", "x y m", (33, "mentee_wished")),
        ("", "x y z m", (0, "mentee_wished")),
        ("e", "", (100, "mentor_wished")),
        ("x", "m", (50, "mentee_wished")),
        ("e", "x m", (83, "both_wished")),
    ],
)
def test_wishes_are_scored(mentors, mentees, expected):
    assert line("wishes", {"wishes": mentors}, {"wishes": mentees}) == expected


def test_perfect_pair_scores_a_hundred():
    same = {
        "topics": "t",
        "art_forms": "a",
        "structures": "s",
        "territory": "67",
    }
    pair = mentor("m", years=20, **same), mentee("e", wishes="m", **same)

    lines = breakdown(*pair, SETTINGS)

    assert [one.points for one in lines] == [40, 15, 10, 15, 10, 10]
    assert [one.maximum for one in lines] == [40, 15, 10, 15, 10, 10]
    assert score(*pair, SETTINGS) == 100


def test_what_two_have_in_common_is_named():
    pair = mentor("m", topics="b a c"), mentee("e", topics="d b a")

    assert breakdown(*pair, SETTINGS)[0].keys == ("a", "b")


@pytest.mark.parametrize(
    ("weights", "maxima"),
    [
        ((40, 15, 10, 15, 10, 10), (40, 15, 10, 15, 10, 10)),
        ((80, 30, 20, 30, 20, 20), (40, 15, 10, 15, 10, 10)),
        ((1, 1, 1, 0, 0, 0), (34, 33, 33, 0, 0, 0)),
        ((1, 1, 1, 1, 1, 1), (17, 17, 17, 17, 16, 16)),
        ((0, 0, 0, 0, 0, 7), (0, 0, 0, 0, 0, 100)),
    ],
)
def test_weights_are_brought_to_a_hundred(weights, maxima):
    assert tuple(Weights(*weights).maxima().values()) == maxima


# --- Always ------------------------------------------------------------------
WEIGHTS = st.builds(Weights, *[st.integers(1, 50)] * 6)
PAIR = (one(Mentor, "m0"), one(Mentee, "e0"))


@given(*PAIR, WEIGHTS)
def test_score_is_the_sum_of_its_lines(leading, led, weights):
    settings = Settings(weights=weights)
    lines = breakdown(leading, led, settings)

    assert score(leading, led, settings) == sum(line.points for line in lines)
    assert sum(line.maximum for line in lines) == 100
    assert all(0 <= line.points <= line.maximum for line in lines)


@given(*PAIR, st.sampled_from("xyzw"), st.integers(0, 30))
def test_offering_more_never_costs(leading, led, topic, years):
    more = replace(
        leading, topics=leading.topics | {topic}, years=leading.years + years
    )

    assert score(more, led, SETTINGS) >= score(leading, led, SETTINGS)
