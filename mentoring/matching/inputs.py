"""What the matching is given: mentors, mentees, settings. All of it immutable."""

from dataclasses import dataclass, field, fields
from itertools import chain

# What the pairs that this code makes depend on: raise it with any change of a rule.
VERSION = "1"

# The objectives, by the values of mentoring.models.edition.Objective.
MAX_PAIRS, MAX_SCORE = "max_pairs", "max_score"

# The ways to meet.
IN_PERSON, REMOTE = "in_person", "remote"

Pair = tuple[str, str]  # the key of a mentor, then that of a mentee


class BadInput(ValueError):
    """Inputs that no matching can be made of; the message says which and why."""


class BadLock(BadInput):
    """A lock that cannot be honoured; ``pair`` and ``reasons`` say which and why."""

    def __init__(self, pair: Pair, reasons: tuple[str, ...]):
        super().__init__(f"{pair} cannot be locked: {', '.join(reasons)}")
        self.pair, self.reasons = pair, reasons


@dataclass(frozen=True)
class Applicant:
    """What both sides say. ``key`` names the application, ``person`` who made it.

    Everything but numbers is a key; an empty set is an answer that was not given, but
    for ``formats``: whoever names no way to meet accepts any. ``wishes`` are keys of
    applications of the other side, the dearest first.
    """

    key: str
    person: str
    organisations: frozenset[str] = frozenset()  # active affiliations, main or not
    hierarchy: frozenset[str] = frozenset()  # people above or below, either way
    vetoes: frozenset[str] = frozenset()  # people, a mentor's "no" among them
    topics: frozenset[str] = frozenset()  # offered by a mentor, needed by a mentee
    art_forms: frozenset[str] = frozenset()
    structures: frozenset[str] = frozenset()
    territory: str = ""
    mobility: frozenset[str] = frozenset()  # other territories that one travels to
    formats: frozenset[str] = frozenset()
    years: int = 0  # in the profession; a change of career begins anew
    wishes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mentor(Applicant):
    """``capacity`` is how many mentees at once; none, for who is kept in reserve."""

    capacity: int = 1


@dataclass(frozen=True)
class Mentee(Applicant):
    pass


@dataclass(frozen=True)
class Weights:
    """What each criterion counts for; only their proportions matter.

    The defaults are those of the reference (people.md, c4: "Algorithm").
    """

    needs: int = 40
    art_forms: int = 15
    structures: int = 10
    place: int = 15
    experience: int = 10
    wishes: int = 10

    def maxima(self) -> dict[str, int]:
        """The points that each criterion can give, 100 together.

        What is lost by rounding down goes to the largest remainders, then to the
        criteria named first.
        """
        weights = {f.name: getattr(self, f.name) for f in fields(self)}
        whole = sum(weights.values())
        points = {name: 100 * w // whole for name, w in weights.items()}
        remainders = {name: 100 * w % whole for name, w in weights.items()}
        by_remainder = sorted(remainders, key=remainders.get, reverse=True)
        for name in by_remainder[: 100 - sum(points.values())]:
            points[name] += 1
        return points


@dataclass(frozen=True)
class Settings:
    """What the agency decides for a run.

    ``floor``, from 0 to 100, holds for MAX_SCORE alone, and not for a lock. ``locks``
    and ``bans`` are pairs of keys; ``failed_pairs`` are pairs of people (mentor,
    mentee), since an application lasts one edition. ``years_between`` is the distance
    in experience from which more of it adds nothing. A ban of somebody who has
    withdrawn is kept and bans nobody; such a lock is refused.
    """

    weights: Weights = Weights()
    objective: str = MAX_PAIRS
    floor: int = 30
    years_between: int = 8
    locks: frozenset[Pair] = frozenset()
    bans: frozenset[Pair] = frozenset()
    failed_pairs: frozenset[Pair] = frozenset()
    version: str = VERSION


@dataclass(frozen=True)
class Inputs:
    """A whole edition. The order in which people are given changes nothing."""

    mentors: tuple[Mentor, ...]
    mentees: tuple[Mentee, ...]
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self):
        for side in ("mentors", "mentees"):
            people = sorted(getattr(self, side), key=lambda one: one.key)
            object.__setattr__(self, side, tuple(people))
        for problem in chain(
            _twice("mentors", self.mentors),
            _twice("mentees", self.mentees),
            _odd_numbers(self),
            _unknown(self),
        ):
            raise BadInput(problem)


def _twice(side, people):
    """Each key and each person once on a side: else a person would get two pairs."""
    for name in ("key", "person"):
        values = [getattr(one, name) for one in people]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            yield f"{side}: {name} given twice: {twice}"


def _odd_numbers(inputs):
    settings = inputs.settings
    weights = [getattr(settings.weights, f.name) for f in fields(Weights)]
    if min(weights) < 0 or sum(weights) == 0:
        yield "weights: none below 0, and one above"
    if not 0 <= settings.floor <= 100:
        yield "floor: from 0 to 100"
    if settings.years_between < 1:
        yield "years_between: at least 1"
    if any(mentor.capacity < 0 for mentor in inputs.mentors):
        yield "capacity: none below 0"


def _unknown(inputs):
    """A rule for somebody who is not there would be silently ignored otherwise."""
    settings = inputs.settings
    if settings.objective not in (MAX_PAIRS, MAX_SCORE):
        yield f"objective: {settings.objective!r} is unknown"
    if settings.version != VERSION:
        yield f"version {settings.version!r}: this code makes those of {VERSION!r}"
    mentors = {mentor.key for mentor in inputs.mentors}
    mentees = {mentee.key for mentee in inputs.mentees}
    for pair in sorted(settings.locks):
        if pair[0] not in mentors or pair[1] not in mentees:
            yield f"locks: nobody is called {pair}"
