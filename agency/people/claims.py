"""The personal link that opens an account which the agency prepared."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

from agency.core.clock import now
from agency.mail.models import OutgoingEmail
from agency.people.addresses import is_claimed
from agency.people.models import Person

TEMPLATE = "people/emails/account_claim"

# What stands in the address of the form, in place of the token.
KEPT = "choisir"
SESSION_KEY = "claim_token"


class ClaimTokens(PasswordResetTokenGenerator):
    """Void once the password is set, the address changed, or another link was sent."""

    key_salt = "agency.people.claims"

    def __init__(self, sent):
        super().__init__()
        self.sent = sent

    def _make_hash_value(self, user, timestamp):
        return f"{super()._make_hash_value(user, timestamp)}{self.sent}"

    def _now(self):
        return now().replace(tzinfo=None)


def sent_to(person):
    """How many invitations the person was ever sent."""
    return OutgoingEmail.objects.filter(template=TEMPLATE, person=person).count()


def link(person, *, sent=None):
    """The address at which ``person`` opens their account."""
    tokens = ClaimTokens(sent_to(person) if sent is None else sent)
    path = reverse(
        "people:claim", args=[int_to_base36(person.pk), tokens.make_token(person)]
    )
    return f"{settings.SITE_URL}{path}"


def person_of(uidb36, token):
    """Whose link this is; None when it is forged, used, replaced or too old."""
    try:
        pk = base36_to_int(uidb36)
    except ValueError:
        return None
    person = Person.objects.present().filter(pk=pk, is_active=True).first()
    if person is None or is_claimed(person):
        return None
    valid = ClaimTokens(sent_to(person)).check_token(person, token)
    return person if valid else None


def keep(request, token):
    """Hold the token in the session: the form's address, and the logs, bear none."""
    request.session[SESSION_KEY] = token


def kept(request):
    return request.session.get(SESSION_KEY, "")


def lasting():
    """How long a link is good for."""
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)


def days():
    """The same, in whole days."""
    return lasting().days
