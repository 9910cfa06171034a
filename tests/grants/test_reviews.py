"""Reviews: weighted, on the revision read, hidden until one's own is given."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry, Stale
from grants.models import Criterion, Review, ReviewScore
from grants.services import interests, reviews, to_read, workspace
from tests.grants.commission import (
    MemberFactory,
    close_reviews,
    free,
    in_review,
    presented,
    revise,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
D = Decimal
WORDS = {"opinion": "favourable", "suggested": None, "comment": "Une belle route."}


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def application(sitting):
    return presented(sitting)


def seated(application, **traits):
    person = MemberFactory(sitting=application.sitting, **traits).person
    free(application, person)
    return person


@pytest.fixture
def person(application):
    return seated(application)


def write(application, person, scores=(3, 2, None), *, hand_in=True, **words):
    """``scores`` in the order of the criteria: project (3), budget (1), beside (1)."""
    review = reviews.begin(application, person)
    criteria = application.rules.criteria.order_by("order")
    return reviews.save(
        review,
        WORDS | words,
        dict(zip([one.pk for one in criteria], scores, strict=True)),
        version=review.version,
        revision=reviews.current_revision(application),
        hand_in=hand_in,
    )


def standing(application):
    return reviews.standings([application])[application.pk]


def others(application, person):
    """What ``person`` reads of the reviews of the others on the page of the file."""
    desk = workspace.desk(application.sitting, person, application.uuid)
    return desk.page()["others"]


# --- To write one ----------------------------------------------------------------------
def test_given_it_counts_and_is_journalled_without_its_words(application, person):
    review = write(application, person, suggested=D(800))

    assert (review.state, review.revision) == ("submitted", 1)
    assert standing(application).mean == D("2.8")  # (3 × 3 + 2 × 1) / 4
    entry = JournalEntry.objects.about(review).get()
    assert entry.action == "hand_in"
    assert "belle" not in str(entry.data)


def test_a_draft_is_kept_and_counts_for_nothing(application, person):
    write(application, person, (3, None, None), hand_in=False, opinion="")

    assert Review.objects.get().state == "draft"
    assert standing(application).given == 0


@pytest.mark.parametrize(
    ("scores", "words", "said"),
    [
        ((3, 2, None), {"opinion": ""}, "avis"),
        ((3, None, None), {}, "Budget"),
        ((3, 2, None), {"suggested": D(1001)}, "demandé"),
    ],
)
def test_what_is_missing_is_said_and_the_rest_is_not_handed_in(
    application, person, scores, words, said
):
    with pytest.raises(MoveBlocked) as blocked:
        write(application, person, scores, **words)

    assert said in str(blocked.value)
    assert not Review.objects.given().exists()


def test_to_abstain_is_no_zero(application, person):
    write(application, person)
    other = seated(application)
    write(application, other, (1, 1, 1), opinion="abstain")

    found = standing(application)

    assert (found.given, found.mean, len(found.totals)) == (2, D("2.8"), 1)
    assert found.opinions == {"favourable": 1, "abstain": 1}
    assert not ReviewScore.objects.filter(review__person=other).exists()


def test_what_was_not_scored_counts_for_nothing(application, person):
    Criterion.objects.filter(label="Budget").update(required=False)

    write(application, person, (4, None, 1))

    assert standing(application).mean == D("4.0")


def test_another_weight_after_scores_changes_every_total(application, person):
    write(application, person, (4, 1, None))
    assert standing(application).mean == D("3.3")

    Criterion.objects.filter(label="Projet").update(weight=1)

    assert standing(application).mean == D("2.5")


@given(
    scores=st.lists(
        st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=8
    )
)
def test_a_total_is_between_its_lowest_and_highest_score(scores):
    criteria = [
        Criterion(pk=key, weight=weight, independent=False)
        for key, (_score, weight) in enumerate(scores)
    ]
    given_ = {key: score for key, (score, _weight) in enumerate(scores)}

    found = reviews.total(given_, criteria)

    marks = [score for score, _weight in scores]
    assert min(marks) <= found <= max(marks)
    assert reviews.total({}, criteria) is None


# --- Two windows, and what was sent in the meantime ---------------------------------------
def test_of_two_windows_the_second_writes_over_nothing(application, person):
    review = reviews.begin(application, person)
    write(application, person, hand_in=False)

    with pytest.raises(Stale):
        reviews.save(review, {"comment": "Vieux."}, {}, version=0, revision=1)

    assert Review.objects.get().comment == "Une belle route."


def test_begun_twice_it_is_one(application, person):
    assert reviews.begin(application, person) == reviews.begin(application, person)


def test_a_review_is_bound_to_the_revision_that_was_read(application, person):
    write(application, person)
    (one,) = to_read.queue(application.sitting, person)
    assert not one.is_outdated

    revise(application)

    (one,) = to_read.queue(application.sitting, person)
    assert one.is_outdated
    assert one.own.revision == 1


# --- Phases --------------------------------------------------------------------------------
def test_nothing_is_read_before_nor_written_after(application, person):
    sitting = application.sitting
    write(application, person)
    close_reviews(sitting)
    application.refresh_from_db()

    assert reviews.phase(sitting).name == "closed"
    with pytest.raises(MoveBlocked):
        write(application, person, (1, 1, 1))
    assert standing(application).mean == D("2.8")
    assert to_read.queue(sitting, person)

    type(sitting).objects.update(review_opens_at=None)
    sitting.refresh_from_db()
    assert reviews.phase(sitting).name == "before"
    assert not to_read.queue(sitting, person)


def test_who_advises_reads_and_gives_no_review(application):
    adviser = seated(application, consultative=True)

    assert to_read.queue(application.sitting, adviser)
    with pytest.raises(MoveBlocked):
        write(application, adviser)


def test_nobody_writes_who_is_no_member(application):
    stranger = PersonFactory()
    free(application, stranger)

    with pytest.raises(MoveBlocked):
        write(application, stranger)


# --- Others' -------------------------------------------------------------------------------
def test_others_come_after_ones_own(application, person):
    other = seated(application)
    write(application, other)
    drafting = seated(application)
    write(application, drafting, hand_in=False)
    reviews.begin(application, person)

    assert others(application, person) == []

    write(application, person)
    (seen,) = others(application, person)
    assert (seen.person, seen.total) == (other, D("2.8"))


def test_once_closed_who_gave_none_reads_them_too(application, person):
    write(application, seated(application))
    reviews.begin(application, person)
    silent = seated(application)

    close_reviews(application.sitting)

    application.refresh_from_db()
    assert len(others(application, person)) == 1
    assert len(others(application, silent)) == 1


# --- Median, mean, spread ------------------------------------------------------------------
def test_median_mean_and_what_is_contested(application):
    for scores in ((4, 4, None), (4, 4, None), (1, 1, None), (1, 1, None)):
        write(application, seated(application), scores)

    found = standing(application)

    assert (found.mean, found.median, found.spread) == (D("2.5"), D("2.5"), D("3.0"))
    assert found.is_contested
    assert found.range == (1, 1, D("2.5"), 4, 4)


def test_alone_or_agreed_nothing_is_contested(application):
    write(application, seated(application))
    assert standing(application).spread is None
    write(application, seated(application))
    assert not standing(application).is_contested


# --- The least reviewed comes next ---------------------------------------------------------
def test_the_least_reviewed_comes_next(sitting, application, person):
    rules = application.rules
    second, third = presented(sitting, rules=rules), presented(sitting, rules=rules)
    peers = [MemberFactory(sitting=sitting).person for _n in range(2)]
    for one in (second, third):
        free(one, person, *peers)
    for peer in peers:
        write(second, peer)
    write(third, peers[0])
    files = to_read.queue(sitting, person)
    found = reviews.standings(files)

    after = to_read.next_of(files, application, found)
    assert after == third

    write(third, person)
    files = to_read.queue(sitting, person)
    assert to_read.next_of(files, third, reviews.standings(files)) == application

    for one in (application, second):
        write(one, person)
    files = to_read.queue(sitting, person)
    assert to_read.next_of(files, second, reviews.standings(files)) is None


def test_a_recused_file_is_no_part_of_the_queue(sitting, application, person):
    interests.stand_back(application, person, "family", by=person)

    assert to_read.queue(sitting, person) == []


def test_as_many_queries_for_many_files(sitting, person, django_assert_num_queries):
    rules = presented(sitting).rules
    for _n in range(5):
        one = presented(sitting, rules=rules)
        free(one, person)
        write(one, person)

    with django_assert_num_queries(4):
        reviews.standings(to_read.queue(sitting, person))


# --- A question to the rapporteur -----------------------------------------------------------
def test_a_question_is_answered_once(application, person):
    question = reviews.ask(application, "Le lieu d’Arcy est-il signé ?", by=person)
    officer = application.rapporteur

    reviews.answer(question, "Oui, depuis lundi.", by=officer)
    with pytest.raises(MoveBlocked):
        reviews.answer(question, "Non.", by=officer)

    question.refresh_from_db()
    assert (question.answer, question.answered_by) == ("Oui, depuis lundi.", officer)
