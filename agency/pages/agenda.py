"""A month of the agency: its grid of days, and its dates one after the other."""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from agency.activities.models import Activity, Session
from agency.activities.states import ActivityState
from agency.core.clock import PARIS, paris, today


@dataclass(frozen=True)
class Entry:
    """A date in the agenda: a session, or the end of a registration.

    ``session`` is None for a deadline; ``at`` is aware.
    """

    at: datetime
    activity: Activity
    session: Session | None = None

    @property
    def day(self):
        return paris(self.at).date()

    @property
    def label(self):
        return self.activity.kind_info.label if self.session else _("Deadline")

    @property
    def title(self):
        if self.session:
            return self.activity.title
        said = {"title": self.activity.title}
        if self.activity.kind_info.call:
            return _("Applications to \u201c%(title)s\u201d") % said
        return _("Registration for \u201c%(title)s\u201d") % said

    @property
    def url(self):
        return self.activity.get_absolute_url()


@dataclass
class Day:
    """A square of the grid; ``out`` when it belongs to the month before or after."""

    date: date
    out: bool
    today: bool
    entries: list = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """``weeks`` of seven ``Day``; ``entries`` of the month alone, in order."""

    first: date
    weeks: list
    entries: list

    @property
    def previous(self):
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def next(self):
        return (self.first + timedelta(days=32)).replace(day=1)


def month(first, user):
    """The month that begins on ``first``, as ``user`` may see it; two queries."""
    grid = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, end = _midnight(grid[0][0]), _midnight(grid[-1][-1] + timedelta(days=1))
    entries = sorted(
        [*_sessions(start, end, user), *_deadlines(start, end, user)],
        key=lambda entry: (entry.at, entry.activity.pk),
    )
    weeks = [[_day(one, first, entries) for one in week] for week in grid]
    inside = [
        e for e in entries if (e.day.year, e.day.month) == (first.year, first.month)
    ]
    return Month(first, weeks, inside)


def _midnight(day):
    return datetime.combine(day, time(), tzinfo=PARIS)


def _day(day, first, entries):
    return Day(
        date=day,
        out=day.month != first.month,
        today=day == today(),
        entries=[entry for entry in entries if entry.day == day],
    )


def _sessions(start, end, user):
    shown = Activity.objects.visible_to(user).in_catalogue().with_seats()
    sessions = (
        Session.objects.between(start, end)
        .filter(activity__in=shown.values("pk"))
        .select_related("venue", "activity")
        .order_by("starts_at", "pk")
    )
    return [Entry(one.starts_at, one.activity, one) for one in sessions]


def _deadlines(start, end, user):
    closing = (
        Activity.objects.visible_to(user)
        .in_catalogue()
        .filter(state=ActivityState.OPEN, closes_at__gte=start, closes_at__lt=end)
        .order_by("closes_at", "pk")
    )
    return [Entry(activity.closes_at, activity) for activity in closing]
