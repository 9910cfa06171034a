"""``match``: inputs in, proposals out, with what a person needs to judge them."""

from collections import Counter
from dataclasses import dataclass, field

from mentoring.matching.grid import Grid
from mentoring.matching.inputs import Inputs, Pair
from mentoring.matching.scoring import Line, breakdown
from mentoring.matching.snapshots import fingerprint

# Why somebody has no pair.
NOBODY = "nobody"  # the other side is empty
FORBIDDEN = "forbidden"  # every pair is forbidden; ``reasons`` say how many for what
BELOW_FLOOR = "below_floor"  # what may be is too poor
CAPACITY = "capacity"  # a mentee: every mentor who may is with others, or has no seat
TAKEN = "taken"  # a mentor: every mentee who may is with another
NO_SEAT = "no_seat"  # a mentor who accompanies nobody this time

ALTERNATIVES = 3


@dataclass(frozen=True)
class Choice:
    """Somebody else for a pair; ``free`` when nobody has to give them up."""

    key: str
    score: int
    free: bool


@dataclass(frozen=True)
class Proposal:
    """A pair, why, and who else would do: the best first, then by key."""

    mentor: str
    mentee: str
    score: int
    locked: bool
    lines: tuple[Line, ...]
    other_mentors: tuple[Choice, ...]
    other_mentees: tuple[Choice, ...]

    @property
    def pair(self) -> Pair:
        return self.mentor, self.mentee


@dataclass(frozen=True)
class Unmatched:
    """Somebody without a pair.

    ``candidates`` counts who could have been (not forbidden, not below the floor),
    ``best`` is the best score of whoever is not forbidden; ``reasons`` counts the
    forbidden ones by reason, and one with two reasons twice.
    """

    key: str
    cause: str
    candidates: int
    best: int | None
    reasons: dict[str, int]


@dataclass(frozen=True)
class Blocking:
    """Two who would both rather have each other: the optimum is not always stable."""

    mentor: str
    mentee: str
    score: int


@dataclass(frozen=True)
class Result:
    """Pairs by key of the mentee. ``spare`` is {mentor: seats that nobody took}."""

    pairs: tuple[Proposal, ...]
    total: int
    unmatched_mentors: tuple[Unmatched, ...]
    unmatched_mentees: tuple[Unmatched, ...]
    blocking: tuple[Blocking, ...]
    spare: dict[str, int]
    fingerprint: str  # of the inputs: the same one is the same result
    grid: Grid = field(repr=False, compare=False)


def match(inputs: Inputs) -> Result:
    """The optimum of ``inputs.settings.objective``, the first by keys among equals.

    MAX_PAIRS: as many pairs as may be, then the best total. MAX_SCORE: the best total
    of pairs at the floor or above, then as many pairs. Raises ``BadLock``.
    """
    grid = Grid(inputs)
    chosen = grid.solve()
    spare = _spare(grid, chosen)
    pairs = tuple(
        _proposal(grid, chosen, spare, column, row)
        for row, column in sorted(chosen.items())
    )
    return Result(
        pairs=pairs,
        total=sum(proposal.score for proposal in pairs),
        unmatched_mentors=tuple(_mentors_alone(grid, chosen)),
        unmatched_mentees=tuple(_mentees_alone(grid, chosen)),
        blocking=tuple(_blocking(grid, chosen)),
        spare=spare,
        fingerprint=fingerprint(inputs),
        grid=grid,
    )


# --- A pair ------------------------------------------------------------------
def _proposal(grid, chosen, spare, column, row):
    mentor, mentee = grid.mentors[column], grid.mentees[row]
    mentors = [
        (-grid.scores[row][c], other.key, other.key in spare)
        for c, other in enumerate(grid.mentors)
        if c != column and other.capacity and grid.allowed(row, c)
    ]
    mentees = [
        (-grid.scores[r][column], other.key, r not in chosen)
        for r, other in enumerate(grid.mentees)
        if chosen.get(r) != column and grid.allowed(r, column)
    ]
    return Proposal(
        mentor=mentor.key,
        mentee=mentee.key,
        score=grid.scores[row][column],
        locked=(mentor.key, mentee.key) in grid.settings.locks,
        lines=breakdown(mentor, mentee, grid.settings),
        other_mentors=_best(mentors),
        other_mentees=_best(mentees),
    )


def _best(others):
    """The first of (score below zero, key, whether free), as choices."""
    return tuple(
        Choice(key, -below, free) for below, key, free in sorted(others)[:ALTERNATIVES]
    )


def _spare(grid, chosen):
    taken = Counter(chosen.values())
    return {
        mentor.key: mentor.capacity - taken[column]
        for column, mentor in enumerate(grid.mentors)
        if mentor.capacity > taken[column]
    }


# --- Those without one -------------------------------------------------------
def _mentees_alone(grid, chosen):
    for row, mentee in enumerate(grid.mentees):
        if row not in chosen:
            cells = [(row, column) for column in range(len(grid.mentors))]
            yield _alone(grid, mentee.key, cells, CAPACITY)


def _mentors_alone(grid, chosen):
    taken = set(chosen.values())
    for column, mentor in enumerate(grid.mentors):
        if column not in taken:
            cells = [(row, column) for row in range(len(grid.mentees))]
            yield _alone(grid, mentor.key, cells, TAKEN if mentor.capacity else NO_SEAT)


def _alone(grid, key, cells, otherwise):
    reasons = Counter(r for row, column in cells for r in grid.reasons[row][column])
    possible = [cell for cell in cells if not grid.reasons[cell[0]][cell[1]]]
    candidates = [cell for cell in possible if grid.allowed(*cell)]
    if not cells:
        cause = NOBODY
    elif otherwise == NO_SEAT or candidates:
        cause = otherwise
    else:
        cause = BELOW_FLOOR if possible else FORBIDDEN
    best = max((grid.scores[row][column] for row, column in possible), default=None)
    return Unmatched(key, cause, len(candidates), best, dict(sorted(reasons.items())))


# --- Stability ---------------------------------------------------------------
def _blocking(grid, chosen):
    """Strictly better for both, seats that are free counting as worse than anybody."""
    spare, held = _spare(grid, chosen), {}
    for row, column in chosen.items():
        held.setdefault(column, []).append(grid.scores[row][column])
    for row, mentee in enumerate(grid.mentees):
        own = grid.scores[row][chosen[row]] if row in chosen else -1
        for column, mentor in enumerate(grid.mentors):
            if not (grid.allowed(row, column) and mentor.capacity):
                continue
            score = grid.scores[row][column]
            gladly = mentor.key in spare or score > min(held[column])
            if score > own and gladly:
                yield Blocking(mentor.key, mentee.key, score)
