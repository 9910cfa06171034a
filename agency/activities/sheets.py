"""The attendance sheet on paper: blank to be signed, filled once it is locked."""

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import (
    ATTENDED,
    AttendanceStatus,
    AttendanceWay,
    ParticipationMode,
)
from agency.activities.services.halfdays import half_days, minutes
from agency.activities.services.roll import roll
from agency.core import dates
from agency.core.clock import now
from agency.documents import engine, kinds, services
from agency.documents.models import IssuedDocument

KIND = "attendance_sheet"
BLANK = "activities/documents/attendance_sheet_blank"
FILLED = "activities/documents/attendance_sheet"
# For those whom nobody expected; into a sealed group nobody comes at the door.
BLANK_LINES = 4


def declare():
    kinds.register(kinds.DocumentKind(KIND, "EMA", _("Attendance sheet")))


# --- Before: to be signed ----------------------------------------------------------
def blank(session):
    """The PDF of the sheet to sign by hand: no effect, no number, kept nowhere."""
    rows = roll(session)
    lines = 0 if session.activity.sealed else BLANK_LINES
    return engine.render(
        BLANK,
        _head(session)
        | {
            "document": IssuedDocument(reference="", version=1, issued_at=now()),
            "rows": [(row, [_written(row)] * len(half_days(session))) for row in rows],
            "blank": range(lines),
            "excused": sum(row.excused for row in rows),
        },
    )


def _written(row):
    """What stands in a cell already: who excused themselves, who comes online."""
    if row.excused:
        return "excused"
    online = row.participation.mode == ParticipationMode.REMOTE
    return "remote" if online else ""


def _head(session):
    """What both sheets begin with, and how wide their columns are."""
    rank, total = session.place_in_activity()
    parts = half_days(session)
    facilitators = session.activity.facilitators.select_related("person")
    return {
        "agency": settings.AGENCY,
        "activity": session.activity,
        "session": session,
        "rank": rank,
        "total": total,
        "parts": parts,
        "columns": f"p{len(parts)}",
        "facilitators": facilitators.order_by("pk"),
    }


# --- After: as it was locked -------------------------------------------------------
def filled(sheet, *, supersedes):
    """Issue the sheet as it is locked now; its names are for whoever may know them."""
    return services.issue(
        KIND,
        title=title(sheet.session),
        about=sheet,
        recipient=None,
        template=FILLED,
        context=context(sheet),
        by=sheet.locked_by,
        supersedes=supersedes,
    )


def title(session):
    return gettext("Attendance sheet of %(day)s, %(activity)s") % {
        "day": dates.day_year(session.starts_at),
        "activity": session.activity.title,
    }


def context(sheet):
    """All that the filled sheet says, as its template lists it."""
    session = sheet.session
    rows, parts = roll(session), half_days(session)
    lengths = [minutes(session, part) for part in parts]
    columns = [[row.cells[at] for row in rows] for at in range(len(parts))]
    there = [sum(cell.status in ATTENDED for cell in cells) for cells in columns]
    return _head(session) | {
        "sheet": sheet,
        "rows": [(row, _followed(row, lengths)) for row in rows],
        "totals": list(zip(there, lengths, strict=True)),
        "people": sum(any(c.status in ATTENDED for c in row.cells) for row in rows),
        "followed": sum(n * each for n, each in zip(there, lengths, strict=True)),
        "planned": session.minutes,
        "late": (AttendanceStatus.LATE, AttendanceStatus.LEFT_EARLY),
        "on_paper": AttendanceWay.PAPER,
    }


def _followed(row, lengths):
    """How many minutes of the session somebody was there: whole half-days."""
    cells = zip(row.cells, lengths, strict=True)
    return sum(each for cell, each in cells if cell.status in ATTENDED)
