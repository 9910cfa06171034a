"""The agenda of a sitting: what stands on it, in which block, in what order (C.3, T7)."""

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from agency.activities.choices import Purpose
from agency.activities.models import Convening
from agency.activities.services import seats
from agency.activities.states import ConveningState, SessionState
from agency.core.clock import now
from agency.core.rows import insert_unless_there
from grants.choices import Block
from grants.models import Application, Point, Sitting
from grants.states import PRESENTED, PointState, SittingState

RUN = "grants.run_sitting"
# As they are read: what is examined together first, what came late last.
BLOCKS = tuple(Block)


# --- Whether it may be -------------------------------------------------------------
def closed_to(sitting, by=None):
    """Why nothing more goes on the agenda of ``sitting``, in a sentence, or ``""`` (T7).

    Once it is in session, whoever runs it still adds a file, with a reason: ``by``.
    """
    session = sitting.session
    if sitting.state in (SittingState.DELIBERATED, SittingState.VALIDATED):
        return _("This sitting is over: choose another one.")
    if sitting.is_second:
        return _(
            "A second convocation has the agenda of the first: choose another sitting."
        )
    if session.state != SessionState.PLANNED:
        return _("This sitting does not take place on that day: choose another one.")
    if sitting.state == SittingState.IN_SESSION:
        if by is not None and by.has_perm(RUN):
            return ""
        return _(
            "This sitting is under way: whoever runs it adds a file, and says why."
        )
    if session.starts_at <= now():
        return _("This sitting has begun already: choose another one.")
    return ""


def convened(sitting):
    """The batches that convened its members, the last first."""
    sent = Convening.objects.filter(session=sitting.session_id)
    sent = sent.filter(purpose=Purpose.CONVENE)
    return sent.exclude(state=ConveningState.SCHEDULED).order_by("-created_at", "-pk")


def lock(sitting):
    """Take the turn of ``sitting``, after that of its commission; ``sitting`` is fresh."""
    seats.lock(sitting.session.activity)
    Sitting.objects.filter(pk=sitting.pk).update(turn=F("turn") + 1)
    sitting.refresh_from_db(fields=("turn", "state", "is_second", "opened_at"))
    sitting.session.refresh_from_db(fields=("state", "starts_at", "ends_at"))


def lock_of(application):
    """The same of where ``application`` waits, if it is on an agenda: before it moves."""
    here = Point.objects.filter(application=application, sitting=application.sitting_id)
    if here.exists():
        lock(application.sitting)


# --- What is on it -----------------------------------------------------------------
@transaction.atomic
def add(sitting, application, *, by, block=None):
    """Its ``Point``, at the end; the one that is there when it has one already."""
    lock(sitting)
    point = Point(
        sitting=sitting,
        application=application,
        position=_last(sitting) + 1,
        block=block or _usual_block(sitting),
        amount=amount_of(application),
    )
    insert_unless_there(point)
    return Point.objects.get(sitting=sitting, application=application)


def amount_of(application):
    """What is put to the vote at first: what its rapporteur proposes, or what is computed."""
    if application.proposed is None:
        return application.computed
    return application.proposed


def _usual_block(sitting):
    late = sitting.state == SittingState.IN_SESSION or convened(sitting).exists()
    return Block.LATE if late else Block.DEBATED


def _last(sitting):
    rows = Point.objects.filter(sitting=sitting)
    return rows.aggregate(last=Max("position"))["last"] or 0


def remove(application):
    """Take it off the agendas where it still waits."""
    waiting = Point.objects.filter(application=application, state=PointState.WAITING)
    waiting.delete()


@transaction.atomic
def sync(sitting):
    """Give a point to whatever is presented there without one."""
    rows = Application.objects.filter(sitting=sitting, state__in=PRESENTED)
    for one in rows.exclude(points__sitting=sitting).order_by("number", "pk"):
        add(sitting, one, by=None)
