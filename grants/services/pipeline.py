"""The pipeline: the files of a sitting, column by column, with their sums."""

from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from grants.models import Application, Sitting
from grants.states import ENDED, RUNNING, ApplicationState

S = ApplicationState
# A column longer than that is read in the list.
SHOWN = 8
ZERO = Decimal(0)


@dataclass
class Column:
    state: str
    label: str
    count: int = 0
    requested: Decimal = ZERO
    # What is proposed, or computed until something is.
    foreseen: Decimal = ZERO
    rows: list = field(default_factory=list)

    @property
    def is_running(self):
        return self.state in RUNNING

    @property
    def more(self):
        return self.count - len(self.rows)


def sittings():
    """The sittings that have a file, the next deadline last; drafts are not counted."""
    sent = Application.objects.sent().values("sitting")
    return (
        Sitting.objects.filter(pk__in=sent)
        .select_related("session__activity")
        .order_by("-deadline_at", "-pk")
    )


def board(reader, sitting=None):
    """The ``Column`` of each state, of one sitting or of all: (running, ended); two queries.

    What is shut to ``reader`` is neither named nor counted.
    """
    rows = Application.objects.for_the_desk_of(reader)
    if sitting is not None:
        rows = rows.filter(sitting=sitting)
    columns = {state: Column(state, S(state).label) for state in (*RUNNING, *ENDED)}
    sums = (
        rows.order_by()
        .values("state")
        .annotate(
            count=Count("pk"),
            asked=Sum("requested"),
            foreseen=Sum(Coalesce("proposed", "computed")),
        )
    )
    for one in sums:
        column = columns[one["state"]]
        column.count = one["count"]
        column.requested = one["asked"] or ZERO
        column.foreseen = one["foreseen"] or ZERO
    for row in _first_rows(rows):
        columns[row.state].rows.append(row)
    return [columns[state] for state in RUNNING], [columns[state] for state in ENDED]


def _first_rows(rows):
    """The first of each column, those that have waited longest before the others.

    Asked column by column inside one query, for an index to answer each: a rank over
    all of them would read ten years of files.
    """
    waited = rows.order_by("submitted_at", "pk")
    firsts = [
        Q(pk__in=waited.filter(state=state).values("pk")[:SHOWN])
        for state in (*RUNNING, *ENDED)
    ]
    found = Application.objects.filter(reduce(or_, firsts))
    found = found.annotate(amount=Coalesce("proposed", "computed", "requested"))
    found = found.select_related("organisation", "show", "scheme", "rapporteur")
    return found.order_by("submitted_at", "pk")
