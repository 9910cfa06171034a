"""Whoever subscribes to their dates, for the tests of feeds."""

from datetime import timedelta

from icalendar import Calendar

from agency.activities.services import (
    feeds,
)
from agency.activities.services.expected import expect
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)

YEAR = timedelta(days=366)


def path_of(person):
    return feeds.address(feeds.of(person)).removeprefix("http://localhost:8000")


def read(client, person, **headers):
    return client.get(path_of(person), headers=headers)


def events(client, person):
    """{title: event} of the feed as a calendar receives it."""
    response = read(client, person)
    assert response.status_code == 200
    found = Calendar.from_ical(response.content).walk("VEVENT")
    return {str(event["summary"]): event for event in found}


def awaited(person, title="Groupe", **how):
    """A session at which ``person`` is expected, through a confirmed enrolment."""
    activity = how.pop("activity", None) or ActivityFactory(title=title)
    session = SessionFactory(activity=activity, **how)
    enrolment = EnrolmentFactory(activity=activity, person=person, confirmed=True)
    expect(enrolment, sessions=[session])
    return enrolment.participations.get()
