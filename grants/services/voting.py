"""The ballots of a sitting: open or secret, once a voice, the majority of the rules (I7).

By default the majority of those present or represented, and the chair's casting vote when
they vote (decree 2006-672, art. 12).
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.lifecycle import MoveBlocked, move
from agency.core.rows import insert_unless_there
from grants.choices import Choice, Majority, Via
from grants.models import Point, Vote
from grants.services import room
from grants.services.live import (
    NEEDED,
    NO_BALLOT,
    count_of,
    fresh,
    no_quorum,
    rules_of,
)
from grants.services.quorum import House
from grants.states import PointState, SittingState

K, T = PointState, SittingState


@transaction.atomic
def open_vote(point, *, by, secret=False):
    """Open the ballot; one that was held before on this file is void, and said so."""
    point = fresh(point, by)
    count = count_of(point)
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    void, _rows = Vote.objects.filter(point=point).delete()
    reason = _("Voted again.") if void else ""
    leads = House(point.sitting).presiding(point.application_id)
    return move(
        point,
        "open_vote",
        by=by,
        reason=reason,
        is_secret=secret,
        presided_by=leads.person if leads else None,
        **NO_BALLOT,
    )


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
    row = Vote(
        point=point, member=voice.seat, choice=kept, via=voice.via, by=voice.by.person
    )
    if not insert_unless_there(row):
        raise MoveBlocked(_("This voice has voted already."))
    column = TALLY[choice]
    Point.objects.filter(pk=point.pk).update(**{column: F(column) + 1})
    return row


@transaction.atomic
def close_vote(point, *, by):
    """Close the ballot; refused once the quorum is lost, whatever was cast before.

    A secret one is closed when every voice is cast: else the tally would tell whose they
    are. Raises MoveBlocked.
    """
    point = fresh(point, by)
    house = House(point.sitting)
    count = count_of(point, house)
    if not count.ok:
        raise MoveBlocked(no_quorum(count))
    if not point.cast:
        raise MoveBlocked(_("Nobody has voted yet."))
    if point.is_secret and awaited(point, count):
        raise MoveBlocked(
            _("A secret ballot is closed once every voice is cast; or cancel it.")
        )
    if why := spoilt(point, house):
        raise MoveBlocked(why)
    return move(point, "close_vote", by=by, casting=_casting(point))


def awaited(point, count):
    """The voices of ``count`` that are not cast on ``point`` yet."""
    cast = set(Vote.objects.filter(point=point).values_list("member", flat=True))
    return [one for one in count.voices if one.seat.pk not in cast]


def spoilt(point, house):
    """Why the ballot of ``point`` does not stand, in a sentence, or ``""``: somebody who
    stands back from the file by now took part in it (decree 2006-672, art. 13).
    """
    voters = Vote.objects.filter(point=point).order_by().values_list("by", flat=True)
    shut = {one.person.pk for one in house.recused_from(point.application_id)}
    if shut.intersection(voters):
        return _("Somebody who voted stands back from this file now: vote again.")
    return ""


def _casting(point):
    """The voice of the chair in a tie of an open ballot, when they voted and it counts."""
    if not may_settle(point) or point.presided_by_id is None:
        return ""
    own = Vote.objects.filter(
        point=point, by=point.presided_by_id, choice__in=(Choice.FOR, Choice.AGAINST)
    ).exclude(via=Via.PROXY)
    return own.values_list("choice", flat=True).first() or ""


@transaction.atomic
def settle(point, choice, *, by):
    """The chair says aloud which way a tie goes (art. 12): ``for`` or ``against``.

    Of an open ballot, by whoever presides, is there and voted: a secret one is held again,
    or the file is adjourned.
    """
    point = fresh(point, by)
    if choice not in {Choice.FOR, Choice.AGAINST}:
        raise MoveBlocked(_("The casting vote is for or against."))
    if not may_settle(point):
        raise MoveBlocked(_("There is no tie to settle."))
    leads = House(point.sitting).presiding(point.application_id)
    voted = Vote.objects.filter(point=point)
    if leads is None or not voted.filter(by=leads.person).exists():
        raise MoveBlocked(
            _("Whoever presides is not there, or has not voted: adjourn the file.")
        )
    rows = Point.objects.filter(pk=point.pk, version=point.version, state=K.VOTED)
    if not rows.update(
        casting=choice, presided_by=leads.person, version=F("version") + 1
    ):
        raise MoveBlocked(_("This item has changed in the meantime."))
    journal.record(point, "settle", by=by)
    return point


@transaction.atomic
def cancel_vote(point, *, by):
    """The ballot is void; what was cast is thrown away."""
    point = fresh(point, by)
    Vote.objects.filter(point=point).delete()
    return move(point, "cancel_vote", by=by, **NO_BALLOT)


def may_settle(point):
    """Whether the chair's voice settles this ballot: a tie, held openly, that it decides."""
    if result(point) != "tie" or point.is_secret or not point.votes_for:
        return False
    rules = rules_of(point)
    decides = rules.majority != Majority.ABSOLUTE or _half(point)
    return rules.casting_vote and rules.majority != Majority.TWO_THIRDS and decides


def _half(point):
    """Whether one voice more for it makes more than half of those cast."""
    return (point.votes_for + 1) * 2 > point.cast


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
        if majority == Majority.ABSOLUTE and not _half(point):
            return "rejected"
        return {Choice.FOR: "carried", Choice.AGAINST: "rejected"}.get(
            point.casting, "tie"
        )
    return "rejected"
