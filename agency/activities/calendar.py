"""Calendar files (RFC 5545), written by the ``icalendar`` library."""

from datetime import date, timedelta
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from agency.activities.states import SessionState
from agency.core.clock import PARIS, now, paris

PRODUCT = "-//Plateau//FR"
EVENT = b"BEGIN:VEVENT"


def uid(session):
    """Stable for ever: a calendar that has the session finds it again."""
    return f"session-{session.uuid}@{urlsplit(settings.SITE_URL).hostname}"


def file(sessions, *, attendee=None):
    """The bytes of one calendar with those sessions, in Paris time with its rules.

    With an ``attendee`` it is a request of the agency to that person (RFC 5546),
    without one it is only published.

    Nothing of a sealed session but its activity, its date and its place; never the
    link of an online room: the file carries the address of the page instead.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if attendee else "PUBLISH")
    sessions = list(sessions)
    for session in sessions:
        calendar.add_component(_event(session, attendee))
    written = calendar.to_ical()
    if not sessions:
        return written
    first = min(session.starts_at for session in sessions).year
    last = max(session.ends_at for session in sessions).year
    return written.replace(EVENT, _timezone(first, last) + EVENT, 1)


@cache
def _timezone(first, last):
    """The rules of Paris for those years and one more on each side, worked out once."""
    rules = Timezone.from_tzinfo(
        PARIS,
        "Europe/Paris",
        first_date=date(first - 1, 1, 1),
        last_date=date(last + 2, 1, 1),
    )
    return rules.to_ical()


def _event(session, attendee):
    event = Event()
    event.add("uid", uid(session))
    event.add("sequence", session.sequence)
    event.add("dtstamp", now())
    event.add("dtstart", paris(session.starts_at))
    event.add("dtend", paris(session.ends_at))
    event.add("summary", _summary(session))
    event.add("status", _status(session))
    address = reverse("activities:activity-detail", args=[session.activity.slug])
    event.add("url", f"{settings.SITE_URL}{address}")
    if session.venue:
        event["location"] = vText(_location(session))
    if attendee:
        event["organizer"] = _address(settings.AGENCY["email"], settings.AGENCY["name"])
        event["attendee"] = _address(attendee.email, attendee.full_name)
    event.add_component(_reminder(session))
    return event


def _address(email, name):
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address


def _summary(session):
    if session.public_title:
        return f"{session.activity.title} \u2013 {session.public_title}"
    return session.activity.title


def _status(session):
    cancelled = session.state == SessionState.CANCELLED
    return "CANCELLED" if cancelled else "CONFIRMED"


def _location(session):
    venue = session.venue
    town = f"{venue.postal_code} {venue.city}".strip()
    parts = (venue.name, session.room, venue.address, town)
    return ", ".join(part for part in parts if part)


def _reminder(session):
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(session))
    alarm.add("trigger", timedelta(days=-1))
    return alarm
