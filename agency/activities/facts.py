"""What people are told of a session, and what of it has changed since.

Plain values that JSON keeps. A registration tells of the day, the hours and the place;
a letter tells of the agenda too. Of a sealed session neither title nor agenda is told,
so neither can be said to have changed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.utils.translation import gettext as _

from agency.activities.choices import SessionFormat
from agency.core import dates
from agency.core.dates import NBSP

# What makes a change; the name of the place is kept beside its key, to be read.
COMPARED = (
    "starts_at",
    "ends_at",
    "welcome_at",
    "format",
    "venue",
    "room",
    "title",
    "agenda",
)


def calendar(session):
    """What a registration tells, as its calendar file does."""
    venue = session.venue
    facts = {
        "starts_at": session.starts_at.astimezone(UTC).isoformat(),
        "ends_at": session.ends_at.astimezone(UTC).isoformat(),
        "format": str(session.format),
        "venue": session.venue_id,
        "place": named(venue) if venue else "",
        "room": session.room,
    }
    return facts if session.activity.sealed else facts | {"title": session.title}


def letter(session):
    """What a convocation tells."""
    welcome = session.welcome_at.isoformat("minutes") if session.welcome_at else ""
    facts = calendar(session) | {"welcome_at": welcome}
    if session.activity.sealed:
        return facts
    return facts | {"agenda": [item.title for item in session.agenda_items.all()]}


def named(venue):
    """A meeting place in a few words."""
    return ", ".join(part for part in (venue.name, venue.city) if part)


def is_letter(told):
    """Whether what was told came in a letter."""
    return "welcome_at" in told


def differ(told, current):
    """The names of what was told and is no longer so."""
    return [
        name
        for name in COMPARED
        if name in told and name in current and told[name] != current[name]
    ]


@dataclass(frozen=True)
class Change:
    """One line of the table: what it was, what it is."""

    label: str
    before: str
    after: str


def changes(told, current):
    """The lines of the table, in the order of a letter; the agenda is not among them."""
    names = differ(told, current)
    return [
        Change(label, read(told), read(current))
        for label, concerned, read in _lines()
        if not set(concerned).isdisjoint(names) and read(told) != read(current)
    ]


def _lines():
    moments = ("starts_at", "ends_at")
    return (
        (_("Title"), ("title",), lambda facts: facts["title"] or _("nothing said")),
        (_("Day"), moments, lambda facts: dates.day_long(_starts(facts))),
        (_("Hours"), moments, _hours),
        (_("Welcome"), ("welcome_at",), _welcome),
        (_("Format"), ("format",), lambda f: str(SessionFormat(f["format"]).label)),
        (_("Place"), ("venue",), lambda f: f["place"] or _("place to be announced")),
        (_("Room"), ("room",), lambda facts: facts["room"] or _("nothing said")),
    )


def _starts(facts):
    return datetime.fromisoformat(facts["starts_at"])


def _hours(facts):
    return dates.hours(_starts(facts), datetime.fromisoformat(facts["ends_at"]))


def _welcome(facts):
    if not facts["welcome_at"]:
        return _("nothing said")
    clock = time.fromisoformat(facts["welcome_at"])
    minutes = f"{NBSP}{clock.minute:02d}" if clock.minute else ""
    return f"{clock.hour}{NBSP}h{minutes}"
