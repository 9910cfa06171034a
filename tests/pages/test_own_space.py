"""One's own space: next date, things to do, enrolments, documents."""

import pytest
from django.urls import reverse

from agency.activities.services import convenings
from agency.activities.services.expected import expect
from agency.activities.states import SessionState
from agency.pages import own_space
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db

SPACE = "/mon-espace/"


@pytest.fixture
def person(client):
    person = PersonFactory()
    client.force_login(person)
    return person


def enrolled(person, *days):
    activity = ActivityFactory()
    sessions = [SessionFactory(activity=activity, starts_in=day) for day in days]
    enrolment = EnrolmentFactory(activity=activity, person=person, confirmed=True)
    expect(enrolment, sessions=sessions)
    return enrolment, sessions


def test_space_of_a_newcomer_says_what_will_be_there(client, person):
    page = client.get(SPACE)

    assert page.status_code == 200
    assert page.context["participation"] is None
    assert [task.url for task in page.context["todo"]] == [
        reverse("people:profile-edit")
    ]


def test_somebody_with_an_affiliation_has_nothing_to_complete(client, person):
    AffiliationFactory(person=person)

    assert client.get(SPACE).context["todo"] == []


def test_next_date_is_the_nearest_one_that_is_held(person):
    _enrolment, (near, far) = enrolled(person, 3, 8)
    assert own_space.next_participation(person).session == near

    near.state = SessionState.CANCELLED
    near.save()
    assert own_space.next_participation(person).session == far


def test_convocation_stands_beside_the_next_date_and_opens(client, person):
    _enrolment, (session,) = enrolled(person, 10)
    officer = PersonFactory(officer=True)
    convening = convenings.convene(session, by=officer)
    convenings.make(
        convening.pk, list(convening.convocations.values_list("pk", flat=True))
    )

    page = client.get(SPACE)

    letter = page.context["convocation"]
    assert letter.recipient == person
    assert letter.get_absolute_url() in page.text
    answer = client.get(letter.get_absolute_url())
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    answer.close()


def test_documents_of_others_are_not_shown(client, person):
    other = PersonFactory()
    _enrolment, (session,) = enrolled(other, 10)
    convening = convenings.convene(session, by=PersonFactory(officer=True))
    convenings.make(
        convening.pk, list(convening.convocations.values_list("pk", flat=True))
    )
    letter = convening.convocations.get().document

    assert client.get(SPACE).context["documents"] == []
    assert client.get(letter.get_absolute_url()).status_code == 404


def test_enrolments_that_run_come_before_those_that_ended(person):
    ended = EnrolmentFactory(person=person, withdrawn=True)
    later, _sessions = enrolled(person, 20)
    sooner, _sessions = enrolled(person, 5)

    assert list(own_space.enrolments(person)) == [sooner, later, ended]


@pytest.mark.parametrize("count", [1, 3])
def test_space_makes_as_many_queries_whatever_its_rows(
    client, person, count, django_assert_max_num_queries
):
    for _one in range(count):
        enrolled(person, 5, 9)

    # session, user, roles, next date, what is off, documents, seats kept, undertaking,
    # affiliations, invitations, enrolments, applications to mentoring
    with django_assert_max_num_queries(15):
        client.get(SPACE)
