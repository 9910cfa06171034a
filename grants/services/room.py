"""Who is in the room: arrivals, departures, proxies, and whoever steps out for a file."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, paris
from agency.core.lifecycle import MoveBlocked
from agency.core.rows import insert_unless_there
from grants.choices import Attending, Capacity
from grants.models import Point, Presence, Proxy, Sitting, StepOut
from grants.services import interests
from grants.services.quorum import House
from grants.states import SittingState

RUN = "grants.run_sitting"


def lock(sitting):
    """Hold the sitting until the end of the transaction, and read it as it stands.

    Lock, then count: its turn is raised first, so that of two who write at once the
    second reads what the first wrote, and every live page learns that something changed.
    """
    Sitting.objects.filter(pk=sitting.pk).update(turn=F("turn") + 1)
    sitting.refresh_from_db()
    return sitting


def runs(person, sitting):
    """Whether ``person`` leads its sitting: the secretary, or whoever chairs it (C.5)."""
    return person.has_perm(RUN) or interests.leads(person, sitting)


def takes_attendance(sitting):
    """Whether one may be noted as present: on its day, until it is closed."""
    if sitting.state == SittingState.PREPARING:
        return paris(sitting.meets_at).date() == paris(now()).date()
    return sitting.state == SittingState.IN_SESSION


def _need_attendance(sitting):
    if not takes_attendance(sitting):
        raise MoveBlocked(
            _("Attendance is noted on the day of the sitting, until it is closed.")
        )


# --- To come and to go -----------------------------------------------------------------
@transaction.atomic
def arrive(sitting, member, *, by, mode=Attending.ONSITE):
    """``member`` is there from now on; the proxy that they gave ends. Pressed twice, once."""
    lock(sitting)
    _need_attendance(sitting)
    _need_seat(sitting, member)
    at = now()
    kept = Presence.objects.filter(sitting=sitting, member=member, left_at=None).first()
    if kept is not None and kept.mode == mode:
        return kept
    if kept is not None:  # from the room to the line, or back
        Presence.objects.filter(pk=kept.pk).update(left_at=at)
    row = Presence.objects.create(
        sitting=sitting, member=member, mode=mode, arrived_at=at
    )
    _end(Proxy.objects.filter(sitting=sitting, giver=member), at)
    _stay_out(sitting, member, at)
    journal.record(sitting, "arrive", by=by, person=member.person.pk)
    return row


def _stay_out(sitting, member, at):
    """Who comes while a file is discussed from which they stand back waits outside."""
    current = Point.objects.filter(sitting=sitting).current().first()
    if current is not None and House(sitting).is_recused(
        member, current.application_id
    ):
        step_out(current, [member], at)


@transaction.atomic
def leave(sitting, member, *, by):
    """``member`` is gone; the quorum is counted anew, wherever the sitting stands."""
    lock(sitting)
    _need_attendance(sitting)
    rows = Presence.objects.filter(sitting=sitting, member=member, left_at=None)
    if rows.update(left_at=now()):
        journal.record(sitting, "leave", by=by, person=member.person.pk)


def _need_seat(sitting, member):
    if member.pk not in House(sitting).by_key:
        raise MoveBlocked(_("This person is not in office on that day."))


# --- Proxies ----------------------------------------------------------------------------
def most_proxies(sitting):
    """How many a member may hold there: as the strictest rules of its schemes say.

    One by default (decree 2006-672, art. 10; I9).
    """
    files = sitting.points.order_by().values_list("application__rules__proxies")
    return min((most for (most,) in files.distinct()), default=1)


@transaction.atomic
def give_proxy(sitting, giver, holder, *, by):
    """``giver``, who is away, is represented by ``holder``. Raises MoveBlocked.

    Both have a seat that votes; whoever is there expresses their own voice.
    """
    lock(sitting)
    if sitting.state not in {SittingState.PREPARING, SittingState.IN_SESSION}:
        raise MoveBlocked(_("The sitting is closed: nothing is noted any more."))
    house = House(sitting)
    if why := _no_proxy(house, giver, holder, most_proxies(sitting)):
        raise MoveBlocked(why)
    row = Proxy(sitting=sitting, giver=giver, holder=holder, given_at=now())
    if not insert_unless_there(row):
        raise MoveBlocked(_("This member is represented already."))
    journal.record(
        sitting, "proxy", by=by, giver=giver.person.pk, holder=holder.person.pk
    )
    return row


def _no_proxy(house, giver, holder, most):
    """Why ``giver`` may not be represented by ``holder``, in a sentence, or ``""``."""
    if giver.pk not in house.by_key or holder.pk not in house.by_key:
        return _("This person is not in office on that day.")
    if giver.pk == holder.pk:
        return _("A proxy is given to somebody else.")
    if giver.capacity != Capacity.TITULAR:
        return _("Only a full member gives their voice to somebody.")
    if holder.capacity == Capacity.CONSULTATIVE:
        return _("A proxy is held by a member with a vote.")
    if house.is_here(giver):
        return _("This member is there: they express their own voice.")
    if any(one.giver_id == holder.pk for one in house.proxies):
        return _("This member is represented by somebody else: they hold no proxy.")
    held = sum(one.holder_id == holder.pk for one in house.proxies)
    if held >= most:
        return _("This member holds as many proxies as the rules allow.")
    return ""


@transaction.atomic
def end_proxy(sitting, giver, *, by):
    lock(sitting)
    rows = Proxy.objects.filter(sitting=sitting, giver=giver)
    if _end(rows, now()):
        journal.record(sitting, "end_proxy", by=by, giver=giver.person.pk)


def _end(rows, at):
    return rows.filter(ended_at=None).update(ended_at=at)


# --- To step out for one file ------------------------------------------------------------
def step_out(point, members, at):
    """``members``, who stand back from the file of ``point``, left the room at ``at``."""
    for one in members:
        row = StepOut(point=point, member=one, left_at=at)
        if not insert_unless_there(row):
            StepOut.objects.filter(point=point, member=one).update(back_at=None)


def back_in(point, at):
    StepOut.objects.filter(point=point, back_at=None).update(back_at=at)
