"""What happens to an enrolment: register, withdraw, cancel. See ``waiting`` for the line."""

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from agency.activities import emails
from agency.activities.choices import ParticipationMode, RegistrationMode
from agency.activities.models import Enrolment
from agency.activities.services import seats, waiting
from agency.activities.services.expected import release, welcome
from agency.activities.states import ActivityState, EnrolmentState
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import move


class Refusal(TextChoices):
    """Why somebody cannot register now, in a sentence for them."""

    NO_REGISTRATION = "no_registration", _("One does not register for this activity.")
    NOT_OPEN = "not_open", _("Registration is not open.")
    TOO_EARLY = "too_early", _("Registration has not opened yet.")
    TOO_LATE = "too_late", _("Registration is over.")
    BEGUN = (
        "begun",
        _("This activity has begun: one does not register for it any more."),
    )
    OVER = "over", _("This activity is over.")
    CANCELLED = "cancelled", _("This activity is cancelled.")
    FULL = "full", _("There is no seat left.")
    ORGANISATION = (
        "organisation",
        _("Somebody of one of your organisations has a seat already."),
    )
    ACCOUNT = "account", _("This account can no longer register.")
    STAFF = (
        "staff",
        _("What is said there stays there: the agency's team takes no part."),
    )


# What each state that takes nobody says for itself.
BY_STATE = {
    ActivityState.DRAFT: Refusal.NOT_OPEN,
    ActivityState.ANNOUNCED: Refusal.TOO_EARLY,
    ActivityState.CLOSED: Refusal.TOO_LATE,
    ActivityState.RUNNING: Refusal.BEGUN,
    ActivityState.COMPLETED: Refusal.OVER,
    ActivityState.CANCELLED: Refusal.CANCELLED,
}


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
        return BY_STATE[activity.state]
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
        return BY_STATE[activity.state]
    return full(activity, taken)


def full(activity, taken=None):
    """``Refusal.FULL`` when every seat is held and nobody may wait for one, else None."""
    if activity.capacity is None or activity.waiting_list:
        return None
    held = seats.taken(activity) if taken is None else taken
    return Refusal.FULL if held >= activity.capacity else None


@transaction.atomic
def register(activity, *, person, affiliation=None, mode=None, by=None):
    """Give ``person`` a seat, or a place in line, and tell them; return the enrolment.

    Registering twice returns the enrolment there is and writes nothing. Whoever comes
    while somebody waits who could take the seat, waits too: nobody is overtaken. An
    officer (``by`` somebody else than the person) may register outside the window,
    never beyond the seats. Raises RegistrationRefused.
    """
    seats.lock(activity)
    tally = seats.tally(activity, person)
    if tally.own:
        return Enrolment.objects.get(pk=tally.own)
    if tally.lapsed:
        waiting.settle(activity)
        tally = seats.tally(activity, person)
    by_officer = by is not None and by.pk != person.pk
    problem = (closed if by_officer else refusal)(activity, taken=tally.held)
    problem = barred(activity, person) or problem
    wait = must_wait(activity, person, tally)
    if wait and not activity.waiting_list:
        problem = problem or wait
    if problem:
        raise RegistrationRefused(problem)
    enrolment = Enrolment.objects.create(
        activity=activity,
        person=person,
        affiliation=affiliation,
        mode=mode or ParticipationMode.ONSITE,
        submitted_at=now(),
    )
    entry = journal.record(enrolment, "submit", by=by or person, after=journal.START)
    if wait:
        move(enrolment, "wait", by=by or person, after=entry)
        colleague = wait == Refusal.ORGANISATION
        emails.enrolment_waitlisted(enrolment, colleague=colleague)
        return enrolment
    move(enrolment, "confirm", by=by or person, after=entry, confirmed_at=now())
    welcome(enrolment)
    return enrolment


def would_wait(activity, person):
    """Why ``person`` who registered now would wait, or None; nothing is locked."""
    return must_wait(activity, person, seats.tally(activity, person))


def must_wait(activity, person, tally):
    """Why ``person`` gets no seat at once although registration is open, or None."""
    if activity.capacity is not None:
        if tally.held >= activity.capacity:
            return Refusal.FULL
        if tally.waiting and waiting.first_eligible(activity):
            return Refusal.FULL
    if waiting.skipped(activity, person) == waiting.Skipped.ORGANISATION:
        return Refusal.ORGANISATION
    return None


@transaction.atomic
def withdraw(enrolment, *, by, reason=""):
    """Free the seat, or leave the line, at the person's own request.

    Raises MoveRefused.
    """
    _end(enrolment, "withdraw", by=by, reason=reason)
    waiting.settle(enrolment.activity)


@transaction.atomic
def cancel(enrolment, *, by, reason=""):
    """Free the seat by a decision of the agency and tell the person.

    Raises MoveRefused.
    """
    _end(enrolment, "cancel", by=by, reason=reason)
    emails.enrolment_cancelled(enrolment)
    waiting.settle(enrolment.activity)


@transaction.atomic
def dismiss(activity, *, by, reason=""):
    """Nobody waits any more for an activity that was cancelled; each is told."""
    unseated = (EnrolmentState.WAITLISTED, EnrolmentState.OFFERED)
    for enrolment in activity.enrolments.filter(state__in=unseated).order_by("pk"):
        enrolment.activity = activity
        _end(enrolment, "cancel", by=by, reason=reason)
        emails.enrolment_cancelled(enrolment)


def _end(enrolment, name, *, by, reason):
    seats.lock(enrolment.activity)
    over = {"ended_at": now(), "offer_expires_at": None}
    move(enrolment, name, by=by, reason=reason, **over)
    release(enrolment, by=by)
