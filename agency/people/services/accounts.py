"""Opening an account that the agency prepared, and getting back into one's own."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.mail.services import send
from agency.people import addresses, claims
from agency.people.models import Person


class Refused(Exception):
    """Why it cannot be done, as a sentence for the person who asked."""


@transaction.atomic
def add(*, email, given_name, family_name, by=None, **fields):
    """Write down somebody whom the agency knows; they may claim their account later."""
    person = Person(
        email=email, given_name=given_name, family_name=family_name, **fields
    )
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save()
    addresses.keep(person)
    journal.record(person, "add", by=by)
    return person


@transaction.atomic
def invite(person, *, by):
    """Send ``person`` the link that opens their account; older links are void.

    Raises Refused. Returns the message.
    """
    if not person.email:
        raise Refused(_("This person has no e-mail address of their own."))
    if not person.is_active or addresses.is_claimed(person):
        raise Refused(_("This person already has an account."))
    sent = claims.sent_to(person) + 1
    email = send(
        claims.TEMPLATE,
        to=person,
        context={"days": claims.days()},
        about=person,
        occurrence=sent,
        key=claims.link(person, sent=sent),
    )
    journal.record(person, "invite", by=by)
    return email


@transaction.atomic
def claim(person, *, password):
    """Open the account: the link proved the address. Raises Refused on a second click."""
    claimed, was = addresses.is_claimed(person), person.password
    person.set_password(password)
    unclaimed = Person.objects.filter(pk=person.pk, password=was, is_active=True)
    # The row may have changed before it was read as well as after.
    if claimed or not unclaimed.update(password=person.password):
        raise Refused(_("This account was opened in the meantime: sign in."))
    addresses.keep(person, verified=True)
    journal.record(person, "claim", by=person)
    return person


@transaction.atomic
def prove_address(person):
    """``person`` has just shown that they read their mail. True when they take over.

    Whoever typed a password without proving the address may be a stranger who waits
    for its owner: their password, their factors, their sessions and the name they gave
    all go. Somebody whom the agency prepared has no password, and keeps their name.
    """
    if addresses.is_proved(person):
        return False
    takes_over = person.has_usable_password()
    if takes_over:
        Authenticator.objects.filter(user=person).delete()
        sign_out(person)
        person.set_unusable_password()
        person.given_name = person.family_name = ""
        person.save(update_fields=["password", "given_name", "family_name"])
        journal.record(person, "take_over", by=person)
    addresses.keep(person, verified=True)
    return takes_over


@transaction.atomic
def reset_second_factor(person, *, by):
    """Take off every factor of ``person``, sign them out everywhere, and tell them."""
    Authenticator.objects.filter(user=person).delete()
    sign_out(person)
    entry = journal.record(person, "reset_second_factor", by=by)
    send(
        "people/emails/second_factor_reset",
        to=person,
        context={"by": by},
        about=person,
        occurrence=entry.seq,
    )


def sign_out(person):
    """End every session of ``person``."""
    sessions = UserSession.objects.filter(user=person)
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
