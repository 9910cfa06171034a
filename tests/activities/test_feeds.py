"""One's own dates, at an address that only its owner was given."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.models import Session
from agency.activities.services import (
    enrolments,
    excuses,
    feeds,
    postponing,
    sessions,
)
from agency.activities.services.expected import expect
from agency.core.clock import now, travel
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.activities.subscribed import YEAR, awaited, events, path_of, read
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    """Somebody who has an address, and no date yet."""
    somebody = PersonFactory()
    feeds.open_feed(somebody)
    return somebody


# -- what stands in it ---------------------------------------------------------------
def test_session_leads_to_one_s_own_page(client, person):
    participation = awaited(person)

    event = events(client, person)["Groupe"]

    assert event["url"].endswith(participation.enrolment.get_absolute_url())
    assert event["status"] == "CONFIRMED"
    assert "attendee" not in event
    assert "organizer" not in event


@pytest.mark.parametrize(
    "state", ["waitlisted", "offered", "under_review", "accepted", "refused"]
)
def test_who_has_no_seat_has_no_date(client, person, state):
    session = SessionFactory()
    enrolment = EnrolmentFactory(
        activity=session.activity, person=person, **{state: True}
    )
    ParticipationFactory(session=session, person=person, enrolment=enrolment)

    assert events(client, person) == {}


def test_dates_of_others_are_not_one_s_own(client, person):
    awaited(PersonFactory())

    assert events(client, person) == {}


def test_date_goes_with_the_enrolment(client, person):
    participation = awaited(person)
    assert events(client, person)

    enrolments.withdraw(participation.enrolment, by=person)

    assert events(client, person) == {}


def test_excused_stays_without_taking_the_time(client, person):
    excuses.excuse(awaited(person), by=person)
    feeds.remind(person, alarm=True)

    event = events(client, person)["Excusé·e\u202f: Groupe"]

    assert (event["transp"], event["status"]) == ("TRANSPARENT", "CONFIRMED")
    assert not event.walk("VALARM")


def test_cancelled_stays_a_while_marked_as_such(client, person, officer):
    session = awaited(person).session

    sessions.cancel_session(session, by=officer)

    event = events(client, person)["Annulée\u202f: Groupe"]
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    with travel(session.starts_at + feeds.CANCELLED_KEPT + timedelta(minutes=1)):
        assert events(client, person) == {}


def test_postponed_stays_marked_and_the_new_date_joins_it(client, person, officer):
    session = awaited(person).session
    later = {"starts_at": session.starts_at + YEAR, "ends_at": session.ends_at + YEAR}

    postponing.postpone(session, by=officer, **later)

    found = events(client, person)
    old = found["Reportée\u202f: Groupe"]
    assert (old["status"], old["sequence"]) == ("CANCELLED", 1)
    assert found["Groupe"]["dtstart"].dt == later["starts_at"]
    assert found["Groupe"]["uid"] != old["uid"]


def test_past_stays_for_a_year(client, person):
    session = awaited(person).session

    with travel(session.ends_at + timedelta(days=360)):
        assert events(client, person)
    with travel(session.ends_at + feeds.PAST_KEPT + timedelta(minutes=1)):
        assert events(client, person) == {}


def test_whoever_leads_finds_what_they_lead_once(client, person):
    activity = ActivityFactory(title="Mené")
    FacilitatorFactory(activity=activity, person=person)
    led = awaited(person, activity=activity).session
    SessionFactory(title="d’autres")

    found = events(client, person)

    assert list(found) == ["Mené"]
    page = reverse("activities:animation-session", args=[led.uuid])
    assert found["Mené"]["url"].endswith(page)


def test_sealed_session_says_its_activity_alone(client, person):
    cycle = PracticeCycleFactory(title="Cycle")
    awaited(person, activity=cycle, title="SUJET", remote=True)

    content = read(client, person).text

    assert list(events(client, person)) == ["Cycle"]
    assert "SUJET" not in content
    assert "visio.example" not in content


def test_online_is_said_of_those_who_take_part_online(client, person):
    there = awaited(person, "Sur place", format="hybrid")
    here = awaited(person, "À distance", format="hybrid")
    type(here).objects.filter(pk=here.pk).update(mode="remote")

    found = events(client, person)

    assert there.session.venue.name in found["Sur place"]["location"]
    assert found["À distance"]["location"] == "à distance"


def test_alarm_is_the_person_s_choice(client, person):
    awaited(person)
    assert not events(client, person)["Groupe"].walk("VALARM")

    feeds.remind(person, alarm=True)

    (alarm,) = events(client, person)["Groupe"].walk("VALARM")
    assert alarm["trigger"].dt == timedelta(days=-1)


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow(client, person, count, django_assert_num_queries):
    for _n in range(count):
        awaited(person)
    read(client, person)  # the day of its use is noted

    # The feed; the roles of its person, what they lead, where they are awaited; the
    # sessions, their activities, their places.
    path = path_of(person)
    with django_assert_num_queries(7):
        client.get(path)


def test_a_thousand_sessions(client, person):
    activity = ActivityFactory()
    enrolment = EnrolmentFactory(activity=activity, person=person, confirmed=True)
    start = now()
    rows = Session.objects.bulk_create(
        Session(
            activity=activity,
            number=n,
            starts_at=start + timedelta(hours=n),
            ends_at=start + timedelta(hours=n + 1),
        )
        for n in range(1000)
    )
    expect(enrolment, sessions=rows)

    content = read(client, person).content

    assert content.count(b"BEGIN:VEVENT") == 1000
