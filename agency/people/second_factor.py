"""Whether this session was opened with a second factor."""

from allauth.account.authentication import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from agency.core.sealed import reseal

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_one(person):
    """Whether the person has an application or a passkey; recovery codes alone are none."""
    return is_mfa_enabled(person, FACTORS)


def was_used(request):
    """Whether this very session proved a second factor."""
    records = get_authentication_records(request, request.user)
    return any(record["method"] == "mfa" for record in records)


def note_added(*, instance, created, **kwargs):
    """Whoever has just activated a factor in this session need not prove it at once."""
    request = context.request
    if not created or instance.type not in FACTORS or request is None:
        return
    if request.user.pk == instance.user_id:
        record_authentication(
            request, request.user, "mfa", id=instance.pk, type=instance.type
        )


def note_removed(*, request, user, **kwargs):
    """A session whose last factor was taken off counts no longer as proved."""
    if not has_one(user):
        records = get_authentication_records(request, user)
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            record for record in records if record["method"] != "mfa"
        ]


def sealed_again(data):
    """The ``data`` of an Authenticator with its secrets under the newest key."""
    again = {name: resealed(data[name]) for name in ("secret", "seed") if name in data}
    if "migrated_codes" in data:
        again["migrated_codes"] = [resealed(code) for code in data["migrated_codes"]]
    return data | again


def resealed(text):
    return reseal(text.encode()).decode()
