"""Adjourned files go on to the next sitting, with their questions, and without a review given."""

import pytest

from grants.models import (
    Application,
    InterestAnswer,
    InternalNote,
    Point,
    Recusal,
    Review,
)
from grants.services import minutes
from grants.states import ApplicationState
from tests.grants.commission import (
    free,
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
    assert (review.state, review.submitted_at) == ("draft", None)
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
    # Its author begins from it, and nobody else reads it meanwhile.
    assert not Review.objects.given().filter(application=application).exists()
    assert Review.objects.get(application=application).comment == MARKER


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
