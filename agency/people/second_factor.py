"""Whether this session was opened with a second factor, and how it is kept at rest."""

from allauth.account.authentication import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from agency.core.sealed import seal, unseal

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class MFAAdapter(DefaultMFAAdapter):
    """The key of an application is sealed: who reads the database makes no codes."""

    def encrypt(self, text):
        return seal(text).decode()

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text.encode())


def has_one(person):
    """Whether the person has an application or a passkey; recovery codes alone are none."""
    return is_mfa_enabled(person, FACTORS)


def was_used(request):
    """Whether this very session proved a second factor."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def note_added(*, request, user, authenticator, **kwargs):
    """Whoever has just activated a factor need not prove it at once."""
    record_authentication(
        request, user, "mfa", id=authenticator.pk, type=authenticator.type
    )


def note_removed(*, request, user, **kwargs):
    """A session whose last factor was taken off counts no longer as proved."""
    if not has_one(user):
        records = get_authentication_records(request, user)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record for record in records if record["method"] != "mfa"
        ]
