"""The list at the door of an open session: who is awaited, a box to tick, who comes besides."""

from django.conf import settings

from agency.activities.choices import ParticipationMode, SessionFormat
from agency.activities.models import Session
from agency.activities.services import members
from agency.activities.services.roll import roll
from agency.core import dates
from agency.core.text import fold
from agency.documents import engine

TEMPLATE = "activities/documents/reception_list"
# Lines for those who come without being awaited, and at least so many on their page.
WALK_INS = 7
READ = Session.objects.select_related("activity__officer", "venue")


def is_open(session):
    """Whether its names may lie on a table: those of a closed group never do."""
    return not members.is_closed(session.activity)


def people(session):
    """The rows of those awaited, alphabetical; and how many are excused."""
    rows = roll(session)
    awaited = [row for row in rows if not row.excused]
    return awaited, len(rows) - len(awaited)


def reception_list(session, awaited, excused):
    """The PDF, which nobody keeps: neither address, nor telephone, nor need."""
    return engine.render(TEMPLATE, context(session, awaited, excused))


def context(session, awaited, excused):
    away = sum(row.participation.mode == ParticipationMode.REMOTE for row in awaited)
    rank, total = session.place_in_activity()
    return {
        "agency": settings.AGENCY,
        "foot": dates.day_year(session.starts_at),
        "session": session,
        "activity": session.activity,
        "number": rank,
        "session_count": total,
        "venue": session.venue,
        "rows": [(_initial(row.person), row) for row in awaited],
        "expected": len(awaited),
        "onsite": len(awaited) - away,
        "remote": away,
        "both": session.format == SessionFormat.HYBRID,
        "excused": excused,
        "walk_ins": range(WALK_INS),
    }


def _initial(person):
    """The letter under which one looks for them; nothing for a name without letters."""
    return fold(person.list_name)[:1].upper()
