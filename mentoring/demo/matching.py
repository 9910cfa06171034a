"""A matching that was prepared for next year's edition, and not published yet."""

from datetime import timedelta
from pathlib import Path

from agency.pages.demo import plan
from agency.pages.demo.prose import read
from mentoring.matching.grid import Grid
from mentoring.services import matching, pool

HERE = Path(__file__).resolve().parent
BEFORE = timedelta(days=2)


def tell(story):
    """Two working days ago, at the end of the day."""
    day = plan.working(story.day - BEFORE)
    story.script.at(plan.on(day, "17:40"), prepare, story)


def prepare(story):
    """Keep the two who meet this year apart, hold the best of the others, and run.

    Every place is held by hand: an optimum would wait for scipy, which takes longer to
    come in than the rest of this edition.
    """
    said, by = read("appariement", HERE), story.officer
    edition = story.activity
    accounts = {story.book.accounts[name].pk for name in ("mentor", "mentoree")}
    found = pool.gather(edition)
    own = [k for k, row in found.applications.items() if row.person_id in accounts]
    if len(own) == len(accounts):
        matching.settle(edition, "ban", own, by=by, reason=said["ban"])
    reason = said["lock"]
    for two in _best(pool.gather(edition).inputs):
        matching.settle(edition, "lock", two, by=by, reason=reason)
        reason = ""
    matching.run(edition, by=by)


def _best(inputs):
    """Pairs of keys: whoever has least choice first, each with the best that is left."""
    grid, taken = Grid(inputs), set()
    choices = [
        [
            (-grid.scores[r][c], mentee.key, mentor.key)
            for r, mentee in enumerate(grid.mentees)
            if grid.allowed(r, c)
        ]
        for c, mentor in enumerate(grid.mentors)
    ]
    for cells in sorted(choices, key=len):
        left = [cell for cell in cells if cell[1] not in taken]
        if left:
            _below, mentee, mentor = min(left)
            taken.add(mentee)
            yield mentor, mentee
