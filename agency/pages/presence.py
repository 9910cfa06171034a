"""The sessions of the morning: who is expected, who has signed, which sheet is open."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.admin.attendance import state_of
from agency.activities.admin.waits import NOTED_IN
from agency.activities.choices import ATTENDED, HalfDay
from agency.activities.models import (
    Attendance,
    Convening,
    Enrolment,
    Participation,
    Session,
)
from agency.activities.services.attendance import EARLY
from agency.activities.services.halfdays import starts
from agency.activities.states import (
    OFF,
    EnrolmentState,
    ParticipationState,
    SheetState,
)
from agency.core import dates
from agency.core.admin.permissions import visible_rows
from agency.core.clock import now, today
from agency.core.due import WEEK, midnight

NAMES = "activities.view_enrolment"
SHEET = "activities.view_attendancesheet"
# What is folded away below so many rows.
SHOWN = 12
# Seconds between two looks at the sessions of the day, while one runs and before.
RUNS, RESTS = 3, 60


# --- Reading ---------------------------------------------------------------------
def around(user, *, back=WEEK, ahead=WEEK):
    """The sessions of so many days before today and from today on: one query."""
    rows = visible_rows(Session, user).between(
        midnight(today() - timedelta(days=back)),
        midnight(today() + timedelta(days=ahead)),
    )
    return list(_read(rows).exclude(state__in=OFF))


def of_today(user):
    return around(user, back=0, ahead=1)


def _read(rows):
    rows = rows.with_expected().with_excused().order_by("starts_at", "pk")
    own = {"session": OuterRef("pk")}
    there = Attendance.objects.filter(
        participation__session=OuterRef("pk"), status__in=ATTENDED
    )
    lined = Participation.objects.filter(state=ParticipationState.WAITING, **own)
    queued = Enrolment.objects.filter(
        state=EnrolmentState.WAITLISTED, activity=OuterRef("activity")
    )
    batches = Convening.objects.filter(**own).order_by("-created_at", "-pk")
    return rows.annotate(
        in_line=_count(lined, "session") + _count(queued, "activity"),
        batch=Subquery(batches.values("pk")[:1]),
        attended=_count(
            there,
            "participation__session",
            Count("participation", distinct=True),
        ),
        noted=_count(there.filter(signed_at=None), "participation__session"),
        **{
            f"seen_{part}": _count(
                there.filter(half_day=part), "participation__session"
            )
            for part in HalfDay.values
        },
    ).select_related("activity__officer", "venue", "attendance_sheet")


def _count(rows, path, figure=None):
    counted = rows.order_by().values(path).annotate(n=figure or Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def is_before_today(session):
    return dates.as_day(session.starts_at) < today()


def is_today(session):
    return dates.as_day(session.starts_at) == today()


# --- What a row says ---------------------------------------------------------------
@dataclass
class Row:
    """One session on the page, as this person may read it.

    ``opens_day``: the first of its day in a list, which bears the date.
    """

    session: Session
    user: object
    opens_day: bool = True

    @property
    def reads(self):
        return self.user.has_perm(NAMES, self.session.activity)

    @property
    def counts(self):
        """Whether this person is told how many are away or wait: who runs activities."""
        return self.user.has_perm(NAMES)

    @property
    def opens(self):
        """Whether its sheet is theirs to fill: from its day on, unless it is sealed."""
        begun = dates.as_day(self.session.starts_at) <= today()
        return begun and self.user.has_perm(SHEET, self.session)

    @property
    def url(self):
        name = "attendance" if self.opens else "change"
        return reverse(f"admin:activities_session_{name}", args=[self.session.pk])

    @property
    def links(self):
        """The batch of letters and the list, for who reads the names of the group."""
        if not self.reads:
            return []
        session, found = self.session, []
        if self.opens:
            page = reverse("admin:activities_session_change", args=[session.pk])
            found.append((_("Session"), page))
        if session.batch:
            batch = reverse("admin:activities_convening_change", args=[session.batch])
            found.append((_("Letters"), batch))
        people = reverse("admin:activities_enrolment_changelist")
        people = f"{people}?activity__id__exact={session.activity_id}"
        return [*found, (_("Enrolments"), people)]

    @property
    def people(self):
        """12 expected, 1 excused, 2 on the waiting list; once over, who came."""
        session = self.session
        n = session.expected
        said = [ngettext("%(n)s expected", "%(n)s expected", n) % {"n": n}]
        if session.is_past and session.attended:
            said = [self.there]
        n = session.excused
        if self.counts and n:
            said.append(ngettext("%(n)s excused", "%(n)s excused", n) % {"n": n})
        n = session.in_line
        if self.counts and n and not session.is_past:
            words = _("%(n)s on the waiting list")
            said.append(words % {"n": n})
        return ", ".join(said)

    @property
    def state(self):
        """(word, shape): convened or not, then who is there, then the sheet."""
        session = self.session
        if session.starts_at > now() and not self.signatures:
            if session.batch:
                return _("Convened"), "confirmed"
            return _("To convene"), "failed"
        if not session.is_past:
            return self.there, "running"
        if state_of(session) == SheetState.LOCKED:
            return _("Sheet locked"), "confirmed"
        late = (today() - dates.as_day(session.ends_at)).days > NOTED_IN
        return _("Sheet to lock"), "failed" if late else "submitted"

    @property
    def signatures(self):
        """How many are known to be there, at the half-day that runs or has just run."""
        session = self.session
        begun = [part for part, at in starts(session).items() if at - EARLY <= now()]
        return getattr(session, f"seen_{begun[-1]}") if begun else 0

    @property
    def there(self):
        """9 signatures out of 12 while it runs, 11 present out of 12 after."""
        session, past = self.session, self.session.is_past
        n = session.attended if past else self.signatures
        said = {"n": n, "total": max(session.expected, n)}
        if past or session.noted:
            words = ngettext(
                "%(n)s present out of %(total)s", "%(n)s present out of %(total)s", n
            )
        else:
            words = ngettext(
                "%(n)s signature out of %(total)s",
                "%(n)s signatures out of %(total)s",
                n,
            )
        return words % said


# --- The page, and its live part ------------------------------------------------------
def context(user, sessions, scope):
    """The sessions of the scope, by day: before today, today, the days that come."""
    rows = rows_of(user, sessions, scope)
    past = [row for row in reversed(rows) if is_before_today(row.session)]
    coming = [row for row in rows if not is_before_today(row.session)]
    later = [row for row in coming if not is_today(row.session)]
    return live(coming, scope) | {
        "week": _dated(later[:SHOWN]),
        "week_folded": _dated(later[SHOWN:]),
        "past": _dated(past[:SHOWN]),
        "past_folded": _dated(past[SHOWN:]),
        "next_session": None if coming else _next(user, scope),
    }


def _dated(rows):
    """The date is set once, above the sessions of its day."""
    days = [dates.as_day(row.session.starts_at) for row in rows]
    for row, day, before in zip(rows, days, [None, *days], strict=False):
        row.opens_day = day != before
    return rows


def rows_of(user, sessions, scope):
    return [
        Row(session, user)
        for session in sessions
        if scope.officer in (None, session.activity.officer_id)
    ]


def live(rows, scope):
    """What is polled: the sessions of today, each 3 s while one of them runs."""
    rows = _dated([row for row in rows if is_today(row.session)])
    pace = min((pace for row in rows if (pace := _pace(row.session))), default=0)
    said = [pace, *map(_said, rows)]
    return {
        "day": rows,
        "pace": pace,
        "live_url": f"{reverse('admin:presences')}{scope.query}",
        "seen": sha256(repr(said).encode()).hexdigest()[:16],
    }


def _pace(session):
    """Every how many seconds something may change; 0 once the session is over."""
    if session.is_past:
        return 0
    return RUNS if session.starts_at - EARLY <= now() else RESTS


def _said(row):
    return row.session.pk, row.people, row.state, row.url


def _next(user, scope):
    rows = visible_rows(Session, user).coming().select_related("activity")
    if scope.officer is None:
        return rows.first()
    # Whoever has none of their own yet reads the next one of the team.
    own = rows.filter(activity__officer=scope.officer).first()
    return own or (rows.first() if scope.own else None)
