"""Who stands on the attendance sheet of a session, and what is known of each."""

from dataclasses import dataclass

from django.db.models import Prefetch

from agency.activities import documents
from agency.activities.choices import HalfDay
from agency.activities.models import (
    Attendance,
    AttendanceSheet,
    Enrolment,
    Participation,
)
from agency.activities.services.halfdays import half_days
from agency.activities.states import ParticipationState
from agency.core.text import fold
from agency.people.models import Affiliation

# Somebody who left does not stand there, unless they are added back.
ON_THE_ROLL = (ParticipationState.EXPECTED, ParticipationState.EXCUSED)


@dataclass(frozen=True)
class Cell:
    """One half-day of one person; ``attendance`` is None while nothing is known.

    ``key`` is the name of its control in a form.
    """

    key: str
    half_day: HalfDay
    attendance: Attendance | None

    @property
    def status(self):
        return self.attendance.status if self.attendance else ""


@dataclass(frozen=True)
class Row:
    """One person of the roll: neither address nor need stands there."""

    participation: Participation
    organisation: str
    cells: tuple[Cell, ...]

    @property
    def person(self):
        return self.participation.person

    @property
    def excused(self):
        return self.participation.state == ParticipationState.EXCUSED

    @property
    def is_known(self):
        return all(cell.attendance for cell in self.cells)


def sheet_of(session):
    """The attendance sheet of ``session``, made when there is none."""
    return AttendanceSheet.objects.get_or_create(session=session)[0]


def roll(session):
    """The rows of the sheet, alphabetical; a constant number of queries."""
    parts = half_days(session)
    found = session.participations.filter(state__in=ON_THE_ROLL)
    found = found.select_related("person", "enrolment__affiliation__organisation")
    # Joined: SQLite looks up no thousand organisations by their keys.
    houses = Affiliation.objects.select_related("organisation")
    found = found.prefetch_related(
        "attendances", Prefetch("person__affiliations", houses)
    ).order_by("pk")
    return sorted((_row(one, parts) for one in found), key=_by_name)


def _by_name(row):
    return fold(row.person.list_name), row.participation.pk


def _row(participation, parts):
    known = {one.half_day: one for one in participation.attendances.all()}
    affiliation = documents.addressee(participation)
    organisation = str(affiliation.organisation) if affiliation else ""
    cells = tuple(
        Cell(key_of(participation, part), part, known.get(part)) for part in parts
    )
    return Row(participation, organisation, cells)


def key_of(participation, half_day):
    return f"{participation.pk}-{half_day}"


def addable(session):
    """The enrolments of those who had a seat and are not on the roll, by name.

    Whoever still waits for a seat, or was refused one, is nobody's business here.
    """
    standing = session.participations.filter(state__in=ON_THE_ROLL)
    seated = Enrolment.objects.filter(
        activity=session.activity_id, confirmed_at__isnull=False
    ).exclude(person__in=standing.values("person"))
    latest = {
        one.person_id: one for one in seated.select_related("person").order_by("pk")
    }
    return sorted(latest.values(), key=lambda one: (fold(one.person.list_name), one.pk))
