"""Asking somebody to join: one person or a list, now or as soon as registration opens."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities import emails
from agency.activities.models import Invitation
from agency.activities.services import enrolments, guests, moments, seats
from agency.activities.states import ENDED, ActivityState, InvitationState
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused, move
from agency.core.services import ran
from agency.people.models import Person
from agency.people.services.retention import YEAR, daily

DAY = timedelta(days=1)
# What is prepared now leaves later: registration has not opened yet.
LATER = (enrolments.Refusal.NOT_OPEN, enrolments.Refusal.TOO_EARLY)
TAKING = (ActivityState.OPEN, ActivityState.RUNNING)


class InvitationRefused(Exception):
    """Nobody was invited; ``str()`` says why, in a sentence for the officer."""


def closed(activity):
    """Why nobody can be asked to join ``activity`` any more, in a sentence, or ``""``."""
    problem = enrolments.refusal(activity)
    return "" if problem in (None, *LATER) else str(problem.label)


def not_yet(activity):
    """Why an invitation would open no form at this moment, in a sentence, or ``""``."""
    problem = enrolments.refusal(activity)
    return str(problem.label) if problem else ""


@transaction.atomic
def invite(
    activity, *, email="", given_name="", family_name="", person=None, words="", by
):
    """Ask one person to join; return the invitation.

    It leaves by mail at once while registration is open, otherwise as soon as it opens.
    ``words`` say why them, for the agency alone. Raises InvitationRefused.
    """
    guest = guests.Guest(email, given_name, family_name, person)
    (fate,) = invite_many(activity, [guest], words=words, by=by)
    if fate.invitation is None:
        raise InvitationRefused(fate.sentence)
    return fate.invitation


@transaction.atomic
def invite_many(activity, asked, *, words="", by):
    """Ask each ``guests.Guest`` who may be; return what became of each, in order.

    Raises InvitationRefused when nobody can be asked to join this activity.
    """
    seats.lock(activity)
    if why := closed(activity):
        raise InvitationRefused(why)
    goes_now = not not_yet(activity)
    fates = guests.judge(activity, asked)
    for fate in fates:
        if fate.goes:
            fate.invitation = _prepare(activity, fate.guest, words, by)
            if goes_now:
                _send(fate.invitation, by=by)
    return fates


def _prepare(activity, guest, words, by):
    person = guest.person
    invitation = Invitation.objects.create(
        activity=activity,
        person=person,
        email=guest.email,
        given_name=guest.given_name or (person.given_name if person else ""),
        family_name=guest.family_name or (person.family_name if person else ""),
        words=words.strip(),
    )
    journal.record(invitation, "prepare", by=by, after=journal.START)
    return invitation


def _send(invitation, *, by, reason=""):
    move(invitation, "send", by=by, reason=reason, sent_at=now())
    emails.invitation_sent(invitation, not_before=moments.morning(now()))


def hindrance(invitation):
    """Why ``invitation`` cannot be sent now, in a sentence, or ``""``."""
    activity = invitation.activity
    if why := not_yet(activity):
        return why
    person = addressee(invitation)
    if person is None:
        return ""
    if barred := enrolments.barred(activity, person):
        return str(barred.label)
    if person.enrolments.filter(activity=activity).exclude(state__in=ENDED).exists():
        return _("This person is registered already.")
    return ""


def addressee(invitation):
    """The person of the directory whom ``invitation`` asks, or None."""
    if invitation.person_id:
        return invitation.person
    return Person.objects.present().filter(email=invitation.email).first()


@transaction.atomic
def send(invitation, *, by, reason=""):
    """Let a prepared invitation, or the proposal of a member, leave by mail.

    Raises MoveBlocked with a sentence while it would open no form, and MoveRefused.
    """
    _lock(invitation)
    if why := hindrance(invitation):
        raise MoveBlocked(why)
    _send(invitation, by=by, reason=reason)


@transaction.atomic
def resend(invitation, *, by):
    """Write once more to somebody who has not answered.

    Raises MoveBlocked within a day of the last message, or while it would open no
    form; MoveRefused when the invitation does not stand any more.
    """
    _lock(invitation)
    if why := hindrance(invitation):
        raise MoveBlocked(why)
    moment = now()
    standing = Invitation.objects.filter(pk=invitation.pk, state=InvitationState.SENT)
    if not standing.exists():
        raise MoveRefused(f"resend {invitation.pk}")
    if not standing.filter(sent_at__lte=moment - DAY).update(sent_at=moment):
        raise MoveBlocked(
            _("It left less than a day ago: leave them the time to answer.")
        )
    invitation.sent_at = moment
    journal.record(invitation, "resend", by=by)
    emails.invitation_sent(invitation, not_before=moments.morning(moment))


@transaction.atomic
def decline(invitation, *, by):
    """Say no to an invitation, by the person who is asked. Raises MoveRefused."""
    _lock(invitation)
    move(invitation, "decline", by=by)


@transaction.atomic
def revoke(invitation, *, by, reason=""):
    """Set an invitation or a proposal aside: nobody is written to.

    The address and the words are forgotten: it was somebody else who gave them.
    Raises MoveRefused.
    """
    _lock(invitation)
    move(invitation, "revoke", by=by, reason=reason, email="", words="")


def _lock(invitation):
    """Take the turn of the activity: to register and to decline are not done at once."""
    seats.lock(invitation.activity)


def turn():
    """Let those leave that were prepared before registration opened; return how many.

    What a member proposes waits for the agency. Run twice or late, each leaves once.
    """
    ready = Invitation.objects.filter(state=InvitationState.PROPOSED, sponsor=None)
    ready = ready.filter(activity__state__in=TAKING)
    sent = 0
    for invitation in ready.select_related("activity", "person").order_by("pk"):
        try:
            send(invitation, by=None)
        except MoveRefused:
            continue  # not open yet, or set aside in the same minute
        sent += 1
    ran("activities.turn_invitations")
    return sent


@daily
def forget_invitations():
    """Delete invitations of more than twelve months, and the addresses with them."""
    Invitation.objects.filter(created_at__lt=now() - YEAR).delete()
