"""Calendar files (RFC 5545), written by the ``icalendar`` library."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vDatetime, vText

from agency.activities.models import Session
from agency.activities.states import SessionState
from agency.core.clock import PARIS, now, paris, today

PRODUCT = "-//Plateau//FR"
END = b"END:VCALENDAR"
# A whole line: no text that somebody typed can spell its ends.
STAMP = b"\r\nDTSTAMP:19700101T000000Z\r\n"
# Raised when events are drawn otherwise: calendars that kept the former ones ask again.
DRAWING = 1
# How often a calendar that subscribes is asked to come back.
REFRESH = "PT2H"
# Whatever else befalls a session, calendars are told that it does not take place.
ON = (SessionState.PLANNED, SessionState.HELD)
# Control characters, and those that turn the direction of what follows.
UNSAFE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# Those that break a line; the no-break spaces of French stay.
SPACES = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True)
class Line:
    """A session in somebody's calendar.

    ``path`` leads to the page that it opens there; ``online`` and ``excused`` say how
    this person takes part.
    """

    session: Session
    path: str = ""
    online: bool = False
    excused: bool = False


def uid(session):
    """Stable for ever: a calendar that has the session finds it again."""
    return f"session-{session.uuid}@{urlsplit(settings.SITE_URL).hostname}"


def file(sessions, *, attendee=None, method=""):
    """The bytes of one calendar with those sessions, in Paris time with its rules.

    With an ``attendee`` it is a request of the agency to that person (RFC 5546), or
    what takes the sessions back when ``method`` is CANCEL; without one it is only
    published.

    Nothing of a sealed session but its activity, its date and its place; never the
    link of an online room: the file carries the address of the page instead.
    """
    method = method or ("REQUEST" if attendee else "PUBLISH")
    facts = [
        _facts(Line(session), attendee=attendee, cancel=method == "CANCEL", alarm=True)
        for session in sessions
    ]
    return _written(facts, method)


def published(lines):
    """The bytes of a file for whoever has those ``lines``, to be opened once."""
    return _written([_facts(line, alarm=True) for line in lines], "PUBLISH")


class Feed:
    """A calendar that one subscribes to: drawn only when what it says has changed."""

    def __init__(self, lines, *, name, alarm=False):
        self.name = clean(name)
        self.facts = [_facts(line, alarm=alarm) for line in lines]

    @property
    def etag(self):
        said = repr((DRAWING, self.name, self.facts))
        return f'"{sha256(said.encode()).hexdigest()[:32]}"'

    def drawn(self):
        named = {
            "name": self.name,
            "x-wr-calname": self.name,
            "x-wr-timezone": "Europe/Paris",
            "x-published-ttl": REFRESH,
        }
        return _written(self.facts, "PUBLISH", named)


def _written(facts, method, more=None):
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for name, value in (more or {}).items():
        calendar.add(name, value)
    if more:
        calendar["refresh-interval"] = vText(REFRESH, params={"VALUE": "DURATION"})
    # A calendar holds one component at least: without a date, the rules of this year.
    first = min((one.starts_at for one in facts), default=today()).year
    last = max((one.ends_at for one in facts), default=today()).year
    parts = [_timezone(first, last), *map(_drawn, facts)]
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
    busy: bool
    url: str
    description: str
    location: str
    attendee: tuple
    alarm: bool


def _facts(line, *, attendee=None, cancel=False, alarm=False):
    session = line.session
    path = line.path or reverse(
        "activities:activity-detail", args=[session.activity.slug]
    )
    url = f"{settings.SITE_URL}{path}"
    online = line.online or session.is_remote
    takes_place = session.state in ON and not cancel
    busy = takes_place and not line.excused
    return _Facts(
        uid=uid(session),
        sequence=session.sequence,
        starts_at=paris(session.starts_at),
        ends_at=paris(session.ends_at),
        summary=clean(_summary(line)),
        status="CONFIRMED" if takes_place else "CANCELLED",
        busy=busy,
        url=url,
        description=f"{_link_said()}\n{url}" if online and busy else url,
        location=clean(_("online") if online else _location(session)),
        attendee=(attendee.email, clean(attendee.full_name)) if attendee else (),
        alarm=alarm and busy,
    )


def clean(text):
    """One line, without what a calendar could not read or would read otherwise."""
    return SPACES.sub(" ", UNSAFE.sub("", text)).strip()


def _link_said():
    return _("Online: the link opens on your page, 30 minutes before the start.")


# Everybody who registers for an activity receives the same events.
@lru_cache(maxsize=4096)
def _drawn(facts):
    """The bytes of an event, written at a moment that ``_written`` fills in."""
    event = Event()
    event.add("uid", facts.uid)
    event.add("sequence", facts.sequence)
    event.add("dtstamp", datetime(1970, 1, 1, tzinfo=UTC))
    event.add("dtstart", facts.starts_at)
    event.add("dtend", facts.ends_at)
    event.add("summary", facts.summary)
    event.add("status", facts.status)
    event.add("transp", "OPAQUE" if facts.busy else "TRANSPARENT")
    event.add("url", facts.url)
    event.add("description", facts.description)
    if facts.location:
        event["location"] = vText(facts.location)
    if facts.attendee:
        event["organizer"] = _address(settings.AGENCY["email"], settings.AGENCY["name"])
        event["attendee"] = _address(*facts.attendee)
    if facts.alarm:
        event.add_component(_reminder(facts.summary))
    return event.to_ical()


def _address(email, name):
    address = vCalAddress(f"mailto:{email}")
    address.params["CN"] = vText(name)
    return address


def _summary(line):
    """The title; first what somebody must not miss, as not every calendar shows it."""
    session = line.session
    title = session.activity.title
    if session.public_title:
        title = f"{title} \u2013 {session.public_title}"
    if session.state not in ON:
        state = session.get_state_display()
    elif line.excused:
        state = pgettext("participation", "Excused")
    else:
        return title
    return _("%(state)s: %(title)s") % {"state": state, "title": title}


def _location(session):
    venue = session.venue
    if venue is None:
        return ""
    town = f"{venue.postal_code} {venue.city}".strip()
    parts = (venue.name, session.room, venue.address, town)
    return ", ".join(part for part in parts if part)


def _reminder(summary):
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", timedelta(days=-1))
    return alarm
