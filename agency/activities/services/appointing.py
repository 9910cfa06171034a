"""Those whom the agency appoints: they said yes elsewhere, from their own account."""

from datetime import timedelta

from django.db import transaction

from agency.activities.models import Enrolment
from agency.activities.services import activities, enrolments, entering, seats
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import move

A_YEAR = timedelta(days=365)


@transaction.atomic
def appoint(activity, person, *, by=None):
    """Give ``person`` a seat, expect them at what is to come; return their enrolment.

    They neither register nor wait: what they said yes to gives them the seat, and where
    none is left one is added. A charter is still theirs to sign. Appointed twice,
    nothing more happens. None for whoever may not be in this room, and once the
    activity is over.
    """
    seats.lock(activity)
    own = Enrolment.objects.running().filter(activity=activity, person=person).first()
    if own is not None:
        return own
    if enrolments.barred(activity, person) or enrolments.over(activity):
        return None
    _make_room(activity, by)
    enrolment = Enrolment.objects.create(
        activity=activity, person=person, submitted_at=now()
    )
    entry = journal.record(enrolment, "submit", by=by, after=journal.START)
    if entering.must_sign(activity, person):
        until = _last_moment(activity)
        entering.accept(enrolment, "seat", by=by, after=entry, until=until)
    else:
        move(enrolment, "confirm", by=by, after=entry, confirmed_at=now())
        entering.welcome(enrolment)
    return enrolment


def _last_moment(activity):
    """Nobody waits behind somebody appointed: they sign until the last session begins."""
    last = activity.sessions.coming().order_by("-starts_at").first()
    return last.starts_at if last else now() + A_YEAR


def _make_room(activity, by):
    held = seats.taken(activity)
    if activity.capacity is not None and held >= activity.capacity:
        activities.resize(activity, capacity=held + 1, by=by)
