"""Invitations by the hundred: who may be invited, and the mails of those who may."""

from enum import Enum

from django.db.models import Max

from agency.core.clock import now, paris
from agency.mail.models import OutgoingEmail
from agency.people import addresses, claims
from agency.people.services import accounts

# As many letters as one request writes without anybody waiting long.
AT_ONCE = 200


class Why(Enum):
    """Why somebody is not invited; a date says since when a good link awaits them."""

    NO_ADDRESS = "no address"
    HAS_ACCOUNT = "has an account"
    REFUSED = "address refused"
    ERASED = "erased"


NO_ADDRESS, HAS_ACCOUNT, REFUSED, ERASED = Why


def sort(people):
    """(those to invite, [(person, why not)]): two queries, in the order of names."""
    rows = list(people.order_by("folded", "pk"))
    lately = _invited_lately([person.pk for person in rows])
    going, staying = [], []
    for person in rows:
        why = _hindrance(person) or lately.get(person.pk)
        if why:
            staying.append((person, why))
        else:
            going.append(person)
    return going, staying


def _hindrance(person):
    if person.erased_at:
        return ERASED
    if not person.is_active or addresses.is_claimed(person):
        return HAS_ACCOUNT
    if not person.email:
        return NO_ADDRESS
    return REFUSED if person.email_refused_at else None


def _invited_lately(pks):
    """The day of the last invitation whose link is still good, by person."""
    since = now() - claims.lasting()
    sent = OutgoingEmail.objects.filter(template=claims.TEMPLATE, created_at__gt=since)
    rows = sent.filter(person__isnull=False).order_by().values_list("person")
    wanted = set(pks)
    return {
        pk: paris(last).date()
        for pk, last in rows.annotate(last=Max("created_at"))
        if pk in wanted
    }


def invite_all(people, *, by):
    """Invite the first AT_ONCE of them; (how many, [(person, why not)])."""
    sent, refused = 0, []
    for person in people[:AT_ONCE]:
        try:
            accounts.invite(person, by=by)
        except accounts.Refused as error:
            refused.append((person, str(error)))
        else:
            sent += 1
    return sent, refused
