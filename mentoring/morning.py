"""What an officer's morning says of mentoring: to settle, to read, to sign."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import CharField, Count, Min, Value
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core import dates
from agency.core.admin.permissions import visible_rows
from agency.pages import morning
from agency.pages.morning import Sort, Thing
from mentoring.models import MentoringApplication, Pair, PairAlert
from mentoring.states import ApplicationState, PairState


@dataclass(frozen=True)
class Waiting:
    """What waits in one room of the desk: its name for so many, and how soon it is due.

    ``rows(user)``: those in their charge that wait; ``edition`` and ``since``: the ways
    from such a row to its edition and to the moment since which it waits.
    """

    room: str
    title: Callable
    within: timedelta
    rows: Callable
    edition: str
    since: str
    query: str

    def counted(self, user):
        """A row for each edition: room, key, title, how many, since when."""
        rows = self.rows(user).order_by()
        rows = rows.annotate(room=Value(self.room, CharField()))
        return rows.values_list(
            "room", self.edition, f"{self.edition}__title"
        ).annotate(count=Count("pk"), first=Min(self.since))

    def url(self, edition):
        return (
            f"{reverse(f'admin:mentoring_{self.room}_changelist')}"
            f"?{self.edition}__id__exact={edition}&{self.query}"
        )


def to_settle(user):
    return visible_rows(PairAlert, user).waiting()


def to_read(user):
    rows = visible_rows(MentoringApplication, user).to_read()
    return rows.filter(edition__officer=user.pk)


def to_sign(user):
    rows = visible_rows(Pair, user).filter(state=PairState.AGREEMENT_PENDING)
    unsigned = rows.with_agreement().filter(signed_by_agency=False)
    return unsigned.exclude(agreement_since=None)


def _alerts(count):
    return ngettext(
        "Alert about a pair to settle", "Alerts about pairs to settle", count
    )


def _applications(count):
    return ngettext(
        "Mentoring application to read", "Mentoring applications to read", count
    )


def _agreements(count):
    return ngettext(
        "Mentoring agreement to sign", "Mentoring agreements to sign", count
    )


ROOMS = {
    one.room: one
    for one in (
        # Who asks for help, or says that it does not work, hears within two days (c4).
        Waiting(
            "pairalert",
            _alerts,
            timedelta(days=2),
            to_settle,
            "pair__activity",
            "opened_at",
            "etat=a-traiter",
        ),
        # Whoever has written hears within two weeks.
        Waiting(
            "mentoringapplication",
            _applications,
            timedelta(days=14),
            to_read,
            "edition",
            "submitted_at",
            f"state__exact={ApplicationState.SUBMITTED}",
        ),
        # Unsigned for longer, a pair is orange (references/people.md, c4).
        Waiting(
            "pair",
            _agreements,
            timedelta(days=15),
            to_sign,
            "activity",
            "agreement_since",
            f"state__exact={PairState.AGREEMENT_PENDING}",
        ),
    )
}


def load(user):
    """One line for each edition in their charge and each thing that waits there."""
    rooms = [
        one for one in ROOMS.values() if user.has_perm(f"mentoring.view_{one.room}")
    ]
    if not rooms:
        return
    first, *others = (one.counted(user) for one in rooms)
    found = first.union(*others, all=True) if others else first
    order = list(ROOMS)
    for name, pk, title, count, since in sorted(
        found, key=lambda row: (order.index(row[0]), row[4])
    ):
        said = {"activity": title, "day": dates.day(since)}
        yield Thing(
            Sort(ROOMS[name].title, ROOMS[name].url(pk)),
            _("%(activity)s, since %(day)s") % said,
            user.pk,
            str(user),
            dates.as_day(since) + ROOMS[name].within,
            count,
        )


def declare():
    morning.register(load, order=20)
