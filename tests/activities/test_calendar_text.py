"""What stands in a calendar file, byte by byte, whatever somebody typed."""

import re

import pytest
from icalendar import Calendar

from agency.activities import calendar
from agency.activities.services import sessions
from agency.activities.states import SessionState
from agency.core.clock import travel
from tests.activities.factories import (
    ActivityFactory,
    PracticeCycleFactory,
    SessionFactory,
    VenueFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
CONTROLS = "".join(map(chr, [*range(9), 11, *range(14, 32), 127, 0x85, 0x202E, 0x2066]))


def event_of(content):
    (event,) = Calendar.from_ical(content).walk("VEVENT")
    return event


def titled(title):
    """The file of an unsaved session: no database refuses what it is called."""
    session = SessionFactory()
    session.activity.title = title
    return calendar.file([session])


@pytest.mark.parametrize("sign", ["é", "\N{ROLLING ON THE FLOOR LAUGHING}", "\u202f"])
@pytest.mark.parametrize("before", range(52, 70))
def test_no_line_is_cut_inside_a_character(sign, before):
    content = titled("a" * before + sign * 80)

    lines = content.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() for line in lines[:-1])
    if sign != "\u202f":
        assert event_of(content)["summary"] == "a" * before + sign * 80


def test_title_of_three_hundred_characters_comes_back_whole():
    title = ("Écrire, produire ; diffuser \\ partager : " * 10)[:300].strip()

    assert event_of(titled(title))["summary"] == title


def test_every_line_ends_as_the_standard_says():
    content = calendar.file(SessionFactory.create_batch(3))

    assert content.endswith(b"END:VCALENDAR\r\n")
    assert not re.search(rb"[^\r]\n|\r[^\n]", content)


def test_control_characters_are_left_out():
    content = titled(f"Groupe{CONTROLS} de\r\nEND:VEVENT\r\nBEGIN:VEVENT\ttravail")

    assert event_of(content)["summary"] == "Groupe de END:VEVENT BEGIN:VEVENT travail"
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", content)


def test_session_without_place_and_place_without_address():
    nowhere = SessionFactory(venue=None)
    bare = SessionFactory(venue=VenueFactory(address="", postal_code="", city="Dijon"))

    assert "location" not in event_of(calendar.file([nowhere]))
    assert event_of(calendar.file([bare]))["location"] == f"{bare.venue.name}, Dijon"


def test_online_session_leads_to_its_page():
    session = SessionFactory(remote=True)

    event = event_of(calendar.file([session]))

    assert event["location"] == "à distance"
    assert session.activity.get_absolute_url() in event["description"]
    assert "30 minutes avant" in event["description"]


def test_sealed_session_is_described_in_general_terms():
    cycle = PracticeCycleFactory(title="Cycle")
    session = SessionFactory(activity=cycle, title="SUJET", remote=True)

    event = event_of(calendar.file([session]))

    assert event["summary"] == "Cycle"
    assert "SUJET" not in event.to_ical().decode()


# -- cancelled, taken back ----------------------------------------------------------
def test_whatever_does_not_take_place_says_so_first():
    session = SessionFactory(activity=ActivityFactory(title="Groupe"))
    session.state = "another state that is neither planned nor held"

    event = event_of(calendar.file([session]))

    assert event["status"] == "CANCELLED"
    assert event["transp"] == "TRANSPARENT"
    assert event["summary"].endswith("\u202f: Groupe")
    assert not event.walk("VALARM")


@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.HELD])
def test_what_takes_place_is_confirmed(state):
    event = event_of(calendar.file([SessionFactory(state=state)]))

    assert (event["status"], event["transp"]) == ("CONFIRMED", "OPAQUE")


def test_session_is_taken_back_from_one_person():
    session, person = SessionFactory(sequence=2), PersonFactory()

    content = calendar.file([session], attendee=person, method="CANCEL")

    event = event_of(content)
    assert Calendar.from_ical(content)["method"] == "CANCEL"
    assert (event["status"], event["sequence"]) == ("CANCELLED", 2)
    assert event["attendee"] == f"mailto:{person.email}"
    assert event["organizer"].startswith("mailto:")
    assert not event.walk("VALARM")


# -- what grows, what stays ----------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("starts_at", None),
        ("room", "Salle 2"),
        ("title", "Autre titre"),
        ("format", "hybrid"),
        ("venue", None),
    ],
)
def test_sequence_grows_with_what_calendars_show(name, value):
    session = SessionFactory()
    before = event_of(calendar.file([session]))
    if name == "starts_at":
        value = session.starts_at.replace(hour=7)
    setattr(session, name, value)

    sessions.save_session(session)

    session.refresh_from_db()
    after = event_of(calendar.file([session]))
    assert after["sequence"] == before["sequence"] + 1
    assert after["uid"] == before["uid"]


def test_sequence_grows_when_it_is_cancelled_and_not_for_the_rest(officer):
    session = SessionFactory()
    session.documents_text = "À lire"
    sessions.save_session(session)
    session.refresh_from_db()
    assert session.sequence == 0

    sessions.cancel_session(session, by=officer)

    assert event_of(calendar.file([session]))["sequence"] == 1


def test_empty_calendar_is_one_all_the_same():
    content = calendar.Feed([], name="Mes dates").drawn()

    (zone,) = Calendar.from_ical(content).walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/Paris"


def test_feed_says_how_often_to_come_back():
    content = calendar.Feed([], name="Mes dates").drawn()

    assert b"METHOD:PUBLISH\r\n" in content
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT2H\r\n" in content
    assert b"X-PUBLISHED-TTL:PT2H\r\n" in content
    assert b"X-WR-CALNAME:Mes dates\r\n" in content


def test_print_of_a_feed_changes_with_what_it_says_and_not_with_the_hour():
    session = SessionFactory()
    first = calendar.Feed([calendar.Line(session)], name="A")
    with travel(session.starts_at):
        later = calendar.Feed([calendar.Line(session)], name="A")
    rings = calendar.Feed([calendar.Line(session)], name="A", alarm=True)
    session.sequence += 1
    moved = calendar.Feed([calendar.Line(session)], name="A")

    assert first.etag == later.etag
    assert len({first.etag, rings.etag, moved.etag}) == 3
