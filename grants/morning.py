"""What the officer's morning says of aid: what waits in the files, and since when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import CharField, Count, DateTimeField, Min, Value
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core import dates
from agency.pages import morning
from agency.pages.morning import Sort, Thing
from grants import addresses
from grants.models import Application, CompletionRequest, ThreadMessage
from grants.states import ApplicationState, CompletionState

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
    found = list(first.union(*others, all=True))
    order = list(LINES)
    for row in sorted(found, key=lambda row: (order.index(row[0]), row[8])):
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


def declare():
    morning.register(load, order=30)
