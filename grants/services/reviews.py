"""Members' reviews before a sitting: scores, an opinion, an amount (A.3)."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, median, quantiles

from django.db import transaction
from django.db.models import F, Max, Min
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move
from agency.core.rows import insert_unless_there
from grants import commission_emails
from grants.choices import Capacity, ReviewOpinion
from grants.contacts import contact_of
from grants.models import (
    Application,
    Criterion,
    Member,
    MemberQuestion,
    Review,
    ReviewScore,
)
from grants.models.reading import presented_to
from grants.states import ReviewState

TENTH = Decimal("0.1")
# A spread of scores beyond which a file is to be debated, in levels of the scale.
WIDE = Decimal(1)


# --- Phases: what the dates of a sitting permit ---------------------------------------
@dataclass(frozen=True)
class Phase:
    """``reads`` files, ``writes`` reviews, ``sees`` those of others before one's own."""

    name: str
    reads: bool = False
    writes: bool = False
    sees: bool = False


BEFORE = Phase("before")
OPEN = Phase("open", reads=True, writes=True)
CLOSED = Phase("closed", reads=True, sees=True)


def phase(sitting):
    """Where ``sitting`` stands now: nothing is written before or after its dates."""
    opens, closes = sitting.review_opens_at, sitting.review_closes_at
    if opens is None or now() < opens:
        return BEFORE
    if now() <= (closes or sitting.meets_at):
        return OPEN
    return CLOSED


def may_review(person, sitting):
    """Whether ``person`` gives reviews there: a voice that counts, and a mandate."""
    rows = Member.objects.in_office().filter(
        enrolment__activity=sitting.session.activity_id, enrolment__person=person
    )
    return rows.exclude(capacity=Capacity.CONSULTATIVE).exists()


# --- What one writes -------------------------------------------------------------------
@transaction.atomic
def begin(application, person):
    """The review of ``person``, begun at the revision that stands when there is none."""
    current = Review.objects.current().filter(application=application, person=person)
    own = current.first()
    if own is not None:
        return own
    row = Review(
        application=application,
        person=person,
        revision=current_revision(application),
        saved_at=now(),
    )
    insert_unless_there(row)
    return current.get()


def current_revision(application):
    return application.revisions.aggregate(last=Max("number"))["last"] or 1


@transaction.atomic
def save(review, values, scores, *, version, revision, hand_in=False):
    """Write it at the ``version`` that was read; ``scores`` {criterion key: int or None}.

    ``values``: opinion, suggested, comment. To abstain takes the scores away: it is no
    zero. Raises Stale when another window saved it, MoveBlocked with a sentence when it
    may not be written now, or handed in as it is.
    """
    application = review.application
    _need_to_be_open(application, review.person)
    given = hand_in or review.state == ReviewState.SUBMITTED
    if given and (why := lacking(application, values, scores)):
        raise MoveBlocked(why)
    review.version = version
    review.take_version()
    for name, value in values.items():
        setattr(review, name, value)
    review.revision, review.saved_at = revision, now()
    review.save(update_fields=[*values, "revision", "saved_at"])
    if review.opinion == ReviewOpinion.ABSTAIN:
        scores = dict.fromkeys(scores)
    _write_scores(review, scores)
    if hand_in and review.state == ReviewState.DRAFT:
        move(review, "hand_in", by=review.person, submitted_at=now())
    return review


def _need_to_be_open(application, person):
    sitting = application.sitting
    if not phase(sitting).writes:
        raise MoveBlocked(_("Reviews are closed for this sitting: nothing was kept."))
    open_to = presented_to(person).filter(pk=application.pk)
    if not (open_to.exists() and may_review(person, sitting)):
        raise MoveBlocked(_("This file is not open to you: nothing was kept."))


def _write_scores(review, scores):
    kept = {one.criterion_id: one for one in review.scores.all()}
    for key, score in scores.items():
        row = kept.get(key)
        if score is None and row is not None:
            row.delete()
        elif score is not None and row is None:
            ReviewScore.objects.create(review=review, criterion_id=key, score=score)
        elif score is not None and row.score != score:
            ReviewScore.objects.filter(pk=row.pk).update(score=score)


def lacking(application, values, scores):
    """What keeps a review with these ``values`` and ``scores`` from being handed in, in a
    sentence, or ``""``.
    """
    if not values["opinion"]:
        return _("Choose your opinion, or abstain; the draft is kept.")
    if values["opinion"] == ReviewOpinion.ABSTAIN:
        return ""
    suggested, asked = values.get("suggested"), application.requested
    if None not in (suggested, asked) and suggested > asked:
        return _("No more is suggested than what is asked for.")
    for one in application.rules.criteria.filter(required=True).order_by("order"):
        if scores.get(one.pk) is None:
            said = {"criterion": one.label}
            return _("Score \u201c%(criterion)s\u201d, or abstain.") % said
    return ""


# --- What it comes to --------------------------------------------------------------------
def total(scores, criteria):
    """The mean of the scored criteria by their weights, on the scale, or None.

    ``scores`` {criterion key: int}. What is independent stands beside it, and what was
    not scored counts for nothing: it is no zero. Weights are those of today.
    """
    counted = [
        (scores[one.pk], one.weight)
        for one in criteria
        if not one.independent and one.weight and scores.get(one.pk) is not None
    ]
    weights = sum(weight for _score, weight in counted)
    if not weights:
        return None
    points = sum(Decimal(score) * weight for score, weight in counted)
    return (points / weights).quantize(TENTH, ROUND_HALF_UP)


@dataclass
class Standing:
    """What the given reviews of a file come to."""

    totals: list = field(default_factory=list)
    opinions: dict = field(default_factory=dict)
    amounts: list = field(default_factory=list)
    given: int = 0
    # The ends of the scales that it was scored on.
    lowest: int = 1
    highest: int = 5

    @property
    def mean(self):
        return _tenth(mean(self.totals)) if self.totals else None

    @property
    def median(self):
        return _tenth(median(self.totals)) if self.totals else None

    @property
    def spread(self):
        """The interquartile range of the totals; None under two of them."""
        if len(self.totals) < 2:
            return None
        first, _second, third = quantiles(self.totals, n=4, method="inclusive")
        return _tenth(third - first)

    @property
    def is_contested(self):
        return self.spread is not None and self.spread > WIDE

    @property
    def suggested(self):
        """The median of the amounts suggested, in euros, or None."""
        return median(self.amounts) if self.amounts else None

    @property
    def range(self):
        """(lowest, first quartile, median, third quartile, highest) of the totals."""
        if not self.totals:
            return None
        low, high = min(self.totals), max(self.totals)
        if len(self.totals) == 1:
            return low, low, low, high, high
        first, second, third = quantiles(self.totals, n=4, method="inclusive")
        return low, first, second, third, high


def _tenth(value):
    return Decimal(value).quantize(TENTH, ROUND_HALF_UP)


def standings(files):
    """{key of a file: Standing} of the given reviews; two queries, however many files.

    ``files`` carry their ``rules``.
    """
    keys = [one.pk for one in files]
    criteria = _criteria({one.rules_id for one in files})
    rules = {one.pk: one.rules_id for one in files}
    rows = Review.objects.given().filter(application__in=keys).order_by()
    given, scores = {}, defaultdict(dict)
    columns = ("pk", "application", "opinion", "suggested")
    for pk, *row, criterion, score in rows.values_list(
        *columns, "scores__criterion", "scores__score"
    ):
        given[pk] = row
        if criterion is not None:
            scores[pk][criterion] = score
    found = {key: Standing(**_scale(criteria[rules[key]])) for key in keys}
    for pk in sorted(given):
        key, opinion, suggested = given[pk]
        standing = found[key]
        standing.given += 1
        standing.opinions[opinion] = standing.opinions.get(opinion, 0) + 1
        if suggested is not None:
            standing.amounts.append(suggested)
        points = total(scores[pk], criteria[rules[key]])
        if points is not None:
            standing.totals.append(points)
    return found


def _scale(criteria):
    """The lowest and the highest level of the scales of ``criteria``."""
    told = [one for one in criteria if one.highest is not None]
    if not told:
        return {}
    return {
        "lowest": min(one.lowest for one in told),
        "highest": max(one.highest for one in told),
    }


def _criteria(rules):
    found = defaultdict(list)
    rows = Criterion.objects.filter(rules__in=rules)
    rows = rows.annotate(lowest=Min("levels__score"), highest=Max("levels__score"))
    for one in rows.order_by("order", "pk"):
        found[one.rules_id].append(one)
    return found


# --- A question to the rapporteur ----------------------------------------------------------
@transaction.atomic
def ask(application, body, *, by):
    """Ask the rapporteur; every member who reads the file sees it, and the answer."""
    # Of two presses at once the second finds the question of the first.
    held = Application.objects.filter(pk=application.pk)
    held.update(told=F("told"))
    if not presented_to(by).filter(pk=application.pk).exists():
        raise MoveBlocked(_("This file is not open to you: nothing was kept."))
    asked = {"application": application, "person": by, "body": body}
    if same := MemberQuestion.objects.filter(**asked, answered_at=None).first():
        return same
    row = MemberQuestion.objects.create(**asked, asked_at=now())
    journal.record(application, "question", by=by, question=row.pk)
    if (reader := contact_of(application)) is not None:
        commission_emails.member_question(row, reader)
    return row


@transaction.atomic
def answer(question, body, *, by):
    """Answer it, once. Raises MoveBlocked when somebody answered in the meantime."""
    rows = MemberQuestion.objects.filter(pk=question.pk, answered_at=None)
    if not rows.update(answer=body, answered_at=now(), answered_by=by):
        raise MoveBlocked(_("Somebody has answered this question already."))
    journal.record(question.application, "answer_question", by=by, question=question.pk)
    question.refresh_from_db()
    commission_emails.member_answer(question, question.person)
    return question
