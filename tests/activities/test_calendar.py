"""Calendar files that other people's calendars understand."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar

from agency.activities import calendar
from agency.activities.states import SessionState
from agency.core.clock import PARIS, travel
from tests.activities.factories import ActivityFactory, SessionFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def events(content):
    return Calendar.from_ical(content).walk("VEVENT")


def test_session_has_a_stable_uid_and_its_sequence():
    session = SessionFactory(sequence=3)

    first = events(calendar.file([session]))[0]
    second = events(calendar.file([session]))[0]

    assert first["uid"] == second["uid"]
    assert first["sequence"] == 3
    assert str(session.uuid) in first["uid"]


@pytest.mark.parametrize(
    ("month", "day", "offset"), [(3, 27, 1), (3, 28, 2), (10, 30, 2), (10, 31, 1)]
)
def test_hours_are_those_of_paris_on_both_sides_of_a_clock_change(month, day, offset):
    starts = datetime(2027, month, day, 9, 30, tzinfo=PARIS)
    ends = datetime(2027, month, day, 12, 30, tzinfo=PARIS)
    session = SessionFactory(starts_at=starts, ends_at=ends)

    event = events(calendar.file([session]))[0]

    start = event.decoded("dtstart")
    assert (start.hour, start.utcoffset().total_seconds()) == (9, offset * 3600)
    assert b"BEGIN:VTIMEZONE" in calendar.file([session])


def test_cancelled_session_says_so():
    session = SessionFactory(state=SessionState.CANCELLED)

    assert events(calendar.file([session]))[0]["status"] == "CANCELLED"


def test_lines_are_folded_and_end_as_the_standard_says():
    activity = ActivityFactory(title="É" * 290)
    content = calendar.file([SessionFactory(activity=activity)])

    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_sealed_session_says_neither_its_subject_nor_its_link():
    activity = ActivityFactory(confidentiality="sealed")
    session = SessionFactory(
        activity=activity, title="SUJET", remote_url="https://visio.example/SECRET"
    )

    content = calendar.file([session], attendee=PersonFactory())

    assert b"SUJET" not in content
    assert b"SECRET" not in content


def test_request_names_the_agency_and_the_person():
    person = PersonFactory(given_name="Léa", family_name="O’Neill")

    content = calendar.file([SessionFactory()], attendee=person)

    event = events(content)[0]
    assert Calendar.from_ical(content)["method"] == "REQUEST"
    assert event["attendee"] == f"mailto:{person.email}"
    assert event["organizer"].startswith("mailto:")


def test_the_moment_of_writing_is_that_of_each_file(clock_turned):
    session = SessionFactory(activity=ActivityFactory(title="DTSTAMP:19700101T000000Z"))

    first, second = (clock_turned(hour, session) for hour in (9, 10))

    assert first["dtstamp"].dt == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert second["dtstamp"].dt == datetime(2026, 11, 2, 10, tzinfo=UTC)
    assert first["summary"].startswith("DTSTAMP:19700101T000000Z")


@pytest.fixture
def clock_turned():
    """The event of a session as it is written on that day at that hour."""

    def written(hour, session):
        with travel(datetime(2026, 11, 2, hour, tzinfo=UTC)):
            return events(calendar.file([session]))[0]

    return written
