"""Coming in and leaving: register, withdraw, cancel, exclude.

See ``waiting`` for the line, ``review`` for requests that somebody decides on, and
``entering`` for what happens between a seat and its confirmation.
"""

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from agency.activities import emails
from agency.activities.choices import (
    ASKED,
    REVIEWED,
    ParticipationMode,
    RegistrationMode,
    SeatScope,
)
from agency.activities.models import Enrolment, Invitation
from agency.activities.services import (
    eligibility,
    entering,
    moments,
    papers,
    places,
    seats,
    waiting,
)
from agency.activities.services.expected import welcome
from agency.activities.states import PENDING, ActivityState
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move


class Refusal(TextChoices):
    """Why somebody cannot register now, in a sentence for them."""

    NO_REGISTRATION = "no_registration", _("One does not register for this activity.")
    APPOINTED = "appointed", _("The agency appoints those who take part.")
    INVITED = "invited", _("One registers for this activity on invitation.")
    SPONSORED = (
        "sponsored",
        _("One is proposed by a member of the group, then invited by the agency."),
    )
    NOT_ELIGIBLE = (
        "not_eligible",
        _("This activity is for other situations than yours."),
    )
    NO_REASON = (
        "no_reason",
        _("A rule of the activity does not hold: write the reason of the exception."),
    )
    SESSIONS = "sessions", _("Choose at least one session that has a seat left.")
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


# Neither motivation nor answers nor needs.
NOTHING = papers.Papers()
# What each way in that is no form says for itself.
BY_MODE = {
    RegistrationMode.NONE: Refusal.NO_REGISTRATION,
    RegistrationMode.APPOINTMENT: Refusal.APPOINTED,
}
UNINVITED = {
    RegistrationMode.INVITATION: Refusal.INVITED,
    RegistrationMode.COOPTATION: Refusal.SPONSORED,
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
    if activity.registration_mode in BY_MODE:
        return BY_MODE[activity.registration_mode]
    if activity.state == ActivityState.RUNNING and moments.takes_people(activity):
        # Late entry: the window is over, the group has agreed to be joined until then.
        return full(activity, taken)
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


def uninvited(activity, person):
    """Why somebody who was not asked may not register, or None; a visitor was not."""
    if activity.registration_mode not in ASKED:
        return None
    asked = Invitation.objects.filter(activity=activity)
    if person.is_authenticated and asked.of(person).exists():
        return None
    return UNINVITED[activity.registration_mode]


def over(activity):
    """Why nobody comes in any more, whoever asks, or None."""
    if activity.state in (ActivityState.COMPLETED, ActivityState.CANCELLED):
        return BY_STATE[activity.state]
    return None


def closed(activity, *, taken=None):
    """Why not even an officer registers somebody any more, or None."""
    return over(activity) or full(activity, taken)


def full(activity, taken=None):
    """``Refusal.FULL`` when every seat is held and nobody may wait for one, else None."""
    if activity.capacity is None or activity.waiting_list or counted_later(activity):
        return None
    held = seats.taken(activity) if taken is None else taken
    return Refusal.FULL if held >= activity.capacity else None


def counted_later(activity):
    """Whether its seats are counted elsewhere, or later: by session, or by the review."""
    by_session = activity.seat_scope == SeatScope.SESSION
    return by_session or activity.registration_mode in REVIEWED


@transaction.atomic
def register(
    activity,
    *,
    person,
    affiliation=None,
    mode=None,
    by=None,
    given=NOTHING,
    exception="",
):
    """Take in ``person``, or their request, and tell them; return the enrolment.

    By the mode of the activity: a seat at once (or the charter to sign for it), a place
    in line, or a request that somebody decides on. Registering twice returns the
    enrolment there is and writes nothing. Whoever comes while somebody waits who could
    take the seat, waits too: nobody is overtaken. An officer (``by`` somebody else than
    the person) may register outside the window and against a rule, then with an
    ``exception`` in words, never beyond the seats. Raises RegistrationRefused.
    """
    seats.lock(activity)
    tally = seats.tally(activity, person)
    if tally.own:
        return Enrolment.objects.get(pk=tally.own)
    if tally.lapsed:
        waiting.settle(activity)
        tally = seats.tally(activity, person)
    by_officer = by is not None and by.pk != person.pk
    ask = _why_not_by_officer if by_officer else _why_not
    wait = must_wait(activity, person, tally)
    problem = ask(activity, person, tally, wait, exception)
    problem = problem or _no_date(activity, given.sessions)
    if problem:
        raise RegistrationRefused(problem)
    enrolment = Enrolment.objects.create(
        activity=activity,
        person=person,
        affiliation=affiliation,
        mode=mode or ParticipationMode.ONSITE,
        submitted_at=now(),
        exception=exception,
    )
    entry = journal.record(enrolment, "submit", by=by or person, after=journal.START)
    if not given.is_blank:
        papers.keep(enrolment, given)
    _use_invitations(activity, person)
    if activity.registration_mode in REVIEWED and not by_officer:
        move(enrolment, "review", by=person, after=entry)
        emails.request_received(enrolment)
    else:
        _place(enrolment, wait, given, by=by or person, after=entry)
    return enrolment


def _place(enrolment, wait, given, *, by, after):
    """A place in line, or a seat: to be signed for, or at once."""
    activity = enrolment.activity
    if wait:
        move(enrolment, "wait", by=by, after=after)
        colleague = wait == Refusal.ORGANISATION
        emails.enrolment_waitlisted(enrolment, colleague=colleague)
    elif entering.must_sign(activity, enrolment.person, by=by):
        entering.accept(enrolment, "seat", by=by, after=after)
    else:
        move(enrolment, "confirm", by=by, after=after, confirmed_at=now())
        by_session = activity.seat_scope == SeatScope.SESSION
        welcome(enrolment, sessions=given.sessions if by_session else None)


def _no_date(activity, sessions):
    """Where one registers session by session: none was chosen, or one is full."""
    if activity.seat_scope != SeatScope.SESSION:
        return None
    if not sessions or places.shut(activity, sessions):
        return Refusal.SESSIONS
    return None


def _use_invitations(activity, person):
    """Whoever was asked has answered, whatever the way in."""
    for one in Invitation.objects.filter(activity=activity).of(person):
        move(one, "use", by=person, person=person)


def _why_not(activity, person, tally, wait, exception):
    """Why ``person`` cannot register by themselves, or None."""
    problem = barred(activity, person) or uninvited(activity, person)
    problem = problem or refusal(activity, taken=tally.held)
    if wait and not (activity.waiting_list or counted_later(activity)):
        problem = problem or wait
    if problem is None and eligibility.barring(activity, person):
        problem = Refusal.NOT_ELIGIBLE
    return problem


def _why_not_by_officer(activity, person, tally, wait, exception):
    """Why not even an officer registers ``person``, or None."""
    problem = barred(activity, person) or closed(activity, taken=tally.held)
    if wait and not activity.waiting_list:
        problem = problem or wait
    if problem is None and not exception.strip():
        against = eligibility.barring(activity, person)
        problem = Refusal.NO_REASON if against else None
    return problem


def would_wait(activity, person):
    """Why ``person`` who registered now would wait, or None; nothing is locked."""
    return must_wait(activity, person, seats.tally(activity, person))


def must_wait(activity, person, tally):
    """Why ``person`` gets no seat at once although registration is open, or None."""
    if activity.seat_scope == SeatScope.SESSION:
        return None
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
def exclude(enrolment, *, by, reason=""):
    """Put somebody out of the group for a breach of its charter; they are told why.

    Raises MoveBlocked without a reason, and MoveRefused.
    """
    if not reason.strip():
        raise MoveBlocked(_now("Write the reason: the person reads it."))
    _end(enrolment, "exclude", by=by, reason=reason, refusal_reason=reason.strip())
    emails.enrolment_excluded(enrolment)
    waiting.settle(enrolment.activity)


@transaction.atomic
def dismiss(activity, *, by, reason="", tell=True):
    """Nobody waits any more for an activity that is over, or cancelled.

    Each is told, unless the caller tells them more.
    """
    for enrolment in activity.enrolments.filter(state__in=PENDING).order_by("pk"):
        enrolment.activity = activity
        _end(enrolment, "cancel", by=by, reason=reason)
        if tell:
            emails.enrolment_cancelled(enrolment)


def _end(enrolment, name, *, by, reason, **changes):
    seats.lock(enrolment.activity)
    over = {"ended_at": now(), "offer_expires_at": None, "signature_due_at": None}
    move(enrolment, name, by=by, reason=reason, **over, **changes)
    places.leave(enrolment, by=by)
