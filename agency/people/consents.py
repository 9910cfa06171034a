"""The personal link by which an owner agrees that one of their two accounts is closed."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.urls import reverse

from agency.core.clock import now
from agency.people.models import MergeConsent

TEMPLATE = "people/emails/merge_consent"

# What stands in the address of the form, in place of the token.
KEPT = "accord"
SESSION_KEY = "merge_consent_token"
# An agreement is used within the month, or asked for again.
GOOD_FOR = timedelta(days=30)


class ConsentTokens(PasswordResetTokenGenerator):
    """Void once agreed to, asked again, or when the address of the account changed."""

    key_salt = "agency.people.consents"

    def _make_hash_value(self, consent, timestamp):
        parts = (consent.pk, consent.asked, consent.owner.email, consent.given_at)
        return f"{parts}{timestamp}"

    def _now(self):
        return now().replace(tzinfo=None)


def given(kept, dropped):
    """Whether the owner of ``dropped`` agreed lately that ``kept`` takes its place."""
    recent = MergeConsent.objects.filter(given_at__gt=now() - GOOD_FOR)
    return recent.filter(owner=dropped, other=kept).exists()


def asked_at(kept, dropped):
    """When the owner of ``dropped`` was last asked, or None."""
    asked = MergeConsent.objects.filter(owner=dropped, other=kept)
    return asked.values_list("asked_at", flat=True).first()


def link(consent):
    """The address at which the owner answers."""
    token = ConsentTokens().make_token(consent)
    path = reverse("people:merge-consent", args=[consent.pk, token])
    return f"{settings.SITE_URL}{path}"


def find(pk, token):
    """The request of this link; None when it is forged, used, replaced or too old."""
    waiting = MergeConsent.objects.select_related("owner", "other")
    consent = waiting.filter(
        pk=pk,
        owner__erased_at=None,
        owner__merged_into=None,
        other__erased_at=None,
        other__merged_into=None,
    ).first()
    valid = consent is not None and ConsentTokens().check_token(consent, token)
    return consent if valid else None


def keep(request, token):
    """Hold the token in the session: the form's address, and the logs, bear none."""
    request.session[SESSION_KEY] = token


def kept(request):
    return request.session.get(SESSION_KEY, "")


def days():
    """How long a link is good for."""
    return timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days
