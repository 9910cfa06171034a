"""The personal link that answers an offer: whoever reads the mail answers, signed in or not."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from agency.activities.models import Enrolment

SALT = "agency.activities.offers"
# What stands in the address of the page, in place of the token.
KEPT = "repondre"


def session_key(uuid):
    """Where the session keeps the token of one offer; another offer has its own."""
    return f"offer_{uuid}"


def _said(enrolment):
    return f"{enrolment.uuid}.{enrolment.offer_count}"


def token(enrolment):
    """Good for this very offer: another one, later, has another link."""
    return signing.Signer(salt=SALT).signature(_said(enrolment)).replace(":", "")


def link(enrolment):
    path = reverse("activities:offer-answer", args=[enrolment.uuid, token(enrolment)])
    return f"{settings.SITE_URL}{path}"


def enrolment_of(uuid, given):
    """The enrolment whose last offer bears that token; None when it is forged or replaced."""
    known = Enrolment.objects.select_related("activity__officer", "person")
    enrolment = known.filter(uuid=uuid).exclude(offer_count=0).first()
    if enrolment is None or enrolment.person.erased_at is not None:
        return None
    same = signing.constant_time_compare(token(enrolment), given)
    return enrolment if same else None
