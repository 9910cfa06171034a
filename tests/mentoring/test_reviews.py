"""The reviews: a draft, sent once, exchanged when both have; and what they add up to."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from agency.core.clock import now, today, travel
from agency.core.lifecycle import MoveBlocked
from agency.people.services import erasure
from mentoring.models import Pair, Review, SharedReview
from mentoring.services import reviews
from mentoring.tasks import forget_words
from tests.mentoring.factories import (
    PairFactory,
    ReviewFactory,
    RunningEditionFactory,
    SharedReviewFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
MID, FINAL = "mid_term", "final"
WEEK = timedelta(days=7)


@pytest.fixture
def pair():
    return opened(today() + WEEK)


def opened(day, **said):
    dates = {"mid_term_on": day, "final_on": today() + timedelta(days=200)}
    return PairFactory(active=True, activity__details=dates, **said)


def written(pair, by, gained="Un mot.", *, send=True, stage=MID):
    """``by`` answers and sends, or keeps a draft; return the row."""
    with transaction.atomic():
        review, shared = reviews.begin(pair, stage, by=by)
        shared.gained = gained
        shared.save()
        Review.objects.filter(pk=review.pk).update(headway=4, rhythm=3, support=5)
        review.refresh_from_db()
        if send:
            reviews.send(review, by=by)
    return Review.objects.get(pk=review.pk)


@pytest.mark.parametrize(("days", "opens"), [(15, False), (14, True), (0, True)])
def test_it_opens_two_weeks_before_its_day(days, opens):
    pair = opened(today() + timedelta(days=days))

    if opens:
        assert written(pair, pair.mentor).sent_at
    else:
        with pytest.raises(MoveBlocked, match="partir du"):
            written(pair, pair.mentor)


def test_without_a_day_it_waits_and_the_final_one_opens_with_the_end():
    pair = opened(None)
    with pytest.raises(MoveBlocked, match="pas encore fix"):
        written(pair, pair.mentor)

    Pair.objects.update(state="ending")
    pair.refresh_from_db()

    assert written(pair, pair.mentor, stage=FINAL).sent_at


def test_it_is_sent_once_and_changed_until_the_other_has_sent(pair):
    first = written(pair, pair.mentor, "D\u2019abord.")
    with travel(now() + timedelta(hours=1)):
        again = written(pair, pair.mentor, "Ensuite.")
    assert (again.pk, again.sent_at) == (first.pk, first.sent_at)

    other = written(pair, pair.mentee)

    assert other.exchanged_at == Review.objects.get(pk=first.pk).exchanged_at
    for by in (pair.mentor, pair.mentee):
        with pytest.raises(MoveBlocked, match="envoy\u00e9"):
            written(pair, by, "Trop tard.")


def test_once_its_day_is_past_what_is_sent_stays(pair):
    written(pair, pair.mentor)

    with travel(now() + 2 * WEEK):
        with pytest.raises(MoveBlocked, match="pass\u00e9"):
            written(pair, pair.mentor, "Trop tard.")
        assert written(pair, pair.mentee).exchanged_at  # late, and welcome


def test_each_reads_the_other_once_both_have_sent(pair):
    written(pair, pair.mentor, "Pour toi.")
    shared = SharedReview.objects.get()
    assert shared.gained.read(by=pair.mentor) == "Pour toi."
    for stranger in (pair.mentee, pair.activity.officer):
        with pytest.raises(PermissionDenied):
            shared.gained.read(by=stranger)

    written(pair, pair.mentee, send=False)
    with pytest.raises(PermissionDenied):
        SharedReview.objects.get(review__side="mentor").gained.read(by=pair.mentee)
    written(pair, pair.mentee)

    shared = SharedReview.objects.get(review__side="mentor")
    assert shared.gained.read(by=pair.mentee) == "Pour toi."
    with pytest.raises(PermissionDenied):
        shared.gained.read(by=pair.activity.officer)


def test_without_the_three_marks_nothing_is_sent(pair):
    with transaction.atomic():
        review, _shared = reviews.begin(pair, MID, by=pair.mentor)
        with pytest.raises(MoveBlocked, match="trois questions"):
            reviews.send(review, by=pair.mentor)

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.update(sent_at=now())


@pytest.mark.parametrize("trait", ["completed", "ended_early"])
def test_a_pair_that_is_over_writes_none(trait):
    dates = {"mid_term_on": today()}
    pair = PairFactory(**{trait: True}, activity__details=dates)

    with pytest.raises(MoveBlocked):
        written(pair, pair.mentor)


def test_on_the_desk_what_is_sent_for_its_officer_alone(pair, officer):
    sent = written(pair, pair.mentor)
    written(pair, pair.mentee, send=False)

    assert list(Review.objects.visible_to(pair.activity.officer)) == [sent]
    assert not Review.objects.visible_to(officer).exists()
    told = Pair.objects.with_reviews().get()
    assert (told.mid_term_mentor_sent, told.mid_term_mentee_sent) == (True, False)


@pytest.mark.parametrize(("pairs", "told"), [(2, None), (3, 4.0)])
def test_averages_are_told_from_five_answers(pairs, told):
    edition = RunningEditionFactory()
    for pair in PairFactory.create_batch(pairs, active=True, activity=edition):
        for side in ("mentor", "mentee"):
            ReviewFactory(pair=pair, side=side)
    ReviewFactory(headway=1)  # of another edition
    PairFactory(activity=edition, accepted=True)

    figures = reviews.figures(edition)

    assert figures[MID]["sent"] == figures[MID]["expected"] == 2 * pairs
    assert figures[MID]["scales"]["headway"] == told
    assert figures[FINAL]["sent"] == 0


def test_a_mentor_of_two_is_one_of_the_five():
    edition, mentor = RunningEditionFactory(), PersonFactory()
    for _number in range(3):
        pair = PairFactory(active=True, activity=edition, mentor=mentor)
        for side in ("mentor", "mentee"):
            ReviewFactory(pair=pair, side=side)
    # Six answers, of four people.
    assert reviews.figures(edition)[MID]["scales"]["headway"] is None

    ReviewFactory(pair=PairFactory(active=True, activity=edition), side="mentor")

    assert reviews.figures(edition)[MID]["scales"]["headway"] == 4.0


def test_six_months_after_the_end_the_words_go_and_the_marks_stay(pair):
    written(pair, pair.mentor, "Pour toi.")
    Review.objects.update(comment="Merci.")
    Pair.objects.update(state="completed", ended_at=now())

    with travel(now() + timedelta(days=168)):
        forget_words()
    assert SharedReview.objects.exists()
    with travel(now() + timedelta(days=200)):
        forget_words()

    assert not SharedReview.objects.exists()
    review = Review.objects.get()
    assert (review.comment, review.headway) == ("", 4)


def test_whoever_leaves_takes_their_words(pair):
    kept = SharedReviewFactory(review__pair=pair, review__side="mentor")
    gone = SharedReviewFactory(review__pair=pair, review__comment="Merci.")

    erasure.erase(pair.mentee, by=pair.mentee)

    assert list(SharedReview.objects.all()) == [kept]
    gone.review.refresh_from_db()
    assert gone.review.comment == ""
