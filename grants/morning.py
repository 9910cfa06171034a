"""What the officer's morning says of aid: what waits in the files, whom to convene."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Value,
)
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.choices import Purpose
from agency.activities.models import Convening
from agency.activities.states import SessionState
from agency.core import dates
from agency.core.clock import now, today
from agency.pages import morning
from agency.pages.morning import Sort, Thing
from grants import addresses
from grants.models import Application, CompletionRequest, Sitting, ThreadMessage
from grants.states import ApplicationState, CompletionState, SittingState

S, C = ApplicationState, CompletionState


@dataclass(frozen=True)
class Waiting:
    """What waits: its name for so many, the rows, the way to the file, since when.

    ``within``: how long one has. ``query``: what narrows the list of applications to it.
    """

    title: Callable
    rows: Callable
    file: str
    since: str
    within: timedelta
    query: str
    address: Callable = addresses.on_the_desk

    def counted(self, key):
        """A row for each sitting and whoever has the files in hand."""
        stem = f"{self.file}__" if self.file else ""
        sitting, hand = f"{stem}sitting", f"{stem}rapporteur"
        charge = f"{sitting}__session__activity__officer"
        rows = (
            self.rows()
            .order_by()
            .annotate(
                key=Value(key, CharField()),
                officer=Coalesce(hand, charge),
                given=Coalesce(f"{hand}__given_name", f"{charge}__given_name"),
                family=Coalesce(f"{hand}__family_name", f"{charge}__family_name"),
            )
        )
        return rows.values_list(
            *("key", "officer", "given", "family"),
            *(sitting, f"{sitting}__number", f"{sitting}__year"),
        ).annotate(
            count=Count(f"{stem}pk", distinct=True),
            first=Min(Cast(self.since, DateTimeField())),
            one=Min(f"{stem}pk"),
        )


def to_check():
    """Sent, and not looked at yet; what comes back completed has its own line."""
    return Application.objects.filter(state=S.SUBMITTED).exclude(
        completions__state=C.ANSWERED
    )


def answered():
    return CompletionRequest.objects.filter(
        state=C.ANSWERED, application__state=S.SUBMITTED
    )


def unread():
    return ThreadMessage.objects.filter(from_staff=False, read_at=None)


def overdue():
    return CompletionRequest.objects.filter(
        state=C.EXPIRED, application__state=S.COMPLETION
    )


def _to_check(count):
    return ngettext(
        "Application for aid to check", "Applications for aid to check", count
    )


def _answered(count):
    return ngettext("Completed file to check", "Completed files to check", count)


def _unread(count):
    return ngettext("File with a message to read", "Files with messages to read", count)


def _overdue(count):
    return ngettext(
        "File whose completion did not come",
        "Files whose completion did not come",
        count,
    )


# What is asked of the house first: a question, then what one waits for.
LINES = {
    "unread": Waiting(
        _unread,
        unread,
        "application",
        "sent_at",
        timedelta(days=2),
        "",
        addresses.thread_on_the_desk,
    ),
    "answered": Waiting(
        _answered,
        answered,
        "application",
        "answered_at",
        timedelta(days=3),
        f"?state__exact={S.SUBMITTED}",
    ),
    "to_check": Waiting(
        _to_check,
        to_check,
        "",
        "submitted_at",
        timedelta(days=7),
        f"?state__exact={S.SUBMITTED}",
    ),
    "overdue": Waiting(
        _overdue,
        overdue,
        "application",
        "due_on",
        timedelta(0),
        f"?state__exact={S.COMPLETION}",
    ),
}


def load(user):
    """One line for each sitting, each officer and each thing; one file leads to itself."""
    if not user.has_perm("grants.ask_application"):
        return
    first, *others = (line.counted(key) for key, line in LINES.items())
    found = list(first.union(*others, convoked(), all=True))
    if user.has_perm("grants.prepare_sitting"):
        yield from _convocations(row for row in found if row[0] == TO_CONVENE)
    order = list(LINES)
    waiting = [row for row in found if row[0] in LINES]
    for row in sorted(waiting, key=lambda row: (order.index(row[0]), row[8])):
        key, officer, given, family, _sitting, number, year, count, since, one = row
        line = LINES[key]
        said = {"number": number, "year": year, "day": dates.day(since)}
        yield Thing(
            Sort(line.title, _address(line, count, one)),
            _("Sitting %(number)s of %(year)s, since %(day)s") % said,
            officer,
            f"{given or ''} {family or ''}".strip(),
            dates.as_day(since) + line.within,
            count,
        )


def _address(line, count, one):
    if count == 1:
        return line.address(one)
    if line is LINES["unread"]:
        return addresses.unread_on_the_desk()
    return addresses.list_on_the_desk(line.query)


# --- The convocation of a commission ----------------------------------------------------
# Told so long before the last day: time to print, to sign, to post.
AHEAD = timedelta(days=14)
TO_CONVENE = "to_convene"
# As many days as a sitting may ask for.
LONGEST_NOTICE = timedelta(days=61)


def to_convene():
    """The sittings of the coming weeks whose members nobody has convened yet."""
    batches = Convening.objects.filter(
        session=OuterRef("session"), purpose=Purpose.CONVENE
    )
    rows = Sitting.objects.filter(
        ~Exists(batches.order_by()),
        state=SittingState.PREPARING,
        is_second=False,
        session__state=SessionState.PLANNED,
        session__starts_at__gt=now(),
        session__starts_at__lt=now() + AHEAD + LONGEST_NOTICE,
    )
    return rows.order_by("session__starts_at", "pk")


def convoked():
    """The same as rows of ``load``: the number of days of notice where others count."""
    charge = "session__activity__officer"
    rows = (
        to_convene()
        .order_by()
        .annotate(
            key=Value(TO_CONVENE, CharField()),
            officer=F(charge),
            given=F(f"{charge}__given_name"),
            family=F(f"{charge}__family_name"),
            days=Cast("notice_days", IntegerField()),
            first=Cast("session__starts_at", DateTimeField()),
            one=F("pk"),
        )
    )
    return rows.values_list(
        *("key", "officer", "given", "family"),
        *("pk", "number", "year", "days", "first", "one"),
    )


def _convocations(rows):
    """Before which day each commission is to be convened (decree 2006-672, art. 9)."""
    for row in sorted(rows, key=lambda row: (row[8], row[9])):
        _key, officer, given, family, _sitting, number, year, days, meets_at, one = row
        due = dates.as_day(meets_at) - timedelta(days=days)
        if due - AHEAD > today():
            continue
        said = {"number": number, "year": year, "day": dates.day(meets_at)}
        yield Thing(
            Sort(_to_convene, addresses.agenda_on_the_desk(one)),
            _("Sitting %(number)s of %(year)s, on %(day)s") % said,
            officer,
            f"{given or ''} {family or ''}".strip(),
            due,
        )


def _to_convene(count):
    return ngettext("Commission to convene", "Commissions to convene", count)


def declare():
    morning.register(load, order=30)
