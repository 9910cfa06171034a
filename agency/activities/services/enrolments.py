"""What happens to an enrolment: register, withdraw, cancel."""

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from agency.activities import emails
from agency.activities.choices import ParticipationMode, RegistrationMode
from agency.activities.models import Enrolment, Participation
from agency.activities.services import seats
from agency.activities.states import ActivityState, ParticipationState, SessionState
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import move


class Refusal(TextChoices):
    """Why somebody cannot register now, in a sentence for them."""

    NO_REGISTRATION = "no_registration", _("One does not register for this activity.")
    NOT_OPEN = "not_open", _("Registration is not open.")
    TOO_EARLY = "too_early", _("Registration has not opened yet.")
    TOO_LATE = "too_late", _("Registration is over.")
    OVER = "over", _("This activity is over.")
    FULL = "full", _("There is no seat left.")
    ACCOUNT = "account", _("This account can no longer register.")
    STAFF = (
        "staff",
        _("What is said there stays there: the agency's team takes no part."),
    )


class RegistrationRefused(Exception):
    """Nobody was registered; ``refusal`` says why, ``str()`` in a sentence."""

    def __init__(self, refusal):
        self.refusal = refusal
        super().__init__(refusal.label)


def refusal(activity, *, taken=None):
    """Why ``activity`` takes nobody at this moment, or None.

    ``taken`` is the number of seats held when the caller has counted them. The
    window includes the second it opens and excludes the second it closes.
    """
    moment = now()
    if activity.registration_mode == RegistrationMode.NONE:
        return Refusal.NO_REGISTRATION
    if activity.state != ActivityState.OPEN:
        return Refusal.NOT_OPEN
    if activity.opens_at and moment < activity.opens_at:
        return Refusal.TOO_EARLY
    if activity.closes_at and moment >= activity.closes_at:
        return Refusal.TOO_LATE
    return full(activity, taken)


def barred(activity, person):
    """Why this very person may not come in, or None.

    Nobody who holds a staff role or the technical flag joins a sealed room.
    """
    if not person.is_active:
        return Refusal.ACCOUNT
    if activity.sealed and person.is_staff:
        return Refusal.STAFF
    return None


def closed(activity, *, taken=None):
    """Why not even an officer registers somebody any more, or None."""
    if activity.state in (ActivityState.COMPLETED, ActivityState.CANCELLED):
        return Refusal.OVER
    return full(activity, taken)


def full(activity, taken=None):
    """``Refusal.FULL`` when every seat is held, else None."""
    if activity.capacity is None:
        return None
    held = seats.taken(activity) if taken is None else taken
    return Refusal.FULL if held >= activity.capacity else None


@transaction.atomic
def register(activity, *, person, affiliation=None, mode=None, by=None):
    """Give ``person`` a seat and tell them; return the enrolment.

    Registering twice returns the enrolment there is and writes nothing. An officer
    (``by`` somebody else than the person) may register outside the window, never
    beyond the seats. Raises RegistrationRefused.
    """
    seats.lock(activity)
    taken, own = seats.taken_and_own(activity, person)
    if own:
        return Enrolment.objects.get(pk=own)
    by_officer = by is not None and by.pk != person.pk
    problem = (closed if by_officer else refusal)(activity, taken=taken)
    problem = barred(activity, person) or problem
    if problem:
        raise RegistrationRefused(problem)
    enrolment = Enrolment.objects.create(
        activity=activity, person=person, affiliation=affiliation, submitted_at=now()
    )
    entry = journal.record(enrolment, "submit", by=by or person, after=journal.START)
    move(enrolment, "confirm", by=by or person, after=entry, confirmed_at=now())
    sessions = list(activity.sessions.coming().select_related("venue"))
    expect(enrolment, sessions=sessions, mode=mode or ParticipationMode.ONSITE)
    emails.enrolment_confirmed(enrolment, sessions)
    return enrolment


def expect(enrolment, *, sessions, mode=ParticipationMode.ONSITE):
    """Fan the enrolment out: one participation for each of the ``sessions`` to come.

    The caller holds the lock of the activity: nobody else writes these rows meanwhile.
    """
    whose = {"person_id": enrolment.person_id}
    known = Participation.objects.filter(session__in=sessions, **whose)
    by_session = {one.session_id: one for one in known}
    Participation.objects.bulk_create(
        Participation(session=session, enrolment=enrolment, mode=mode, **whose)
        for session in sessions
        if session.pk not in by_session
    )
    for one in by_session.values():
        if one.state == ParticipationState.CANCELLED:
            move(one, "expect", enrolment=enrolment, mode=mode)


@transaction.atomic
def withdraw(enrolment, *, by, reason=""):
    """Free the seat at the person's own request. Raises MoveRefused."""
    seats.lock(enrolment.activity)
    move(enrolment, "withdraw", by=by, reason=reason, ended_at=now())
    release(enrolment, by=by)


@transaction.atomic
def cancel(enrolment, *, by, reason=""):
    """Free the seat by a decision of the agency and tell the person.

    Raises MoveRefused.
    """
    seats.lock(enrolment.activity)
    move(enrolment, "cancel", by=by, reason=reason, ended_at=now())
    release(enrolment, by=by)
    emails.enrolment_cancelled(enrolment)


def release(enrolment, *, by=None):
    """The person is no longer expected at the sessions to come; the past stays."""
    coming = enrolment.participations.expected().filter(
        session__ends_at__gte=now(), session__state=SessionState.PLANNED
    )
    for participation in coming.select_related("session").order_by("pk"):
        move(participation, "release", by=by)
