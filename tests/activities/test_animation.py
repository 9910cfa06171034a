"""The workspace of facilitators: their sessions and no other, the tablet, the sheet."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from agency.activities.models import (
    Attendance,
    CharterSignature,
    Session,
)
from agency.activities.states import ParticipationState, SessionState
from agency.core.clock import travel
from tests.activities.animated import INDEX, pages, url
from tests.activities.factories import (
    AccessNeedFactory,
    ActivityFactory,
    AttendanceFactory,
    AttendanceSheetFactory,
    CharterFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
    publish,
)
from tests.activities.mornings import at, morning, one_of
from tests.documents.reading import words
from tests.people.factories import AffiliationFactory, PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    with travel(at(9, 40)):
        yield


@pytest.fixture
def session():
    return morning()


@pytest.fixture
def leader(session):
    """Somebody who leads the activity of ``session``."""
    person = PersonFactory(given_name="Nour", family_name="Belkacem")
    FacilitatorFactory(activity=session.activity, person=person)
    return person


@pytest.fixture
def led(client, leader):
    client.force_login(leader)
    return client


# --- Who finds what ------------------------------------------------------------
def test_facilitator_finds_their_sessions_and_no_other(led, session):
    other = morning(1, activity=ActivityFactory(title="Le groupe des autres"))

    page = led.get(INDEX)

    assert session.activity.title in page.text
    assert "Le groupe des autres" not in page.text
    assert led.get(url("session", session)).status_code == 200
    assert {led.get(one).status_code for one in pages(other)} == {404}


@pytest.mark.parametrize("role", ["officer", "direction", "superuser"])
def test_no_role_opens_the_workspace_of_a_sealed_group(client, role):
    session = morning(1, activity=PracticeCycleFactory())
    client.sign_in(PersonFactory(**{role: True}))

    assert {client.get(one).status_code for one in pages(session)} == {404}


def test_role_given_afterwards_closes_a_sealed_room(client):
    session = morning(1, activity=PracticeCycleFactory())
    person = FacilitatorFactory(activity=session.activity).person
    RoleFactory(person=person, role="officer")
    client.sign_in(person)

    assert client.get(url("session", session)).status_code == 404


def test_facilitator_removed_mid_cycle_loses_every_page_at_once(led, session, leader):
    one = one_of(session)
    assert led.get(url("session", session)).status_code == 200

    leader.facilitations.all().delete()

    assert {led.get(page).status_code for page in pages(session)} == {404}
    assert session.activity.title not in led.get(INDEX).text
    # Two tabs were open: what they send writes nothing.
    key = f"{one.pk}-morning"
    note = led.post(url("session", session), {"do": "note", key: "present"})
    sign = led.post(url("sign", session, one.pk, "morning"))
    assert (note.status_code, sign.status_code) == (404, 404)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(("days", "status"), [(59, 200), (61, 404)])
def test_access_ends_sixty_days_after_the_last_session(led, session, days, status):
    SessionFactory(
        activity=session.activity,
        state=SessionState.CANCELLED,
        starts_at=at(9) + timedelta(days=300),
        ends_at=at(12) + timedelta(days=300),
    )
    with travel(at(12, 30) + timedelta(days=days)):
        led.force_login(session.activity.facilitators.get().person)

        assert led.get(url("session", session)).status_code == status


def test_activity_without_dates_is_led_until_it_is_over(client):
    person = FacilitatorFactory().person
    ended = FacilitatorFactory(activity__cancelled=True).person

    client.force_login(person)
    assert "Aucune séance n’est encore fixée." in client.get(INDEX).text
    client.force_login(ended)
    assert "Vous n’animez pas de séance." in client.get(INDEX).text


def test_menu_names_the_workspace_to_those_who_lead_alone(led, client):
    assert ">Animation</a>" in led.get(reverse("people:personal-data")).text

    client.force_login(PersonFactory())
    assert ">Animation</a>" not in client.get(reverse("people:personal-data")).text


def test_undertaking_comes_first(led, session, leader):
    charter = CharterFactory(use="facilitator")
    pages_of = [INDEX, url("session", session), url("tablet", session)]

    for page in pages_of:
        back = urlencode({"next": page})
        assert led.get(page).headers["Location"] == f"/animation/engagement/?{back}"
    refused = led.post(url("session", session), {"do": "fill"})
    assert refused.status_code == 302
    assert not Attendance.objects.exists()

    version = charter.in_force()
    CharterSignature.objects.create(
        person=leader,
        version=version,
        typed_name=leader.full_name,
        sha256=version.sha256,
    )
    assert {led.get(page).status_code for page in pages_of} == {200}


def test_new_version_of_the_undertaking_is_signed_anew(led, session, leader):
    charter = CharterFactory(use="facilitator")
    first = charter.in_force()
    CharterSignature.objects.create(person=leader, version=first, typed_name="Nour B.")
    assert led.get(INDEX).status_code == 200

    with travel(at(9, 50)):
        second = charter.versions.create(number=2, introduction="Autrement.")
        publish(second)

    assert led.get(INDEX).status_code == 302


# --- One session ---------------------------------------------------------------
def test_roster_says_names_and_organisations_and_nothing_private(led, session):
    need = AccessNeedFactory(
        enrolment=one_of(session).enrolment, text="Une boucle magnétique"
    )
    person = need.enrolment.person
    AffiliationFactory(person=person, organisation__name="Compagnie du Fleuve")
    EnrolmentFactory(
        activity=session.activity, waitlisted=True, person__family_name="Attendant"
    )

    for page in ("session", "tablet", "paper"):
        answer = led.get(url(page, session))
        text = words(answer.content) if page == "paper" else answer.text
        assert person.family_name in text
        assert "Compagnie du Fleuve" in text
        assert person.email not in text
        assert "boucle magnétique" not in text
        assert "Attendant" not in text


def test_those_excused_are_listed(led, session):
    ParticipationFactory(
        session=session,
        person__family_name="Excoffier",
        state=ParticipationState.EXCUSED,
        excused_at=at(8, day=13),
    )

    page = led.get(url("session", session)).text

    assert "Excusé·es" in page
    assert "a prévenu le mercredi 13" in page
    assert "2 personnes attendues, 1 excusée" in led.get(INDEX).text


@pytest.mark.parametrize("count", [1, 3, 20])
def test_pages_ask_as_much_however_many_people(led, count, django_assert_num_queries):
    session = morning(0, activity=Session.objects.first().activity)
    for _one in range(count):
        person = AffiliationFactory().person
        AttendanceFactory(
            participation=ParticipationFactory(session=session, person=person)
        )
    AttendanceSheetFactory(session=session)

    for name, most in (("session", 10), ("tablet", 8), ("paper", 10)):
        with django_assert_num_queries(most):
            assert led.get(url(name, session)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_much_however_many_sessions(
    led, leader, count, django_assert_num_queries
):
    for _one in range(count):
        FacilitatorFactory(activity=morning(1).activity, person=leader)

    with django_assert_num_queries(5):
        page = led.get(INDEX)

    assert page.text.count("Séance 1") == count + 1
