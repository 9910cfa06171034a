"""How well a mentor and a mentee fit, from 0 to 100, criterion by criterion.

Points are whole: those of the criteria add up to the score under people's eyes, and the
optimum is computed without rounding. Criteria and weights: people.md, c4; how alike two
answers are is ours, and is said at each function. Each gives a share (numerator,
denominator), the code of what was found, and the figures for its sentence.
"""

from dataclasses import dataclass, field

from mentoring.matching.inputs import IN_PERSON, REMOTE, Mentee, Mentor, Settings

# Whoever is wished for first gets the whole, second two thirds, third one third.
WISHES_TOLD = 3
NONE = (0, 1)
ANY_FORMAT = frozenset({IN_PERSON, REMOTE})


@dataclass(frozen=True)
class Line:
    """One criterion of one pair; ``sentences.sentence`` writes it out.

    ``finding`` is a code; ``keys`` are what the two have in common, sorted; ``numbers``
    are years or ranks, by name.
    """

    criterion: str
    points: int
    maximum: int
    finding: str
    keys: tuple[str, ...] = ()
    numbers: dict[str, int] = field(default_factory=dict)


# --- The criteria ------------------------------------------------------------
def needs(mentor, mentee, _settings):
    """The share of the mentee's needs that the mentor offers to work on."""
    return _covered(mentor.topics, mentee.topics)


def art_forms(mentor, mentee, _settings):
    """The share of the mentee's art forms that the mentor knows."""
    return _covered(mentor.art_forms, mentee.art_forms)


def structures(mentor, mentee, _settings):
    """The share of the mentee's kinds of structure that the mentor knows."""
    return _covered(mentor.structures, mentee.structures)


def _covered(offered, wanted):
    if not wanted:
        return NONE, "unsaid", {}
    common = len(offered & wanted)
    if not common:
        return NONE, "nothing_common", {"wanted": len(wanted)}
    finding = "all_common" if common == len(wanted) else "some_common"
    return (common, len(wanted)), finding, {"common": common, "wanted": len(wanted)}


def place(mentor, mentee, _settings):
    """Whether they can meet: next door, by a journey that one makes, or remotely.

    Remotely is the whole when neither wants anything else, else half.
    """
    mentors, mentees = mentor.formats or ANY_FORMAT, mentee.formats or ANY_FORMAT
    common = mentors & mentees
    if not common:
        return NONE, "no_common_format", {}
    if IN_PERSON in common:
        if mentor.territory and mentor.territory == mentee.territory:
            return (1, 1), "same_territory", {}
        if mentee.territory in mentor.mobility or mentor.territory in mentee.mobility:
            return (3, 4), "reachable", {}
    if REMOTE not in common:
        return NONE, "too_far", {}
    wanted = {REMOTE} == mentors == mentees
    return ((1, 1), "remote_wanted", {}) if wanted else ((1, 2), "remote", {})


def experience(mentor, mentee, settings):
    """The years that the mentor is ahead; from ``years_between`` on it is the whole."""
    gap = mentor.years - mentee.years
    if gap <= 0:
        return NONE, "no_gap", {}
    share = (min(gap, settings.years_between), settings.years_between)
    return share, "gap", {"years": gap}


def wishes(mentor, mentee, _settings):
    """How high each has put the other: the mean of those who made wishes."""
    ranks = {
        name: _rank(wisher.wishes, wished.key)
        for name, wisher, wished in (
            ("mentee", mentee, mentor),
            ("mentor", mentor, mentee),
        )
        if wisher.wishes
    }
    numbers = {name: rank for name, rank in ranks.items() if rank}
    if not numbers:
        return NONE, "others_wished" if ranks else "no_wish", {}
    worth = sum(max(0, WISHES_TOLD + 1 - rank) for rank in numbers.values())
    finding = "both_wished" if len(numbers) == 2 else f"{next(iter(numbers))}_wished"
    return (worth, WISHES_TOLD * len(ranks)), finding, numbers


def _rank(wished, key):
    """From 1; 0 when ``key`` is not among them."""
    return wished.index(key) + 1 if key in wished else 0


CRITERIA = (needs, art_forms, structures, place, experience, wishes)
# What the finding of a criterion names, for the sentence.
IN_COMMON = {"needs": "topics", "art_forms": "art_forms", "structures": "structures"}


# --- The sum -----------------------------------------------------------------
def score(mentor: Mentor, mentee: Mentee, settings: Settings, maxima=None) -> int:
    """From 0 to 100. ``maxima`` spares computing those of the weights for each cell."""
    maxima = maxima or settings.weights.maxima()
    return sum(
        _points(criterion(mentor, mentee, settings)[0], maxima[criterion.__name__])
        for criterion in CRITERIA
    )


def breakdown(mentor: Mentor, mentee: Mentee, settings: Settings) -> tuple[Line, ...]:
    """The lines whose points add up to ``score``; what weighs nothing has none."""
    maxima = settings.weights.maxima()
    return tuple(
        _line(criterion, mentor, mentee, settings, maxima[criterion.__name__])
        for criterion in CRITERIA
        if maxima[criterion.__name__]
    )


def _line(criterion, mentor, mentee, settings, maximum):
    share, finding, numbers = criterion(mentor, mentee, settings)
    name = criterion.__name__
    attribute = IN_COMMON.get(name)
    common = (
        getattr(mentor, attribute) & getattr(mentee, attribute) if attribute else ()
    )
    points = _points(share, maximum)
    return Line(name, points, maximum, finding, tuple(sorted(common)), numbers)


def _points(share, maximum):
    """The nearest whole number, half a point up."""
    numerator, denominator = share
    return (2 * maximum * numerator + denominator) // (2 * denominator)
