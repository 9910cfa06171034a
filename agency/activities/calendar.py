"""Calendar files (RFC 5545), written by the ``icalendar`` library."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vDatetime, vText

from agency.activities.states import SessionState
from agency.core.clock import PARIS, now, paris

PRODUCT = "-//Plateau//FR"
END = b"END:VCALENDAR"
# A whole line: no text that somebody typed can spell its ends.
STAMP = b"\r\nDTSTAMP:19700101T000000Z\r\n"


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
    parts = [_drawn(_facts(session, attendee)) for session in sessions]
    if sessions:
        first = min(session.starts_at for session in sessions).year
        last = max(session.ends_at for session in sessions).year
        parts.insert(0, _timezone(first, last))
    moment = vDatetime(now().astimezone(UTC)).to_ical()
    stamp = b"\r\nDTSTAMP:" + moment + b"\r\n"
    inside = b"".join(parts).replace(STAMP, stamp)
    return calendar.to_ical().replace(END, inside + END)


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


@dataclass(frozen=True)
class _Facts:
    """All that an event says, so that the same event is drawn once."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    status: str
    url: str
    location: str
    attendee: tuple


def _facts(session, attendee):
    address = reverse("activities:activity-detail", args=[session.activity.slug])
    return _Facts(
        uid=uid(session),
        sequence=session.sequence,
        starts_at=paris(session.starts_at),
        ends_at=paris(session.ends_at),
        summary=_summary(session),
        status=_status(session),
        url=f"{settings.SITE_URL}{address}",
        location=_location(session) if session.venue else "",
        attendee=(attendee.email, attendee.full_name) if attendee else (),
    )


# Everybody who registers for an activity receives the same events.
@lru_cache(maxsize=1024)
def _drawn(facts):
    """The bytes of an event, written at a moment that ``file`` fills in."""
    event = Event()
    event.add("uid", facts.uid)
    event.add("sequence", facts.sequence)
    event.add("dtstamp", datetime(1970, 1, 1, tzinfo=UTC))
    event.add("dtstart", facts.starts_at)
    event.add("dtend", facts.ends_at)
    event.add("summary", facts.summary)
    event.add("status", facts.status)
    event.add("url", facts.url)
    if facts.location:
        event["location"] = vText(facts.location)
    if facts.attendee:
        event["organizer"] = _address(settings.AGENCY["email"], settings.AGENCY["name"])
        event["attendee"] = _address(*facts.attendee)
    event.add_component(_reminder(facts.summary))
    return event.to_ical()


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


def _reminder(summary):
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(days=-1))
    return alarm
