"""A morning of which attendance is noted."""

from datetime import datetime

from agency.activities.choices import AttendanceStatus, HalfDay
from agency.activities.models import (
    Attendance,
    AttendanceSheet,
)
from agency.core.clock import PARIS
from agency.core.models import JournalEntry
from tests.activities.factories import (
    ParticipationFactory,
    SessionFactory,
)

A = AttendanceStatus
MORNING = HalfDay.MORNING


def at(hour, minute=0, day=15):
    return datetime(2027, 1, day, hour, minute, tzinfo=PARIS)


def morning(people=2, **fields):
    """A session of this morning, at which some people are expected."""
    fields = {"starts_at": at(9, 30), "ends_at": at(12, 30)} | fields
    session = SessionFactory(**fields)
    ParticipationFactory.create_batch(people, session=session)
    return session


def one_of(session):
    return session.participations.order_by("pk").first()


def cells(session):
    found = Attendance.objects.filter(participation__session=session)
    return sorted(found.values_list("participation", "half_day", "status"))


def entries(session, action):
    sheet = AttendanceSheet.objects.get(session=session)
    return JournalEntry.objects.about(sheet).filter(action=action)
