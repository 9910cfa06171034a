"""Small editions for the tests of the matching: by hand, drawn, and by brute force."""

from itertools import product

from hypothesis import strategies as st

from mentoring.matching.constraints import forbidden
from mentoring.matching.inputs import (
    MAX_PAIRS,
    MAX_SCORE,
    Inputs,
    Mentee,
    Mentor,
    Settings,
    Weights,
)
from mentoring.matching.scoring import score


def mentor(key, **said):
    return Mentor(**{"key": key, "person": f"p-{key}"} | made(said))


def mentee(key, **said):
    return Mentee(**{"key": key, "person": f"p-{key}"} | made(said))


def made(said):
    """Words for sets: ``topics="budget touring"``."""
    return {
        name: value
        if name in ("person", "territory") or not isinstance(value, str)
        else (tuple if name == "wishes" else frozenset)(value.split())
        for name, value in said.items()
    }


def edition(mentors, mentees, **settings):
    return Inputs(tuple(mentors), tuple(mentees), Settings(**settings))


# Wishes alone count: a mentee's first gives 100, the second 67, the third 33.
WISHES = Weights(0, 0, 0, 0, 0, 1)
# Needs alone: as many hundredths as are met.
NEEDS = Weights(1, 0, 0, 0, 0, 0)


# --- Drawn -------------------------------------------------------------------
def some(letters):
    return st.frozensets(st.sampled_from(letters))


def applicants(kind, letter, most):
    """As many as ``most``, of few enough answers that they tie and clash."""

    def everybody(count):
        return st.tuples(*(one(kind, f"{letter}{n}") for n in range(count)))

    return st.integers(0, most).flatmap(everybody)


def one(kind, key):
    said = {
        # "m1" and "e1" may be one person on both sides.
        "person": st.sampled_from([f"p-{key}", f"p-{key[1:]}"]),
        "organisations": st.frozensets(st.sampled_from("ABCDE"), max_size=1),
        "vetoes": st.frozensets(st.sampled_from(["p-0", "p-m1", "p-e2"]), max_size=1),
        "topics": some("xyz"),
        "years": st.integers(0, 12),
    }
    if kind is Mentor:
        said["capacity"] = st.integers(0, 2)
    return st.builds(kind, key=st.just(key), **said)


PAIRS = st.frozensets(
    st.tuples(st.sampled_from(["m0", "m1", "m2"]), st.sampled_from(["e0", "e1", "e2"])),
    max_size=2,
)
SETTINGS = st.builds(
    Settings,
    weights=st.sampled_from([Weights(), NEEDS, Weights(3, 0, 0, 1, 1, 0)]),
    objective=st.sampled_from([MAX_PAIRS, MAX_SCORE]),
    floor=st.sampled_from([0, 30, 55]),
    bans=PAIRS,
)


def editions(most=6):
    return st.builds(
        Inputs, applicants(Mentor, "m", most), applicants(Mentee, "e", most), SETTINGS
    )


# --- By brute force ----------------------------------------------------------
def possible(inputs, locked=frozenset()):
    """{(mentor, mentee): score} of the pairs that may be made."""
    settings = inputs.settings
    floor = settings.floor if settings.objective == MAX_SCORE else 0
    cells = {}
    for one_mentor, one_mentee in product(inputs.mentors, inputs.mentees):
        pair = one_mentor.key, one_mentee.key
        points = score(one_mentor, one_mentee, settings)
        if not forbidden(one_mentor, one_mentee, settings) and (
            points >= floor or pair in locked
        ):
            cells[pair] = points
    return cells


def optimum(inputs):
    """(objective, mentors of the mentees by key, None last) over every assignment.

    Mentee after mentee, with the best of every set of seats that are left.
    """
    cells = possible(inputs, inputs.settings.locks)
    mentors = [one_mentor.key for one_mentor in inputs.mentors]
    best = {tuple(one_mentor.capacity for one_mentor in inputs.mentors): (0, 0, ())}
    for one_mentee in inputs.mentees:
        best = dict(_after(best, cells, mentors, one_mentee.key, inputs.settings))
    return max(best.values(), key=_merit)


def _merit(found):
    first, second, chosen = found
    order = tuple(-ord("~") if c is None else -c for c in chosen)
    return first, second, order


def _after(best, cells, mentors, key, settings):
    forced = [pair[0] for pair in settings.locks if pair[1] == key]
    grown = {}
    for seats, (first, second, chosen) in best.items():
        for column, name in [(None, None), *enumerate(mentors)]:
            if forced and name not in forced:
                continue
            if name and (not seats[column] or (name, key) not in cells):
                continue
            gain = (1, cells[name, key]) if name else (0, 0)
            if settings.objective == MAX_SCORE:
                gain = gain[::-1]
            left = tuple(s - (c == column) for c, s in enumerate(seats))
            grown.setdefault(left, []).append(
                (first + gain[0], second + gain[1], (*chosen, column))
            )
    return {left: max(found, key=_merit) for left, found in grown.items()}


def objective(result):
    figures = len(result.pairs), result.total
    return figures if result.grid.settings.objective == MAX_PAIRS else figures[::-1]
