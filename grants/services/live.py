"""The sitting while it is held: from its opening to its closing, file by file (C.3, C.8).

Every gesture begins with ``room.lock``: two secretaries, a member who leaves and a vote
that comes in are read one after another.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.activities.states import SessionState
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move
from grants.models import Point, Vote
from grants.services import minutes, room
from grants.services.quorum import House, Rules
from grants.states import (
    CURRENT,
    PRESENTED,
    ApplicationState,
    PointState,
    RecusalState,
    SittingState,
)

S, T, K = ApplicationState, SittingState, PointState
NO_BALLOT = {"votes_for": 0, "votes_against": 0, "abstentions": 0, "casting": ""}
NEEDED = Point.objects.select_related(
    "sitting__session", "application__rules", "application__scheme"
)


# --- To open and to close ----------------------------------------------------------------
@transaction.atomic
def open_sitting(sitting, *, by):
    """Open it once the quorum is there: half of the members by default (art. 11)."""
    room.lock(sitting)
    if sitting.session.state != SessionState.PLANNED:
        raise MoveBlocked(_("This sitting does not take place on that day."))
    if not room.takes_attendance(sitting):
        raise MoveBlocked(_("A sitting is opened on its day."))
    if not agenda(sitting).exists():
        raise MoveBlocked(_("Nothing is on the agenda."))
    count = House(sitting).count(rules=strictest(sitting))
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    return move(
        sitting,
        "open",
        by=by,
        opened_at=sitting.opened_at or now(),
        quorum_at_opening=count.as_row(),
    )


def no_quorum(count):
    """The sentence that says how many are missing."""
    if not count.counted:
        return _("Nobody is there who may vote on it: nothing is deliberated.")
    said = {"counted": count.counted, "required": count.required}
    return (
        _(
            "The quorum is not there: %(counted)s voices, %(required)s are needed. Nothing "
            "is deliberated without it."
        )
        % said
    )


def strictest(sitting):
    """The ``Rules`` that hold for the sitting as a whole: the highest quorum."""
    rows = agenda(sitting).order_by().values_list("application__rules__quorum")
    return Rules(quorum=max((one for (one,) in rows.distinct()), default=50))


def strictest_of(points):
    """The same of items that are read already."""
    return Rules(
        quorum=max((one.application.rules.quorum for one in points), default=50)
    )


def agenda(sitting):
    """The items that are still there: of no file that was withdrawn or went elsewhere."""
    return Point.objects.filter(
        sitting=sitting,
        application__sitting=F("sitting"),
        application__state__in=PRESENTED,
    )


@transaction.atomic
def close_sitting(sitting, *, by):
    """Close it; what was not examined waits for another sitting, ready as before.

    The chair is told that the draft of the minutes is there.
    """
    room.lock(sitting)
    need_to_be_between(sitting, by)
    move(sitting, "close", by=by, closed_at=now())
    left = NEEDED.filter(
        sitting=sitting, state=K.WAITING, application__state=S.SCHEDULED
    )
    for point in left.order_by("position"):
        reason = _("Not examined at the sitting.")
        move(point.application, "unschedule", by=by, reason=reason)
    minutes.draft(sitting, by=by)
    return sitting


@transaction.atomic
def resume(sitting, *, by, reason):
    """Go on with a sitting that was closed too soon, until its minutes are validated.

    What was not examined and nobody put elsewhere is on its agenda again.
    """
    room.lock(sitting)
    if not reason:
        raise MoveBlocked(_("Say why the sitting is resumed."))
    move(sitting, "resume", by=by, reason=reason, closed_at=None)
    waiting = NEEDED.filter(
        sitting=sitting,
        state=K.WAITING,
        application__sitting=F("sitting"),
        application__state=S.READY,
    )
    for point in waiting.order_by("position"):
        move(point.application, "schedule", by=by, reason=reason)
    return sitting


# --- One file ------------------------------------------------------------------------------
def need_to_be_between(sitting, by, but=None):
    """Raise MoveBlocked while another file is under discussion: a file that is shut to
    ``by`` is not named.
    """
    current = current_of(sitting)
    if current is None or (but is not None and current.pk == but.pk):
        return
    if not Point.objects.open_to(by).filter(pk=current.pk).exists():
        raise MoveBlocked(_("A file is under discussion: end it first."))
    said = {"file": str(current.application)}
    raise MoveBlocked(_("%(file)s is under discussion: end it first.") % said)


def current_of(sitting):
    """The item that the room is at, or None."""
    return NEEDED.filter(sitting=sitting, state__in=CURRENT).first()


def fresh(point, by):
    """``point`` as it stands, its sitting held. Raises MoveBlocked when it is shut to ``by``."""
    seen = point.version
    room.lock(point.sitting)
    kept = NEEDED.get(pk=point.pk)
    if not Point.objects.filter(pk=point.pk).open_to(by).exists():
        raise MoveBlocked(_("You stand back from this file: somebody else leads it."))
    if kept.sitting.state != T.IN_SESSION:
        raise MoveBlocked(_("The sitting is not open."))
    if kept.application.sitting_id != kept.sitting_id:
        raise MoveBlocked(_("This file waits for another sitting."))
    kept.version = seen
    return kept


def rules_of(point):
    return Rules.of(point.application.rules)


def count_of(point, house=None):
    """Who counts for ``point`` now."""
    house = house or House(point.sitting)
    return house.count(point.application_id, rules_of(point))


def to_step_out(house, application_key):
    """The members in the room who stand back from that file: they have to leave it."""
    return [one for one in house.recused_from(application_key) if house.is_here(one)]


@transaction.atomic
def start(point, *, by, out=False):
    """Take up the file; ``out``: the keys of the members who stand back and have left the
    room, or True for all of them (T8).

    Raises MoveBlocked without the quorum, while a tie is not decided about, or when
    another file is under discussion.
    """
    point = fresh(point, by)
    need_to_be_between(point.sitting, by, but=point)
    return begin(point, House(point.sitting), by=by, out=out)


def begin(point, house, *, by, out):
    """Take up ``point``, whose sitting is held; see ``start``."""
    application, at = point.application, now()
    if why := unsettled(house, application):
        raise MoveBlocked(why)
    count = count_of(point, house)
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    leaving = to_step_out(house, application.pk)
    unsaid = [one for one in leaving if out is not True and one.pk not in (out or ())]
    if unsaid:
        names = ", ".join(one.person.full_name for one in unsaid)
        said = {"names": names}
        raise MoveBlocked(
            _("Say that whoever stands back has left the room: %(names)s.") % said
        )
    presiding = house.presiding(application.pk)
    move(
        point,
        "start",
        by=by,
        started_at=point.started_at or at,
        presided_by=presiding.person if presiding else None,
    )
    move(application, "deliberate", by=by)
    room.step_out(point, leaving, at)
    return point


def unsettled(house, application):
    """What nobody decided about a member who is there, in a sentence, or ``""``."""
    waiting = application.recusals.filter(
        state=RecusalState.SUSPECTED,
        person__in=[one.person.pk for one in house.members if house.is_here(one)],
    )
    if not waiting.exists():
        return ""
    return _("A recusal is to confirm or reject before this file is taken up.")


@transaction.atomic
def put_off(point, *, by):
    """Come back to it later in the sitting."""
    point = fresh(point, by)
    move(point.application, "set_aside", by=by)
    return end(point, by=by)


def end(point, *, by):
    """It is under discussion no more, and what was cast on it is void; under the lock."""
    Vote.objects.filter(point=point).delete()
    if point.state != K.OPEN:
        move(point, "cancel_vote", by=by, **NO_BALLOT)
    move(point, "put_off", by=by, presided_by=None, **NO_BALLOT)
    room.back_in(point, now())
    return point
