"""The reviews, half-way and final: a draft, sent once, exchanged when both have."""

from django.db import transaction
from django.db.models import Avg, Case, Count, Q, When
from django.utils.translation import gettext as _

from agency.core import dates, journal
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from agency.core.rows import insert_unless_there
from mentoring.choices import ReviewStage, Side
from mentoring.models import EditionDetails, Pair, Review, SharedReview
from mentoring.models.review import OPENS_BEFORE, SCALES
from mentoring.services.meetings import lock
from mentoring.small_cells import FEWEST
from mentoring.states import JOINED, PairState

WRITTEN_BY = Case(When(side=Side.MENTOR, then="pair__mentor"), default="pair__mentee")
DATES = {ReviewStage.MID_TERM: "mid_term_on", ReviewStage.FINAL: "final_on"}


# --- When ----------------------------------------------------------------------------
def closes_on(pair, stage):
    """The day of that review in the edition, or None."""
    details = EditionDetails.objects.filter(activity=pair.activity_id).first()
    return details and getattr(details, DATES[stage])


def is_open(pair, stage, day):
    """Whether one may write it: two weeks before ``day``, or once the pair winds up."""
    if stage == ReviewStage.FINAL and pair.state == PairState.ENDING:
        return True
    return day is not None and today() >= day - OPENS_BEFORE


def hindrance(pair, stage, own, day):
    """Why ``own`` (a Review or None) cannot be written in now, in a sentence, or ``""``."""
    if not pair.is_meeting:
        return _("This pair writes no review now.")
    if not is_open(pair, stage, day):
        return _not_yet(day)
    if own is None or own.sent_at is None:
        return ""
    if own.exchanged_at is not None:
        return _("Both of you have sent your review: it stays as it is.")
    if day is not None and today() > day:
        return _("Your review is sent, and its day is past: it stays as it is.")
    return ""


def _not_yet(day):
    if day is None:
        return _("The agency has not set the day of this review yet.")
    opens = dates.day_year(day - OPENS_BEFORE)
    return _("You may write it from %(day)s.") % {"day": opens}


def shown(pair, me):
    """The reviews that the page of the pair shows: (stage, its day, one's own or None).

    Those that are open, and those of which something is written; two queries.
    """
    details = EditionDetails.objects.filter(activity=pair.activity_id).first()
    own = {one.stage: one for one in pair.reviews.filter(side=me)}
    for stage in ReviewStage:
        day = details and getattr(details, DATES[stage])
        if stage in own or (pair.is_meeting and is_open(pair, stage, day)):
            yield stage, day, own.get(stage)


def to_take_away(pair, me):
    """The shared parts that ``me`` may read: one's own, the other's once exchanged."""
    rows = SharedReview.objects.filter(review__pair=pair).order_by("review__pk")
    mine = Q(review__side=me) | Q(review__exchanged_at__isnull=False)
    rows = list(rows.filter(mine).select_related("review"))
    for shared in rows:
        shared.review.pair = pair
    return rows


# --- Writing it ----------------------------------------------------------------------
def found(pair, stage, side):
    """(the Review of that side, its shared part), each with its pair; unsaved if new."""
    rows = Review.objects.filter(pair=pair, stage=stage, side=side)
    review = rows.select_related("shared").first()
    if review is None:
        review = Review(pair=pair, stage=stage, side=side)
        return review, SharedReview(review=review)
    review.pair = pair
    # Its words may be gone, with their author or six months after the end.
    shared = getattr(review, "shared", None) or SharedReview(review=review)
    shared.review = review
    return review, shared


@transaction.atomic
def begin(pair, stage, *, by):
    """The rows in which ``by`` writes, made on the first time: as ``found`` gives them.

    Raises MoveBlocked with a sentence when nothing is written there now.
    """
    side = lock(pair, by)
    review, shared = found(pair, stage, side)
    known = None if review.pk is None else review
    if why := hindrance(pair, stage, known, closes_on(pair, stage)):
        raise MoveBlocked(why)
    if known is None:
        if not insert_unless_there(review):
            return found(pair, stage, side)  # a double click, a moment ago
        shared.review = review
        shared.save()
    return review, shared


@transaction.atomic
def send(review, *, by):
    """Hand it over: once; what is changed afterwards stays sent. The second exchanges.

    The caller holds the turn of the pair, by ``begin``, and has saved the answers.
    """
    if any(getattr(review, name) is None for name in SCALES):
        raise MoveBlocked(_("Answer the three questions for the agency first."))
    moment = now()
    mine = Review.objects.filter(pk=review.pk, sent_at=None)
    if mine.update(sent_at=moment):
        journal.record(review.pair, "send_review", by=by, stage=str(review.stage))
    both = Review.objects.sent().filter(pair=review.pair_id, stage=review.stage)
    if both.count() == 2:
        both.filter(exchanged_at=None).update(exchanged_at=moment)
    review.refresh_from_db(fields=["sent_at", "exchanged_at"])


# --- What it adds up to ---------------------------------------------------------------
def figures(edition):
    """Of ``edition``, each review: how many are sent, and the averages of the agency part.

    ``{stage: {"expected": n, "sent": n, "scales": {name: average or None}}}``; expected:
    two for each pair that came about; an average of fewer than five people is None (c5),
    and sentences are never handed out.
    """
    pairs = Pair.objects.filter(activity=edition.pk, state__in=JOINED)
    expected = 2 * pairs.exclude(activated_at=None).count()
    sent = Review.objects.sent().filter(pair__activity=edition.pk)
    told = {}
    for stage in ReviewStage:
        averages = {name: Avg(name) for name in SCALES}
        # Whoever accompanies two has written twice, and is one.
        row = sent.filter(stage=stage).aggregate(
            count=Count("pk"), people=Count(WRITTEN_BY, distinct=True), **averages
        )
        count, enough = row.pop("count"), row.pop("people") >= FEWEST
        scales = {name: value if enough else None for name, value in row.items()}
        told[stage] = {"expected": expected, "sent": count, "scales": scales}
    return told
