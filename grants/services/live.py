"""The sitting while it is held: from its opening to its closing, file by file (C.3, C.8).

Every gesture begins with ``room.lock``: two secretaries, a member who leaves and a vote
that comes in are read one after another.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agency.activities.states import SessionState
from agency.core import journal
from agency.core.clock import now
from agency.core.figures import euros
from agency.core.lifecycle import MoveBlocked, move
from agency.core.rows import insert_unless_there
from grants.choices import AIDED, Block, Choice, Majority, Outcome, Via
from grants.models import Opinion, Point, SittingEnvelope, Vote
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
# As long as that a gesture is undone by one press; later, with a reason.
UNDO = timedelta(seconds=30)
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
    """The items that are still there: an application that was withdrawn is not."""
    return Point.objects.filter(sitting=sitting).filter(
        application__state__in=PRESENTED
    )


@transaction.atomic
def close_sitting(sitting, *, by):
    """Close it; what was not examined waits for another sitting, ready as before.

    The chair is told that the draft of the minutes is there.
    """
    room.lock(sitting)
    if (current := current_of(sitting)) is not None:
        said = {"file": str(current.application)}
        raise MoveBlocked(_("%(file)s is under discussion: end it first.") % said)
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
    """Go on with a sitting that was closed too soon, until its minutes are validated."""
    room.lock(sitting)
    if not reason:
        raise MoveBlocked(_("Say why the sitting is resumed."))
    return move(sitting, "resume", by=by, reason=reason, closed_at=None)


# --- One file ------------------------------------------------------------------------------
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
    """Take up the file; ``out`` says that whoever stands back has left the room (T8).

    Raises MoveBlocked without the quorum, while a tie is not decided about, or when
    another file is under discussion.
    """
    point = fresh(point, by)
    if (current := current_of(point.sitting)) is not None and current.pk != point.pk:
        said = {"file": str(current.application)}
        raise MoveBlocked(_("%(file)s is under discussion: end it first.") % said)
    return _start(point, House(point.sitting), by=by, out=out)


def _start(point, house, *, by, out):
    application, at = point.application, now()
    if why := unsettled(house, application):
        raise MoveBlocked(why)
    count = count_of(point, house)
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    leaving = to_step_out(house, application.pk)
    if leaving and not out:
        names = ", ".join(one.person.full_name for one in leaving)
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
    move(point, "put_off", by=by, presided_by=None)
    move(point.application, "set_aside", by=by)
    room.back_in(point, now())
    return point


# --- The vote -------------------------------------------------------------------------------
@transaction.atomic
def open_vote(point, *, by, secret=False):
    """Open the ballot; one that was held before on this file is void, and said so."""
    point = fresh(point, by)
    count = count_of(point)
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    void, _rows = Vote.objects.filter(point=point).delete()
    reason = _("Voted again.") if void else ""
    blank = {"votes_for": 0, "votes_against": 0, "abstentions": 0, "casting": ""}
    return move(point, "open_vote", by=by, reason=reason, is_secret=secret, **blank)


TALLY = {
    Choice.FOR: "votes_for",
    Choice.AGAINST: "votes_against",
    Choice.ABSTAIN: "abstentions",
}


@transaction.atomic
def cast(point, seat_key, choice, *, by):
    """The voice of a seat, expressed by whoever holds it now: once, while it is open (I7).

    ``by`` is that person; or, of an open ballot, whoever leads the sitting and sees the
    hands. Of a secret one the row says that the voice was cast, the tally what. Raises
    MoveBlocked.
    """
    room.lock(point.sitting)
    point = NEEDED.get(pk=point.pk)
    if point.state != K.VOTING or point.sitting.state != T.IN_SESSION:
        raise MoveBlocked(_("The vote is not open."))
    if choice not in TALLY:
        raise MoveBlocked(_("Vote for, against, or abstain."))
    voices = {one.seat.pk: one for one in count_of(point).voices}
    voice = voices.get(seat_key)
    if voice is None:
        raise MoveBlocked(_("This voice does not count for this file now."))
    theirs = voice.by.person.pk == by.pk
    if not theirs and (point.is_secret or not room.runs(by, point.sitting)):
        raise MoveBlocked(_("This voice is not yours."))
    kept = "" if point.is_secret else choice
    row = Vote(point=point, member=voice.seat, choice=kept, via=voice.via)
    if not insert_unless_there(row):
        raise MoveBlocked(_("This voice has voted already."))
    column = TALLY[choice]
    Point.objects.filter(pk=point.pk).update(**{column: F(column) + 1})
    return row


@transaction.atomic
def close_vote(point, *, by):
    """Close the ballot; refused once the quorum is lost, whatever was cast before."""
    point = fresh(point, by)
    count = count_of(point)
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    if not point.cast:
        raise MoveBlocked(_("Nobody has voted yet."))
    return move(point, "close_vote", by=by, casting=_casting(point))


def _casting(point):
    """The voice of the chair in a tie of an open ballot, when they voted and it counts."""
    if point.votes_for != point.votes_against or point.is_secret:
        return ""
    if not rules_of(point).casting_vote or point.presided_by_id is None:
        return ""
    own = Vote.objects.filter(
        point=point,
        member__enrolment__person=point.presided_by_id,
        choice__in=(Choice.FOR, Choice.AGAINST),
    ).exclude(via=Via.PROXY)
    return own.values_list("choice", flat=True).first() or ""


@transaction.atomic
def settle(point, choice, *, by):
    """The chair says aloud which way a tie goes (art. 12): ``for`` or ``against``."""
    point = fresh(point, by)
    if choice not in {Choice.FOR, Choice.AGAINST}:
        raise MoveBlocked(_("The casting vote is for or against."))
    if result(point) != "tie" or not rules_of(point).casting_vote:
        raise MoveBlocked(_("There is no tie to settle."))
    if point.presided_by_id is None:
        raise MoveBlocked(_("Nobody presides: the file is adjourned."))
    rows = Point.objects.filter(pk=point.pk, version=point.version, state=K.VOTED)
    if not rows.update(casting=choice, version=F("version") + 1):
        raise MoveBlocked(_("This item has changed in the meantime."))
    journal.record(point, "settle", by=by)
    return point


@transaction.atomic
def cancel_vote(point, *, by):
    """The ballot is void; what was cast is thrown away."""
    point = fresh(point, by)
    Vote.objects.filter(point=point).delete()
    blank = {"votes_for": 0, "votes_against": 0, "abstentions": 0, "casting": ""}
    return move(point, "cancel_vote", by=by, **blank)


def result(point):
    """``carried``, ``rejected`` or ``tie`` of a ballot that was held; ``""`` without one.

    The majority of those present or represented (art. 12), as the rules of the scheme
    have it: abstentions count in the two that ask for more than the votes for.
    """
    if not point.cast:
        return ""
    majority = rules_of(point).majority
    if majority == Majority.ABSOLUTE and point.votes_for * 2 > point.cast:
        return "carried"
    if majority == Majority.TWO_THIRDS:
        return "carried" if point.votes_for * 3 >= point.cast * 2 else "rejected"
    if majority == Majority.SIMPLE and point.votes_for > point.votes_against:
        return "carried"
    if point.votes_for == point.votes_against:
        return {Choice.FOR: "carried", Choice.AGAINST: "rejected"}.get(
            point.casting, "tie"
        )
    return "rejected"


# --- The opinion ----------------------------------------------------------------------------
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
            _start(point, house, by=by, out=out)
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
