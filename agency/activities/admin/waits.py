"""What waits in the lists of the kernel: which rows, and until when each can wait.

The morning counts them and leads to the same rows: ``?attend=convoquer.retard``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agency.activities.admin.convene import AHEAD
from agency.activities.choices import ATTENDED
from agency.activities.models import Attendance, Participation, Session
from agency.activities.services import automatic
from agency.activities.states import (
    OFF,
    ActivityState,
    EnrolmentState,
    ParticipationState,
    SessionState,
    SheetState,
)
from agency.core.admin.filters import QuietFilter
from agency.core.clock import now, today
from agency.core.due import When, falling, midnight

# A session that is not convened so many days before is late.
LATE = 7
# The sheet is locked the day after: from the second day on it is late (reference c6).
NOTED_IN = 1
# Older sheets are looked up in the list; nobody locks them in the morning.
LOOKED_BACK = timedelta(days=180)
CHECKED_BACK = timedelta(days=30)
# A signature is called for when its seat is about to go to somebody else.
UNSIGNED = timedelta(days=3)
CLOSING = timedelta(days=7)
# Whether a session takes place is decided three days before (reference c6).
DECIDED_AHEAD = timedelta(days=4)
# Certificates go out and the file is closed within two weeks of the last session.
FINISHED_IN = 14


@dataclass(frozen=True)
class Wait:
    """Rows of a list that wait: each is due ``days`` after the day of ``due``.

    Without ``due`` they are for today, as long as they are there.
    """

    label: str
    condition: Callable
    due: str = ""
    days: int = 0

    def rows(self, moment=None):
        """The condition on the rows; those due at ``moment`` alone."""
        if moment is None or not self.due:
            return self.condition()
        return self.condition() & falling(self.due, moment, self.days)


# --- Sessions ------------------------------------------------------------------
def to_convene():
    """Planned, within twenty days, and somebody expected has no letter yet.

    But for what leaves by itself, before its day.
    """
    soon = Q(starts_at__range=(now(), now() + AHEAD), state=SessionState.PLANNED)
    # Asked of the few sessions that are near, not of ten years of them.
    waiting = Participation.objects.to_convene().filter(session=OuterRef("pk"))
    return soon & ~automatic.before_its_day() & Exists(waiting)


def to_note():
    """Begun, and its attendance sheet is not locked."""
    begun = Q(starts_at__lte=now()) & ~Q(state__in=OFF)
    return begun & ~Q(attendance_sheet__state=SheetState.LOCKED)


def to_lock():
    """Over since six months at most, somebody was expected, the sheet is not locked."""
    expected = Participation.objects.expected().filter(session=OuterRef("pk"))
    over = Q(ends_at__range=(now() - LOOKED_BACK, now()))
    return over & to_note() & Exists(expected)


def to_check():
    """Attendance that contradicts something else, in a sheet that can still be mended.

    Somebody noted as present who said that they would not come, who is not expected
    any more, or who was noted in another room at the same hour.
    """
    recent = Q(starts_at__range=(now() - CHECKED_BACK, now()))
    there = Attendance.objects.filter(
        participation__session=OuterRef("pk"), status__in=ATTENDED
    )
    elsewhere = Attendance.objects.filter(
        status__in=ATTENDED,
        half_day=OuterRef("half_day"),
        participation__person=OuterRef("participation__person"),
        participation__session__starts_at__lt=OuterRef(
            "participation__session__ends_at"
        ),
        participation__session__ends_at__gt=OuterRef(
            "participation__session__starts_at"
        ),
    ).exclude(participation__session=OuterRef("participation__session"))
    away = ~Q(participation__state=ParticipationState.EXPECTED)
    return recent & to_note() & Exists(there.filter(away | Exists(elsewhere)))


def below_minimum():
    """In three days at most, and fewer are expected than it needs; ``with_expected()``."""
    near = Q(starts_at__gt=now(), starts_at__lt=midnight(today() + DECIDED_AHEAD))
    wanting = Q(expected__lt=F("activity__min_to_run"))
    return near & wanting & Q(state=SessionState.PLANNED)


SESSIONS = {
    "convoquer": Wait(_("To convene"), to_convene, "starts_at", -LATE - 1),
    "verrouiller": Wait(_("Sheet to lock"), to_lock, "ends_at", NOTED_IN),
    "verifier": Wait(_("Attendance to check"), to_check),
    "seuil": Wait(_("Below the minimum"), below_minimum, "starts_at"),
}


# --- Activities, read with_seats() and with_dates() -------------------------------
def to_announce():
    return Q(state=ActivityState.DRAFT)


def to_start():
    return Q(state=ActivityState.CLOSED)


def closing():
    """Registration closes within the week, and seats are left."""
    near = Q(closes_at__range=(now(), now() + CLOSING))
    return Q(state=ActivityState.OPEN, taken__lt=F("capacity")) & near


def to_finish():
    """Running, every session is over and every sheet locked."""
    kept = Session.objects.filter(activity=OuterRef("pk")).exclude(state__in=OFF)
    left = kept.exclude(attendance_sheet__state=SheetState.LOCKED)
    return Q(state=ActivityState.RUNNING) & Exists(kept) & ~Exists(left)


ACTIVITIES = {
    "annoncer": Wait(_("To announce"), to_announce, "opens_at"),
    "demarrer": Wait(_("To start"), to_start, "first_at"),
    "clot": Wait(_("Closes with seats left"), closing, "closes_at"),
    "terminer": Wait(_("To finish"), to_finish, "last_at", FINISHED_IN),
}


# --- Enrolments ------------------------------------------------------------------
def offered():
    return Q(state=EnrolmentState.OFFERED)


def unsigned():
    """The charter is not signed, and its seat is about to be given to the next."""
    near = Q(signature_due_at__lte=now() + UNSIGNED)
    return Q(state=EnrolmentState.ACCEPTED) & near


ENROLMENTS = {
    "reponse": Wait(_("Offer without an answer"), offered, "offer_expires_at"),
    "charte": Wait(_("Charter to sign soon"), unsigned, "signature_due_at"),
}


# --- The filters of the lists ------------------------------------------------------
class WaitFilter(QuietFilter):
    """``waits``: value -> ``Wait``; ``value.moment`` leaves those due then alone."""

    title = _("what waits")
    parameter_name = "attend"
    waits = {}

    def chosen(self):
        """The ``Wait`` and the ``When`` of the address, either of them None."""
        name, _dot, moment = (self.value() or "").partition(".")
        known = moment if moment in When.values else None
        return self.waits.get(name), known

    def label(self):
        wait, moment = self.chosen()
        if wait is None:
            return ""
        return f"{wait.label}, {When(moment).label}" if moment else wait.label

    def queryset(self, request, queryset):
        wait, moment = self.chosen()
        return queryset.filter(wait.rows(moment)) if wait else queryset


def wait_filter(waits):
    return type("WaitFilter", (WaitFilter,), {"waits": waits})
