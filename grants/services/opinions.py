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
    agenda,
    begin,
    count_of,
    current_of,
    fresh,
    no_quorum,
    to_step_out,
)
from grants.services.quorum import House
from grants.services.voting import result
from grants.states import PointState, SittingState

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


def _record(point, said, house, *, by):
    count = count_of(point, house)
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    if faults := objections(point, said):
        raise MoveBlocked(" ".join(faults))
    at = now()
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


def objections(point, said):
    """What is wrong with the opinion ``said`` on ``point``, a sentence each."""
    found = []
    if not said.told.strip():
        found.append(_("Write the reason: the applicants read it."))
    if said.outcome in AIDED:
        found += _about_amount(point, said.amount)
    if said.outcome == Outcome.RESERVED and not said.conditions.strip():
        found.append(_("Write the reservations."))
    if said.outcome == Outcome.ADJOURNED and not said.questions.strip():
        found.append(_("Write what the next sitting has to know."))
    if why := _against_the_vote(point, said.outcome):
        found.append(why)
    return found


def _about_amount(point, amount):
    asked = point.application.requested
    if not amount or amount <= 0:
        return [_("A favourable opinion has an amount above zero.")]
    if asked is not None and amount > asked:
        return [_("No more is given than what is asked for.")]
    left = left_of(point.sitting, point.application.scheme_id, but=point)
    if left is not None and amount > left:
        said = {"left": euros(left)}
        return [_("The envelope is too small: %(left)s are left.") % said]
    return []


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
        point__sitting=sitting, point__application__scheme=scheme_key
    )
    if but is not None:
        given = given.exclude(pk=but.pk)
    return envelope.amount - (given.aggregate(sum=Sum("amount"))["sum"] or 0)


@transaction.atomic
def take_back(point, *, by, reason=""):
    """Take the opinion back: within thirty seconds by one press, later with a reason.

    The journal keeps what it was. The ballot stays as it was held.
    """
    point = fresh(point, by)
    opinion = Opinion.objects.filter(point=point).first()
    if opinion is None:
        raise MoveBlocked(_("There is no opinion to take back."))
    if now() - opinion.recorded_at > UNDO and not reason:
        raise MoveBlocked(_("Say why the opinion is taken back."))
    if (current := current_of(point.sitting)) is not None:
        said = {"file": str(current.application)}
        raise MoveBlocked(_("%(file)s is under discussion: end it first.") % said)
    house = House(point.sitting)
    move(point, "take_back", by=by, reason=reason, ended_at=None)
    move(point.application, "take_opinion_back", by=by)
    kept = {"outcome": opinion.outcome, "amount": str(opinion.amount or "")}
    journal.record(point, "opinion_taken_back", by=by, **kept)
    opinion.delete()
    room.step_out(point, to_step_out(house, point.application_id), now())
    return point


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
def record_together(sitting, keys, told, *, by, out=False):
    """A favourable opinion on each of the files ``keys`` of the block, at its amount.

    By consensus, with one reason for all. Returns the points; raises MoveBlocked with the
    first that cannot be: then nothing is recorded.
    """
    room.lock(sitting)
    if sitting.state != T.IN_SESSION:
        raise MoveBlocked(_("The sitting is not open."))
    if current_of(sitting) is not None:
        raise MoveBlocked(_("A file is under discussion: end it first."))
    points = [one for one in together(sitting, by) if one.pk in keys]
    if not points:
        raise MoveBlocked(_("Choose the files on which everybody agrees."))
    house = House(sitting)
    for point in points:
        point.sitting = sitting
        try:
            begin(point, house, by=by, out=out)
            said = Said(Outcome.FAVOURABLE, told, point.amount)
            _record(point, said, house, by=by)
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
