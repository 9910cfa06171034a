"""What the commission says of a file: recorded with its reason, taken back with a trace."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.core import journal
from agency.core.clock import now
from agency.core.figures import euros
from agency.core.lifecycle import MoveBlocked, move
from grants.choices import AIDED, Block, Outcome
from grants.models import Opinion, SittingEnvelope
from grants.services import room
from grants.services.live import (
    NEEDED,
    agenda,
    begin,
    count_of,
    end,
    fresh,
    need_to_be_between,
    no_quorum,
    to_step_out,
)
from grants.services.quorum import House
from grants.services.voting import result, spoilt
from grants.states import PRESENTED, PointState, SittingState

K, T = PointState, SittingState
# As long as that a gesture is undone by one press; later, with a reason.
UNDO = timedelta(seconds=30)


@dataclass
class Said:
    """What is recorded of a file; ``amount`` in euros, of a favourable opinion alone."""

    outcome: str
    told: str
    amount: object = None
    conditions: str = ""
    questions: str = ""
    debate: str = ""


@transaction.atomic
def record(point, said, *, by):
    """Keep the opinion ``said`` (a Said) on ``point`` (T9). Raises MoveBlocked."""
    point = fresh(point, by)
    return _record(point, said, House(point.sitting), by=by)


def _record(point, said, house, *, by, at=None):
    at = at or now()
    count = count_of(point, house)
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    if point.cast and (why := spoilt(point, house)):
        raise MoveBlocked(why)
    if faults := objections(point, said, by):
        raise MoveBlocked(" ".join(faults))
    move(point, "record", by=by, ended_at=at, count=count.as_row())
    move(point.application, "give_opinion", by=by)
    aided = said.outcome in AIDED
    opinion = Opinion.objects.create(
        point=point,
        outcome=said.outcome,
        amount=said.amount if aided else None,
        told=said.told.strip(),
        conditions=said.conditions.strip() if said.outcome == Outcome.RESERVED else "",
        questions=said.questions.strip() if said.outcome == Outcome.ADJOURNED else "",
        debate=said.debate.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    room.back_in(point, at)
    return opinion


def objections(point, said, by):
    """What is wrong with the opinion ``said`` on ``point``, a sentence each, for ``by``."""
    found = []
    if not said.told.strip():
        found.append(_("Write the reason: the applicants read it."))
    if said.outcome in AIDED:
        found += _about_amount(point, said.amount, by)
    if said.outcome == Outcome.RESERVED and not said.conditions.strip():
        found.append(_("Write the reservations."))
    if said.outcome == Outcome.ADJOURNED and not said.questions.strip():
        found.append(_("Write what the next sitting has to know."))
    if why := _against_the_vote(point, said.outcome):
        found.append(why)
    return found


def _about_amount(point, amount, by):
    asked = point.application.requested
    if not amount or amount <= 0:
        return [_("A favourable opinion has an amount above zero.")]
    if asked is not None and amount > asked:
        return [_("No more is given than what is asked for.")]
    if point.cast and point.amount is not None and amount > point.amount:
        said = {"amount": euros(point.amount)}
        return [
            _("%(amount)s were put to the vote: no more than that, or vote again.")
            % said
        ]
    left = left_of(point.sitting, point.application.scheme_id, but=point)
    if left is not None and amount > left:
        if _stands_back_there(point, by):
            return [_("The envelope is too small for this amount.")]
        said = {"left": euros(left)}
        return [_("The envelope is too small: %(left)s are left.") % said]
    return []


def _stands_back_there(point, by):
    """Whether a file of the same scheme is shut to ``by``: a sum would tell of it."""
    rows = agenda(point.sitting).filter(application__scheme=point.application.scheme_id)
    return rows.open_to(by).count() < rows.count()


def _against_the_vote(point, outcome):
    stood = result(point)
    if stood == "carried" and outcome not in AIDED:
        return _("The vote was in favour: the opinion follows it, or vote again.")
    if stood == "rejected" and outcome in AIDED:
        return _("The vote was against: the opinion follows it, or vote again.")
    if stood == "tie" and outcome != Outcome.ADJOURNED:
        return _("The vote is a tie: settle it, or adjourn the file.")
    return ""


def left_of(sitting, scheme_key, *, but=None):
    """What is left of the envelope of a scheme in that sitting, in euros; None without one."""
    envelope = SittingEnvelope.objects.filter(
        sitting=sitting, scheme=scheme_key
    ).first()
    if envelope is None:
        return None
    given = Opinion.objects.filter(
        point__sitting=sitting,
        point__application__scheme=scheme_key,
        point__application__state__in=PRESENTED,
    )
    if but is not None:
        given = given.exclude(pk=but.pk)
    return envelope.amount - (given.aggregate(sum=Sum("amount"))["sum"] or 0)


@transaction.atomic
def take_back(point, *, by, reason=""):
    """Take the opinion back: within thirty seconds by one press, later with a reason.

    The journal keeps what it was. The ballot stays as it was held. Files that were
    recorded together are taken back together, and wait again.
    """
    point = fresh(point, by)
    opinion = Opinion.objects.filter(point=point).first()
    if opinion is None:
        raise MoveBlocked(_("There is no opinion to take back."))
    if now() - opinion.recorded_at > UNDO and not reason:
        raise MoveBlocked(_("Say why the opinion is taken back."))
    need_to_be_between(point.sitting, by)
    others = list(_recorded_with(point, opinion, by))
    for one in [point, *others]:
        _take_back(one, by, reason)
        if others:
            move(one.application, "set_aside", by=by)
            end(one, by=by)
    return point


def _recorded_with(point, opinion, by):
    """The items that were given their opinion by the same press."""
    rows = NEEDED.filter(
        sitting=point.sitting, opinion__recorded_at=opinion.recorded_at
    ).exclude(pk=point.pk)
    return rows.open_to(by).select_related("opinion")


def _take_back(point, by, reason):
    opinion = Opinion.objects.get(point=point)
    house = House(point.sitting)
    move(point, "take_back", by=by, reason=reason, ended_at=None)
    move(point.application, "take_opinion_back", by=by)
    kept = {"outcome": opinion.outcome, "amount": str(opinion.amount or "")}
    journal.record(point, "opinion_taken_back", by=by, **kept)
    opinion.delete()
    room.step_out(point, to_step_out(house, point.application_id), now())


# --- The files examined together ---------------------------------------------------------------
def together(sitting, by):
    """What may be recorded in one go: the files of the block that wait, open to ``by``."""
    rows = agenda(sitting).open_to(by).filter(block=Block.CONSENSUAL, state=K.WAITING)
    return rows.select_related(
        "sitting__session",
        "application__rules",
        "application__scheme",
        "application__organisation",
        "application__show",
    ).order_by("position", "pk")


@transaction.atomic
def record_together(sitting, keys, told, *, by, out=False, turn=None):
    """A favourable opinion on each of the files ``keys`` of the block, at its amount.

    By consensus, with one reason for all. ``turn``: that of the page, so that an amount
    which changed in the meantime is looked at first. Returns the points; raises
    MoveBlocked with the first that cannot be: then nothing is recorded.
    """
    room.lock(sitting)
    if turn is not None and sitting.turn != turn + 1:
        raise MoveBlocked(
            _("Something changed in the sitting: look at the files, then record again.")
        )
    if sitting.state != T.IN_SESSION:
        raise MoveBlocked(_("The sitting is not open."))
    need_to_be_between(sitting, by)
    points = [one for one in together(sitting, by) if one.pk in keys]
    if not points:
        raise MoveBlocked(_("Choose the files on which everybody agrees."))
    house, at = House(sitting), now()
    for point in points:
        point.sitting = sitting
        try:
            begin(point, house, by=by, out=out)
            said = Said(Outcome.FAVOURABLE, told, point.amount)
            _record(point, said, house, by=by, at=at)
        except MoveBlocked as blocked:
            said = {"file": str(point.application), "why": str(blocked)}
            raise MoveBlocked(_("%(file)s: %(why)s") % said) from blocked
    return points


def said_of(points):
    """The sentence that says how many were recorded."""
    words = ngettext(
        "%(count)s favourable opinion recorded.",
        "%(count)s favourable opinions recorded.",
        len(points),
    )
    return words % {"count": len(points)}
