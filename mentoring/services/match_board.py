"""A matching as its officer reads it: everything named, in as many queries for any number."""

from collections import Counter
from dataclasses import dataclass, field, replace

from agency.people.choices import OrganisationKind
from mentoring.choices import ArtForm, Topic
from mentoring.matching import sentences
from mentoring.matching.constraints import VETO
from mentoring.matching.engine import Unmatched
from mentoring.matching.grid import Grid
from mentoring.matching.inputs import Inputs
from mentoring.matching.scoring import Line
from mentoring.matching.snapshots import restored
from mentoring.models import MatchProposal, MatchRun
from mentoring.services import calls, matching, pool

LABELS = dict([*Topic.choices, *ArtForm.choices, *OrganisationKind.choices])


@dataclass
class Other:
    """Somebody else for one of the two, with what the two would score."""

    application: object
    score: int
    free: bool


@dataclass
class Row:
    """A pair of the run. ``rule`` stands now; ``is_new`` beside the run before."""

    proposal: MatchProposal
    mentor: object
    mentee: object
    lines: list
    mentors: list
    mentees: list
    rule: object = None
    is_new: bool = False

    @property
    def pair(self):
        return self.proposal.pair

    @property
    def key(self):
        return "-".join(pool.keys(self.proposal))


@dataclass
class Board:
    """``before`` is the run before, ``gone`` its pairs that this one does not make.

    ``alone`` are (application, why) of those without a pair; ``seats`` how many more
    mentees the mentors could take; ``blocking`` (mentor, mentee, score).
    """

    edition: object
    found: pool.Pool
    run: MatchRun | None = None
    before: MatchRun | None = None
    rows: list = field(default_factory=list)
    gone: list = field(default_factory=list)
    alone_mentors: list = field(default_factory=list)
    alone_mentees: list = field(default_factory=list)
    blocking: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    rules: list = field(default_factory=list)

    @property
    def total(self):
        return sum(row.proposal.score for row in self.rows)

    @property
    def mean(self):
        """The mean score, a whole number; None without a pair."""
        return round(self.total / len(self.rows)) if self.rows else None

    @property
    def new_count(self):
        return sum(row.is_new for row in self.rows)

    @property
    def wanted(self):
        return calls.details_of(self.edition).pairs_wanted

    @property
    def seats(self):
        return sum(one.capacity for one in self.found.inputs.mentors)

    @property
    def waiting(self):
        """Mentees who have no pair yet, and may have one."""
        return len(self.found.inputs.mentees)

    @property
    def states(self):
        """What became of the pairs of a run that is published: (words, state, count)."""
        made = [row.pair for row in self.rows if row.pair]
        counts = Counter((str(one.get_state_display()), one.state) for one in made)
        return [(*state, count) for state, count in sorted(counts.items())]


def load(edition):
    """The ``Board`` of the last run of ``edition``; without one, who may be matched."""
    runs = edition.match_runs.exclude(result={})
    runs = list(runs.select_related("made_by", "published_by")[:2])
    if not runs:
        board = Board(edition, pool.gather(edition))
        board.rules = _rules(board)
        return board
    made = runs[0]
    proposals = MatchProposal.objects.filter(run__in=runs).select_related("pair")
    by_run = {run.pk: [] for run in runs}
    for one in proposals:
        by_run[one.run_id].append(one)
    board = Board(
        edition,
        pool.gather(edition, matching.settings_of(made), _named(made, proposals)),
        run=made,
        # What is published is no longer to be compared: those are pairs.
        before=runs[1] if runs[1:] and not runs[1].is_published else None,
    )
    _tell(board, by_run)
    return board


def _named(made, proposals):
    """Every application that the page names, though it may be withdrawn since."""
    keys = {key for one in proposals for key in pool.keys(one)}
    alone = ("unmatched_mentors", "unmatched_mentees")
    keys |= {one["key"] for name in alone for one in made.result[name]}
    for one in made.result["blocking"]:
        keys |= {one["mentor"], one["mentee"]}
    for one in proposals:
        keys |= {c["key"] for some in one.alternatives.values() for c in some}
    return keys


def _tell(board, by_run):
    run, people = board.run, board.found.applications
    before = by_run[board.before.pk] if board.before else []
    known = {pool.keys(one) for one in before}
    rules = {pool.keys(rule): rule for rule in board.found.rules}
    for one in by_run[run.pk]:
        row = _row(one, people)
        row.rule = rules.get(pool.keys(one))
        row.is_new = bool(before) and pool.keys(one) not in known
        board.rows.append(row)
    made = {pool.keys(one) for one in by_run[run.pk]}
    board.gone = [_two(people, *two) for two in sorted(known - made)]
    for side in ("mentors", "mentees"):
        alone = [_alone(people, one) for one in run.result[f"unmatched_{side}"]]
        setattr(board, f"alone_{side}", alone)
    board.blocking = [
        (*_two(people, one["mentor"], one["mentee"]), one["score"])
        for one in run.result["blocking"]
    ]
    board.rules = _rules(board)
    if not run.is_published:
        board.changes = pool.changes(restored(run.snapshot), board.found)


def _row(one, people):
    mentor, mentee = (people[key] for key in pool.keys(one))
    others = {
        side: [
            Other(people[choice["key"]], choice["score"], choice["free"])
            for choice in one.alternatives[side]
            if choice["key"] in people
        ]
        for side in ("mentors", "mentees")
    }
    return Row(one, mentor, mentee, told(one.lines), **others)


def told(lines):
    """The criteria of a pair, each with its label, its points and its sentence."""
    return [
        {
            "label": str(sentences.CRITERIA[line["criterion"]]),
            "points": line["points"],
            "maximum": line["maximum"],
            "sentence": sentences.sentence(Line(**line), LABELS),
        }
        for line in lines
    ]


def _two(people, mentor, mentee):
    return people.get(mentor), people.get(mentee)


def _alone(people, one, *, private=True):
    """(application, why). Without ``private``, nothing that was written in private."""
    reasons = {
        code: count for code, count in one["reasons"].items() if private or code != VETO
    }
    why = Unmatched(**one | {"reasons": reasons})
    return people.get(one["key"]), sentences.why_alone(why)


def on_paper(board):
    """(mentors, mentees) without a pair, without what was written in private."""
    people = board.found.applications
    return [
        [
            _alone(people, one, private=False)
            for one in board.run.result[f"unmatched_{side}"]
        ]
        for side in ("mentors", "mentees")
    ]


def _rules(board):
    """(rule, mentor, mentee, whether it holds nobody now) of each lock and ban."""
    people, idle = board.found.applications, board.found.idle
    return [
        (rule, *_two(people, *pool.keys(rule)), rule in idle)
        for rule in board.found.rules
    ]


# --- Everybody for one person --------------------------------------------------------
@dataclass
class Candidate:
    """Somebody of the other side: the score and why, or what forbids the pair."""

    application: object
    score: int | None
    reasons: list
    rule: object = None
    is_pair: bool = False


def candidates(board, key):
    """Everybody of the other side for the application ``key``, the best first.

    As things are now, whatever was locked; a KeyError when nobody is called that.
    """
    found = board.found
    free = replace(found.inputs.settings, locks=frozenset())
    grid = Grid(Inputs(found.inputs.mentors, found.inputs.mentees, free))
    mine = {one.key for one in grid.mentors}
    if key not in mine and key not in {one.key for one in grid.mentees}:
        raise KeyError(key)
    rules = {pool.keys(rule): rule for rule in found.rules}
    made = {pool.keys(row.proposal) for row in board.rows}
    rows = []
    for r, mentee in enumerate(grid.mentees):
        for c, mentor in enumerate(grid.mentors):
            two = mentor.key, mentee.key
            if key not in two:
                continue
            other = two[1] if key == two[0] else two[0]
            rows.append(
                Candidate(
                    found.applications[other],
                    grid.scores[r][c],
                    [sentences.reason(code) for code in grid.reasons[r][c]],
                    rules.get(two),
                    two in made,
                )
            )
    rows.sort(key=lambda one: (one.score is None, -(one.score or 0)))
    return rows
