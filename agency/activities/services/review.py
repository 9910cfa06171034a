"""Requests that somebody of the agency decides on: accept, let wait, refuse."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities import emails
from agency.activities.models import Enrolment
from agency.activities.services import entering, seats, waiting
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move


def _locked(enrolment):
    """Take the turn, and read the request anew under it."""
    seats.lock(enrolment.activity)
    activity = enrolment.activity
    fresh = Enrolment.objects.select_related("person")
    enrolment.refresh_from_db(from_queryset=fresh)
    enrolment.activity = activity
    return activity


@transaction.atomic
def retain(enrolment, *, by, reason=""):
    """Accept a request: the seat is theirs, or will be once the charter is signed.

    Raises MoveBlocked without a free seat, when no seat is for this person, or when no
    ``reason`` says why a colleague may come too or somebody before them is passed over;
    MoveRefused when it was decided already.
    """
    activity = _locked(enrolment)
    waiting.settle(activity)
    if why := waiting.barred(activity, enrolment.person):
        raise MoveBlocked(why.label)
    free = seats.free(activity)
    if free is not None and free <= 0:
        raise MoveBlocked(
            _("Every seat is held: put the request on the waiting list, or add a seat.")
        )
    waiting.need_a_reason(enrolment, reason)
    entering.accept(enrolment, "retain", by=by, reason=reason)


@transaction.atomic
def shelve(enrolment, *, by, reason=""):
    """Let a request wait for a seat, in the order in which it came. Raises MoveRefused."""
    activity = _locked(enrolment)
    why = waiting.skipped(activity, enrolment.person)
    move(enrolment, "shelve", by=by, reason=reason)
    colleague = why == waiting.Skipped.ORGANISATION
    emails.enrolment_waitlisted(enrolment, colleague=colleague, read=True)
    waiting.settle(activity)


@transaction.atomic
def refuse(enrolment, *, by, reason=""):
    """Refuse a request, with the reason that the person reads.

    Raises MoveBlocked without a reason, and MoveRefused when it was decided already.
    """
    said = reason.strip()
    if not said:
        raise MoveBlocked(_("Write the reason: the person reads it."))
    _locked(enrolment)
    move(enrolment, "refuse", by=by, ended_at=now(), refusal_reason=said)
    emails.enrolment_refused(enrolment)
