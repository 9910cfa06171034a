"""Members are told once that files are open, then seven, three and one day before."""

from datetime import timedelta

import pytest

from agency.core.clock import now, travel
from agency.mail import reminders
from agency.mail.models import OutgoingEmail
from grants.models import Sitting
from grants.services import review_reminders, reviews
from tests.grants.commission import (
    DAY,
    MemberFactory,
    free,
    in_review,
    presented,
    tied,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def by_day():
    """Nobody is written to at night."""
    with travel(now().replace(hour=11, minute=0)):
        yield


@pytest.fixture
def sitting():
    return in_review()


@pytest.fixture
def application(sitting):
    return presented(sitting)


def sent(template):
    rows = OutgoingEmail.objects.filter(template=f"grants/emails/{template}")
    return set(rows.values_list("to", flat=True))


def test_every_member_is_told_once_that_files_are_open(sitting, application):
    people = [
        MemberFactory(sitting=sitting).person,
        MemberFactory(sitting=sitting, consultative=True).person,
    ]
    MemberFactory(sitting=sitting, ends_on=(now() - DAY).date())

    for _again in range(2):
        reminders.run()

    assert sent("reviews_open") == {one.email for one in people}
    rows = OutgoingEmail.objects.filter(template="grants/emails/reviews_open")
    assert rows.count() == 2


def test_without_a_file_nobody_is_told(sitting):
    MemberFactory(sitting=sitting)

    reminders.run()

    assert not OutgoingEmail.objects.exists()


def test_only_who_has_something_left_is_reminded(sitting, application):
    done, left, back, adviser, drafting = (
        MemberFactory(sitting=sitting, **traits).person
        for traits in ({}, {}, {}, {"consultative": True}, {})
    )
    for one in (done, drafting):
        free(application, one)
        words = {"opinion": "abstain", "suggested": None, "comment": ""}
        reviews.save(
            reviews.begin(application, one),
            words,
            {},
            version=0,
            revision=1,
            hand_in=one == done,
        )
    tied(application, back)
    Sitting.objects.update(review_closes_at=now() + 2 * DAY)

    reminders.run()

    assert sent("review_reminder") == {left.email, drafting.email}
    assert adviser.email not in sent("review_reminder")


def test_who_may_read_nothing_under_the_strict_option_is_not_reminded(
    sitting, application
):
    person = MemberFactory(sitting=sitting).person
    rival = presented(sitting, rules=application.rules)
    free(rival, person)
    tied(application, person, "employment")
    assert review_reminders.with_something_left(sitting) == [person]

    Sitting.objects.update(strict=True)
    sitting.refresh_from_db()

    assert review_reminders.with_something_left(sitting) == []


@pytest.mark.parametrize(
    ("left", "stage"),
    [
        (timedelta(minutes=30), None),
        (timedelta(hours=20), "1"),
        (2 * DAY, "3"),
        (5 * DAY, "7"),
        (12 * DAY, None),
    ],
)
def test_seven_three_and_one_day_before(sitting, application, left, stage):
    Sitting.objects.update(review_closes_at=now() + left)

    found = [one.stage for one in review_reminders.closing()]

    assert found == ([stage] if stage else [])


def test_a_question_reaches_the_rapporteur_and_its_answer_whoever_asked(
    sitting, application
):
    person = MemberFactory(sitting=sitting).person
    free(application, person)

    question = reviews.ask(application, "Est-ce signé ?", by=person)
    assert sent("member_question") == {application.rapporteur.email}
    reviews.answer(question, "Oui.", by=application.rapporteur)

    assert sent("member_answer") == {person.email}
    for one in OutgoingEmail.objects.all():
        assert "Est-ce signé" not in one.text
