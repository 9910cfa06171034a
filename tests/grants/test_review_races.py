"""Eight presses at once in the commission: what only PostgreSQL can prove."""

import pytest

from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry, Stale
from agency.people.models import Person
from grants.models import Application, InterestAnswer, Recusal, Review, Sitting
from grants.services import conflicts, interests, reviews
from tests.grants.commission import MemberFactory, free, in_review, presented
from tests.grants.test_desk_race import at_once, won
from tests.people.factories import AffiliationFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WORDS = {"opinion": "abstain", "suggested": None, "comment": ""}


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def application(sitting):
    return presented(sitting)


def test_handed_in_eight_times_it_is_one_review(sitting, application):
    person = MemberFactory(sitting=sitting).person
    free(application, person)

    def click(_number):
        mine = Application.objects.select_related("sitting").get(pk=application.pk)
        own = reviews.begin(mine, Person.objects.get(pk=person.pk))
        return reviews.save(own, WORDS, {}, version=0, revision=1, hand_in=True)

    answers = at_once(click)

    assert len(won(answers)) == 1
    assert all(isinstance(one, (Review, Stale)) for one in answers)
    review = Review.objects.get()
    assert (review.state, review.version) == ("submitted", 1)
    assert JournalEntry.objects.about(review).filter(action="hand_in").count() == 1


def test_declared_eight_times_it_is_one_answer_and_one_recusal(sitting, application):
    person = MemberFactory(sitting=sitting).person

    def click(number):
        mine = Sitting.objects.select_related("session").get(pk=sitting.pk)
        said = "family" if number % 2 else ""
        answers = {application.pk: said}
        try:
            return interests.declare(mine, Person.objects.get(pk=person.pk), answers)
        except MoveBlocked as blocked:
            return blocked

    at_once(click)

    answer = InterestAnswer.objects.get()
    assert Recusal.objects.count() == int(bool(answer.nature))


def test_found_by_eight_it_is_one_suspicion(sitting, application):
    person = MemberFactory(sitting=sitting).person
    AffiliationFactory(person=person, organisation=application.organisation)

    at_once(lambda _n: conflicts.notice(Sitting.objects.get(pk=sitting.pk)))

    assert Recusal.objects.get().state == "suspected"


def test_confirmed_and_rejected_at_once_it_is_one_of_the_two(sitting, application):
    chair = MemberFactory(sitting=sitting, chair=True).person
    person = MemberFactory(sitting=sitting).person
    AffiliationFactory(person=person, organisation=application.organisation)
    (found,) = conflicts.notice(sitting)

    def click(number):
        mine, by = Recusal.objects.get(pk=found.pk), Person.objects.get(pk=chair.pk)
        if number % 2:
            return interests.confirm(mine, by=by)
        return interests.reject(mine, by=by, reason="Un homonyme.")

    answers = at_once(click)

    assert len(won(answers)) == 1
    assert Recusal.objects.get().state in {"in_force", "rejected"}


def test_a_question_is_answered_by_one_of_eight(sitting, application):
    person = MemberFactory(sitting=sitting).person
    free(application, person)
    question = reviews.ask(application, "Est-ce sign\u00e9\u202f?", by=person)
    by = application.rapporteur_id

    def click(number):
        mine = application.questions.get(pk=question.pk)
        try:
            return reviews.answer(mine, f"Oui {number}.", by=Person.objects.get(pk=by))
        except MoveBlocked as blocked:
            return blocked

    answers = at_once(click)

    assert sum(not isinstance(one, MoveBlocked) for one in answers) == 1
