"""What the members of the demo declare, and what they think of the files."""

import random
from collections import defaultdict

from django.db.models import Max

from agency.core import journal
from agency.core.clock import now
from agency.pages.demo import plan
from agency.pages.demo.prose import read
from grants.choices import Nature, ProposedOpinion, ReviewOpinion
from grants.demo.days import HERE
from grants.models import Criterion, Review, ReviewScore, Sitting
from grants.models.reading import presented_to
from grants.services import interests
from grants.states import ReviewState

R, P = ReviewOpinion, ProposedOpinion
# The scores from the highest, and the opinions, that a file calls for: agreed on, fair,
# doubtful, refused. Of one that is contested half of the members think the last.
AGREED = ((0, 0, 1), (R.FAVOURABLE,) * 4 + (R.RESERVED,))
FAIR = ((0, 1, 1), (R.FAVOURABLE, R.FAVOURABLE, R.RESERVED))
DOUBTFUL = ((1, 1, 2), (R.RESERVED, R.ADJOURN, R.FAVOURABLE, R.ABSTAIN))
REFUSED = ((2, 3, 2), (R.UNFAVOURABLE, R.UNFAVOURABLE, R.RESERVED))
CONTESTED = 5


def prose():
    return read("seances", HERE)


def sitting_of(days):
    """The sitting of these days, or None; of the schemes that pay for mobility."""
    found = Sitting.objects.filter(
        deadline_at=plan.on(days.deadline, "23:59"), schemes__code="MOB"
    )
    return found.select_related("session__activity").first()


# --- What they declare ---------------------------------------------------------------
def declare(sitting, people, *, tied=None):
    """Each says of every file whether something ties them to it; one of them is tied."""
    for person in people:
        rows = list(interests.to_declare(sitting, person))
        answers = {one.pk: "" for one in rows}
        if person == tied and rows:
            answers[rows[len(rows) // 2].pk] = Nature.COLLABORATION
        interests.declare(sitting, person, answers)


# --- What they think -----------------------------------------------------------------
def write(sitting, person, rank, share=1, *, last_is_draft=False):
    """Opinions of ``person`` on a ``share`` of the files open to them.

    Written in bulk: the rows are those that ``reviews.save`` makes of a first review that
    is handed in at once (a test compares them). ``rank``: who they are among the members.
    """
    files = presented_to(person).filter(sitting=sitting)
    files = files.exclude(reviews__person=person).select_related("report", "rules")
    files = files.annotate(last_revision=Max("revisions__number"))
    files = list(files.order_by("number"))[:: share or len(files) + 1]
    if not (share and files):
        return
    moment, drafts = now(), files[-1:] if last_is_draft else []
    asked = _asked(files)
    rows = Review.objects.bulk_create(
        _review(one, person, rank, moment, given=one not in drafts) for one in files
    )
    ReviewScore.objects.bulk_create(
        score for row in rows for score in _scores(row, rank, asked)
    )
    given = [row for row in rows if row.state == ReviewState.SUBMITTED]
    data = {"from": "draft", "to": "submitted", "fields": ["submitted_at"]}
    entries = [(row, data) for row in given]
    journal.record_all(entries, "hand_in", by=person, new=True)


def _review(one, person, rank, moment, *, given):
    _lower, opinions = kind(one, rank)
    opinion = opinions[(rank + _number(one)) % len(opinions)]
    said = prose()["comments"][opinion]
    return Review(
        application=one,
        person=person,
        version=1,
        revision=one.last_revision,
        state=ReviewState.SUBMITTED if given else ReviewState.DRAFT,
        opinion=opinion,
        suggested=one.proposed
        if rank % 2 and opinion in (R.FAVOURABLE, R.RESERVED)
        else None,
        comment=said[(rank + _number(one)) % len(said)],
        saved_at=moment,
        submitted_at=moment if given else None,
    )


def _scores(review, rank, asked):
    if review.opinion == R.ABSTAIN:
        return
    application = review.application
    lower, _opinions = kind(application, rank)
    # S311: the same scores each time is the point.
    mood = random.Random(application.number).random()  # noqa: S311
    dice = random.Random(f"{application.number} {rank}")  # noqa: S311
    for criterion, levels in asked[application.rules_id]:
        off = lower[int(dice.random() ** (0.6 + mood) * len(lower))]
        score = levels[max(0, len(levels) - 1 - off)]
        yield ReviewScore(review=review, criterion=criterion, score=score)


def _asked(files):
    """{key of a version of rules: [(criterion, its scores)]} of these files."""
    rows = Criterion.objects.filter(rules__in={one.rules_id for one in files})
    found = defaultdict(list)
    for one in rows.order_by("order", "pk").prefetch_related("levels"):
        scores = sorted(each.score for each in one.levels.all())
        found[one.rules_id].append((one, scores))
    return found


def _number(application):
    """The last figures of its number: the same whenever the demo is loaded."""
    return int(application.number.rpartition("-")[2])


def kind(application, rank):
    """What ``application`` calls for from the member of that rank."""
    proposed = application.report.opinion
    if _number(application) % CONTESTED == 0:
        return (AGREED, REFUSED)[rank // 2 % 2]
    if proposed == P.UNFAVOURABLE:
        return REFUSED
    if proposed != P.FAVOURABLE:
        return DOUBTFUL
    return (AGREED, FAIR)[_number(application) % 2]


def are_agreed_on(application):
    """Whether nobody contests it."""
    return {kind(application, rank) for rank in (0, 2)} == {AGREED}
