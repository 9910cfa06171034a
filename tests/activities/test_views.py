"""Registering on the site, and what one sees of one's own."""

import pytest
from django.urls import reverse

from agency.activities.models import Enrolment
from agency.activities.services import enrolments
from agency.activities.services.expected import expect
from agency.activities.states import ActivityState, EnrolmentState
from agency.core.clock import paris
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def address(activity):
    return reverse("activities:enrolment-create", args=[activity.slug])


@pytest.fixture
def person(client):
    person = PersonFactory()
    client.force_login(person)
    return person


def test_visitor_is_led_to_sign_in_and_back(client):
    activity = ActivityFactory()

    answer = client.get(address(activity))

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next={address(activity)}")


def test_one_press_registers(client, person):
    affiliation = AffiliationFactory(person=person)
    activity = ActivityFactory()
    SessionFactory(activity=activity)

    answer = client.post(address(activity), {"affiliation": affiliation.pk})

    enrolment = Enrolment.objects.get()
    assert answer["Location"] == enrolment.get_absolute_url()
    assert (enrolment.person, enrolment.affiliation) == (person, affiliation)
    assert enrolment.state == EnrolmentState.CONFIRMED


def test_affiliation_of_somebody_else_is_refused(client, person):
    AffiliationFactory(person=person)
    other = AffiliationFactory()
    activity = ActivityFactory()

    answer = client.post(address(activity), {"affiliation": other.pk})

    assert answer.status_code == 200
    assert not Enrolment.objects.exists()


def test_second_press_leads_to_the_enrolment_there_is(client, person):
    activity = ActivityFactory()
    client.post(address(activity))

    answer = client.post(address(activity))

    assert answer["Location"] == Enrolment.objects.get().get_absolute_url()


def test_last_seat_gone_while_the_form_was_open_is_said(client, person):
    activity = ActivityFactory(capacity=1, waiting_list=False)
    client.get(address(activity))
    enrolments.register(activity, person=PersonFactory())

    page = client.post(address(activity))

    assert page.status_code == 200
    assert "Il ne reste plus de place" in page.text
    assert Enrolment.objects.count() == 1


def test_stranger_does_not_see_somebody_s_enrolment(client, person):
    other = EnrolmentFactory(confirmed=True)

    for name in ("enrolment-detail", "enrolment-withdraw"):
        answer = client.get(reverse(f"activities:{name}", args=[other.uuid]))
        assert answer.status_code == 404


def test_withdrawing_asks_first(client, person):
    enrolment = EnrolmentFactory(person=person, confirmed=True)
    there = reverse("activities:enrolment-withdraw", args=[enrolment.uuid])

    assert client.get(there).status_code == 200
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.CONFIRMED
    client.post(there)
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.WITHDRAWN
    assert client.post(there).status_code == 403 or client.post(there).url


@pytest.mark.parametrize("state", [s for s in ActivityState if s != "draft"], ids=str)
def test_activity_page_tells_each_state(client, state):
    activity = ActivityFactory(state=state)
    SessionFactory(activity=activity)

    page = client.get(activity.get_absolute_url())

    assert page.status_code == 200
    assert activity.get_state_display() in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_activity_page_makes_as_many_queries_whatever_its_sessions(
    client, person, count, django_assert_max_num_queries
):
    activity = ActivityFactory()
    for number in range(count):
        SessionFactory(activity=activity, number=number + 1)
    EnrolmentFactory(activity=activity, person=person, confirmed=True)

    # session, user, roles, activity, sessions, enrolment, facilitators
    with django_assert_max_num_queries(9):
        client.get(activity.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_enrolment_page_makes_as_many_queries_whatever_its_sessions(
    client, person, count, django_assert_max_num_queries
):
    activity = ActivityFactory()
    sessions = [SessionFactory(activity=activity) for _one in range(count)]
    enrolment = EnrolmentFactory(activity=activity, person=person, confirmed=True)
    expect(enrolment, sessions=sessions)

    # 9, the next date for changes, application, answers, needs
    with django_assert_max_num_queries(13):
        client.get(enrolment.get_absolute_url())


def test_remote_link_is_not_on_the_public_page(client):
    activity = ActivityFactory()
    SessionFactory(activity=activity, remote=True)

    assert "visio.example" not in client.get(activity.get_absolute_url()).text


def test_calendar_of_an_activity_carries_no_link_of_a_room(client):
    activity = ActivityFactory()
    SessionFactory(activity=activity, remote=True)

    answer = client.get(reverse("activities:activity-calendar", args=[activity.slug]))

    assert answer["Content-Type"] == "text/calendar"
    assert "visio.example" not in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("announced", "Les inscriptions ne sont pas encore ouvertes."),
        ("running", "Cette activité a commencé\u202f: on ne s’y inscrit plus."),
        ("closed", "Les inscriptions sont closes."),
    ],
)
def test_page_says_why_nobody_registers_now(client, state, said):
    activity = ActivityFactory(state=state)

    assert said in client.get(activity.get_absolute_url()).text


def test_what_is_over_speaks_of_no_seat(client):
    activity = ActivityFactory(completed=True, capacity=12)

    page = client.get(activity.get_absolute_url()).text

    assert "Termin\u00e9e" in page
    assert (
        "place" not in page.partition('class="stick flow"')[2].partition("</aside>")[0]
    )


def test_full_room_says_that_a_seat_may_come_back(client):
    activity = ActivityFactory(capacity=1, waiting_list=False)
    EnrolmentFactory(activity=activity, confirmed=True)

    page = client.get(activity.get_absolute_url()).text

    assert "Si une place se lib\u00e8re, elle s\u2019affichera ici." in page


def test_sessions_that_are_over_stand_folded_after_those_to_come(client):
    activity = ActivityFactory(running=True)
    for number in range(4):
        SessionFactory(activity=activity, held=True, number=number + 1)
    coming = SessionFactory(activity=activity, starts_in=9, number=5)

    page = client.get(activity.get_absolute_url()).text

    shown, folded = page.split('<details class="held">')
    assert shown.count("date--l") == 1
    assert f'datetime="{paris(coming.starts_at):%Y-%m-%d}"' in shown
    assert "Voir les quatre s\u00e9ances pass\u00e9es" in folded
    assert folded.count("date--l") == 4


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("announced", "Les inscriptions ne sont pas encore ouvertes."),
        ("closed", "Les inscriptions sont closes."),
        ("running", "Cette activité a commencé\u202f: on ne s’y inscrit plus."),
        ("completed", "Cette activité est terminée."),
        ("cancelled", "Cette activité est annulée."),
    ],
)
def test_form_says_why_it_registers_nobody(client, person, state, said):
    page = client.get(address(ActivityFactory(**{state: True})))

    assert said in page.text
    assert "<form class" not in page.text
