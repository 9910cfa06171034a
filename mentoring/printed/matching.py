"""The report of a matching, and its letters before they leave, for the officer in charge.

Made on the spot and kept nowhere. What applicants wrote in private stays on the screen.
"""

from collections import Counter

from django.conf import settings
from django.utils.translation import gettext as _

from agency.core.clock import now
from agency.documents import engine
from mentoring.choices import Side
from mentoring.matching.sentences import CRITERIA
from mentoring.models import Pair
from mentoring.services import match_board
from mentoring.services.pairs import TIME_TO_ANSWER
from mentoring.why import reasons

TEMPLATE = "mentoring/documents/matching_report"
WIDE = 1000
# Scores by bands, the best first: from, and up to.
BANDS = ((80, 100), (60, 79), (40, 59), (0, 39))
SHORT = 12


def report(board, *, by):
    """The PDF, as ``by`` reads the board now."""
    return engine.render(TEMPLATE, context(board, by))


def context(board, by):
    mentors, mentees = match_board.on_paper(board)
    return {
        "agency": settings.AGENCY,
        "foot": _("confidential, does not leave the agency"),
        "edition": board.edition,
        "board": board,
        "run": board.run,
        "by": by,
        "at": now(),
        "parts": _parts(board),
        "bands": _bands(board),
        "weights": [
            (label, board.run.weights[name])
            for name, label in CRITERIA.items()
            if board.run.weights[name]
        ],
        "alone": [
            (_("Mentees without a pair"), mentees),
            (_("Mentors without a pair"), mentors),
        ],
        "mark": board.run.fingerprint[:SHORT],
    }


def _parts(board):
    """Those who are here, as the segments of one bar: two of each pair, and the others."""
    locked = sum(row.proposal.locked for row in board.rows)
    counted = [
        (_("In a pair that was locked"), 2 * locked, "#15141f"),
        (_("In a pair that was found"), 2 * (len(board.rows) - locked), "#a8101f"),
        (_("Mentees without a pair"), len(board.alone_mentees), "#8f8798"),
        (_("Mentors without a pair"), len(board.alone_mentors), "#d9d3c6"),
    ]
    total = sum(count for _label, count, _fill in counted) or 1
    at, parts = 0, []
    for label, count, fill in counted:
        width = round(count * WIDE / total)
        said = {"label": label, "count": count, "fill": fill}
        parts.append({**said, "x": at, "width": width})
        at += width
    return parts


def _bands(board):
    """How many pairs in each band of scores: (words, count)."""
    scores = Counter()
    for row in board.rows:
        scores[next(b for b in BANDS if b[0] <= row.proposal.score <= b[1])] += 1
    words = _("%(first)s to %(last)s")
    return [
        (words % {"first": first, "last": last}, scores[first, last])
        for first, last in BANDS
    ]


def letters(board, compose):
    """What the first pair would read: (person, letter) for each of the two."""
    for row in board.rows[:1]:
        pair = Pair(
            activity=board.edition,
            mentor=row.mentor.person,
            mentee=row.mentee.person,
            answer_by=now() + TIME_TO_ANSWER,
        )
        for side in Side:
            said = {
                "pair": pair,
                "person": pair.person_of(side),
                "edition": board.edition,
                "other": pair.other_of(side),
                "is_mentor": side == Side.MENTOR,
                "why": reasons(row.proposal.lines, side, pair.other_of(side)),
            }
            yield pair.person_of(side), compose("mentoring/emails/pair_proposed", said)
