"""Adjourned files go on to the next sitting, with their questions, and without a review given."""

import pytest
from django.urls import reverse

from grants.models import (
    Application,
    InterestAnswer,
    InternalNote,
    Point,
    Recusal,
    Review,
)
from grants.services import minutes, reviews, workspace
from grants.states import ApplicationState
from tests.grants.commission import (
    MemberFactory,
    free,
    in_review,
    rules_with_criteria,
    tied,
)
from tests.grants.minuted import (
    heard,
    held,
    reviewed,
    to_come,
    validated,
)

pytestmark = pytest.mark.django_db
MARKER = "MARQUEUR"


@pytest.fixture
def sitting():
    return held()


# --- Adjourned files -----------------------------------------------------------------
def test_an_adjourned_file_goes_to_the_next_sitting_with_its_questions(sitting):
    rules = rules_with_criteria()
    application = heard(
        sitting, "adjourned", rules=rules, questions="Qui paie le décor ?"
    )
    kept = heard(sitting, rules=rules)
    person, barred = sitting.seats[1].person, sitting.seats[2].person
    free(application, person)
    tied(application, barred)
    review = reviewed(application, person)
    later = to_come(rules.scheme, session__starts_in=90)
    following = to_come(rules.scheme, session__starts_in=40)
    to_come(rules.scheme, session__starts_in=20, session__state="cancelled")

    sitting, _row = validated(sitting)

    application.refresh_from_db()
    assert application.state == ApplicationState.INSTRUCTION
    assert application.sitting == following != later
    note = InternalNote.objects.get(application=application)
    assert "Qui paie le décor ?" in note.body
    review.refresh_from_db()
    assert (review.state, review.point.sitting) == ("submitted", sitting)
    assert InterestAnswer.objects.filter(application=application, person=person)
    assert Recusal.objects.barring().filter(application=application, person=barred)
    kept.refresh_from_db()
    assert (kept.state, kept.sitting) == (ApplicationState.OPINION, sitting)
    assert point_of_past(application, sitting).opinion.outcome == "adjourned"


def point_of_past(application, sitting):
    return Point.objects.get(application=application, sitting=sitting)


def test_what_the_reviews_came_to_is_kept_without_their_authors(sitting):
    application = heard(sitting, "adjourned")
    person = sitting.seats[1].person
    review = reviewed(application, person, comment=MARKER)
    criterion = application.rules.criteria.order_by("order").first()
    review.scores.create(criterion=criterion, score=3)

    validated(sitting)

    body = InternalNote.objects.get(application=application).body
    assert "3" in body
    assert MARKER not in body
    assert person.family_name not in body
    # It stays with the sitting at which it was told, and counts at no other.
    assert not Review.objects.given().filter(application=application).exists()
    kept = Review.objects.get(application=application)
    assert (kept.comment, kept.point) == (MARKER, point_of_past(application, sitting))


def test_without_another_sitting_it_stays_and_the_note_says_so(sitting):
    application = heard(sitting, "adjourned")

    validated(sitting)

    application.refresh_from_db()
    assert application.state == ApplicationState.INSTRUCTION
    assert application.sitting_id == sitting.pk
    body = InternalNote.objects.get(application=application).body
    following = minutes.next_sitting(application)
    assert following is None
    assert len(body.split("\n\n")) == 2


def test_one_that_was_withdrawn_meanwhile_is_left_alone(sitting):
    application = heard(sitting, "adjourned")
    Application.objects.filter(pk=application.pk).update(
        state=ApplicationState.WITHDRAWN, ended_at=application.submitted_at
    )

    validated(sitting)

    assert not InternalNote.objects.exists()


# --- At the next sitting -------------------------------------------------------------------
@pytest.fixture
def again(sitting):
    """A file that was adjourned, on the agenda of the next sitting, under review there."""
    rules = rules_with_criteria()
    application = heard(sitting, "adjourned", rules=rules)
    criterion = rules.criteria.order_by("order").first()
    for seat, score, comment in zip(sitting.seats[:2], (3, 1), "AB", strict=True):
        free(application, seat.person)
        one = reviewed(application, seat.person, comment=f"{MARKER} {comment}")
        one.scores.create(criterion=criterion, score=score)
    following = in_review(schemes=[rules.scheme])
    for seat in sitting.seats[:2]:
        MemberFactory(sitting=following, person=seat.person)
    validated(sitting)
    Application.objects.filter(pk=application.pk).update(
        sitting=following, state=ApplicationState.SCHEDULED
    )
    application.refresh_from_db()
    return application


def desk_of(application, person):
    return workspace.desk(application.sitting, person, application.uuid)


def test_one_begins_from_what_one_gave_and_counts_nothing_yet(sitting, again):
    person, other = (seat.person for seat in sitting.seats[:2])

    desk = desk_of(again, person)

    page = desk.page()
    assert (page["review"], page["given"], page["total"]) == (None, 0, 3)
    assert desk.initial()["comment"] == f"{MARKER} A"
    assert desk.initial()["version"] == 0
    # Of the others nothing is told before one's own, be it of a former sitting.
    told = [one.person for _sitting, rows in page["former"] for one in rows]
    assert (page["others"], told) == ([], [person])
    assert reviews.standings([again])[again.pk].given == 0
    assert other != person


def test_given_anew_both_sittings_keep_their_own(sitting, again):
    person, other = (seat.person for seat in sitting.seats[:2])
    review = reviews.begin(again, person)
    values = {"opinion": "abstain", "suggested": None, "comment": "Autre."}
    reviews.save(review, values, {}, version=0, revision=1, hand_in=True)

    page = desk_of(again, person).page()

    assert page["review"].comment == "Autre."
    ((when, rows),) = page["former"]
    assert (when, [one.person for one in rows]) == (sitting, by_name(person, other))
    assert [one.total for one in rows if one.person == other] == [1]
    assert reviews.standings([again])[again.pk].given == 1
    assert Review.objects.filter(application=again, person=person).count() == 2


def by_name(*people):
    return sorted(people, key=lambda one: one.folded)


def test_the_page_says_where_what_is_typed_comes_from(client, sitting, again):
    client.sign_in(sitting.seats[0].person)

    page = client.get(
        reverse("grants:commission-file", args=[again.sitting_id, again.uuid])
    )

    assert "est repris plus bas" in page.text
    assert f"{MARKER} A" in page.text
    assert f"{MARKER} B" not in page.text
