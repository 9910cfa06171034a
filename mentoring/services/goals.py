"""The goals of a pair: their words are written by the form of sealed texts alone."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core.lifecycle import MoveBlocked, move
from mentoring import emails
from mentoring.models import AgencyNote, Goal, Pair
from mentoring.services.meetings import lock

MOST = 12


@transaction.atomic
def begin(pair, *, by):
    """An empty goal, whose words its form writes in the same transaction."""
    lock(pair, by)
    if pair.goals.count() >= MOST:
        raise MoveBlocked(_("Twelve goals are enough: set one aside first."))
    return Goal.objects.create(pair=pair)


@transaction.atomic
def turn(goal, name, *, by):
    """Reached, set aside, or taken up again."""
    lock(goal.pair, by)
    move(goal, name, by=by)


@transaction.atomic
def tell_agency(pair, text, *, by):
    """A word to the officer in charge, sent on purpose; also after the end."""
    side = by and not by.is_staff and pair.side_of(by)
    if not side or not pair.is_joined:
        raise MoveBlocked(_("Only the two of a pair write in it."))
    # Its turn, against the job that erases: no word comes after it.
    open_room = Pair.objects.filter(pk=pair.pk, words_erased_at=None)
    if not open_room.update(turn=F("turn") + 1):
        raise MoveBlocked(
            _(
                "This pair is over and its words are erased: write to the agency by mail."
            )
        )
    note = AgencyNote.objects.create(pair=pair, side=side, text=text)
    emails.pair_word(note)
    return note
