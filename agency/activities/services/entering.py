"""How a seat becomes somebody's: at once, or once the charter is signed.

Every way in passes here: open registration, a request accepted, an offer taken, a seat
given by hand. Nobody is confirmed whose charter is not signed (reference c7, 11).
"""

from datetime import timedelta

from agency.activities import emails
from agency.activities.models import CharterSignature
from agency.activities.services.expected import welcome
from agency.activities.states import SessionState
from agency.core.clock import now
from agency.core.lifecycle import move

# Whoever is told at six that a seat waits until seven has not been asked.
SHORTEST = timedelta(hours=6)


def must_sign(activity, person, *, by=None):
    """Whether the seat waits for the person's own yes.

    A charter asks for it; so does a sealed room, into which nobody is put by another:
    its access starts when the person accepts it from their own account (DESIGN 4).
    """
    if activity.charter_id and not has_signed(activity, person):
        return True
    return activity.sealed and by is not None and by.pk != person.pk


def has_signed(activity, person):
    """Whether the version in force was signed already, for this very activity."""
    version = activity.charter.in_force()
    if version is None:
        return True
    signed = CharterSignature.objects.filter(version=version, person=person)
    return signed.filter(enrolment__activity=activity).exists()


def signature_due(activity, moment):
    """Until when a seat given at ``moment`` waits for the signature."""
    due = moment + timedelta(days=activity.signature_days)
    coming = activity.sessions.filter(state=SessionState.PLANNED, starts_at__gt=moment)
    first = coming.order_by("starts_at").values_list("starts_at", flat=True).first()
    return max(min(due, first or due), moment + SHORTEST)


def accept(enrolment, name, *, by, after=None, until=None, **how):
    """Follow the arrow ``name`` to a seat, and on to the end when nothing is to sign.

    ``until``: how long the seat waits for the signature, else the time of the activity.
    The caller holds the lock and has seen that a seat is free. Raises MoveRefused.
    """
    activity, person = enrolment.activity, enrolment.person
    waits = must_sign(activity, person, by=by)
    moment = now()
    due = (until or signature_due(activity, moment)) if waits else None
    cleared = {"signature_due_at": due}
    if enrolment.offer_expires_at is not None:
        cleared["offer_expires_at"] = None
    move(enrolment, name, by=by, after=after, **cleared, **how)
    if waits:
        emails.charter_to_sign(enrolment)
        return
    confirm(enrolment, by=by)


def confirm(enrolment, *, by, after=None):
    """The seat is theirs: expected at what is to come, and told so."""
    changes = {"confirmed_at": now()}
    if enrolment.signature_due_at is not None:
        changes["signature_due_at"] = None
    move(enrolment, "confirm", by=by, after=after, **changes)
    welcome(enrolment)
