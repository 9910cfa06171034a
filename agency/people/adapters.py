"""Where django-allauth meets the house: our outbox, our names, our sealed keys."""

import uuid

from allauth.account import app_settings as limits
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.urls import reverse

from agency.core.sealed import seal, unseal
from agency.mail.services import send
from agency.people import mailboxes
from agency.people.models import Person
from agency.people.services import accounts

# What of allauth's context a message may say. Anything else, secrets first, stays out.
TOLD = ("timestamp", "from_email", "to_email", "deleted_email", "signup_url")


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        """Write to the outbox; the code or the link travels apart, sealed."""
        name = template_prefix.rpartition("/")[2]
        told = {field: context[field] for field in TOLD if field in context}
        if name == "account_already_exists":
            told["password_reset_url"] = context["password_reset_url"]
        told |= _lifetime(name)
        address = email.lower()
        person = context.get("user") or Person.objects.filter(email=address).first()
        send(
            f"account/email/{name}",
            to=person or address,
            address=address,
            context={"address": address, **told},
            key=_key(name, context),
            # Each code is a message of its own: asking twice sends two.
            occurrence=uuid.uuid4().hex,
        )

    def clean_email(self, email):
        return super().clean_email(email).lower()

    def save_user(self, request, user, form, commit=True):
        user.given_name = form.cleaned_data["given_name"]
        user.family_name = form.cleaned_data["family_name"]
        return super().save_user(request, user, form, commit=commit)

    def set_password(self, user, password):
        """Of somebody whose address is not proved, only a link sent to it gets here."""
        if accounts.prove_address(user):
            mailboxes.say_so(current.request)
        # Not the whole row, as allauth would: somebody may have edited it meanwhile.
        user.set_password(password)
        user.save(update_fields=["password"])

    def get_login_redirect_url(self, request):
        if not request.user.full_name:
            return reverse("people:profile-edit")
        if request.user.is_staff:
            return reverse("admin:index")
        return super().get_login_redirect_url(request)


def _lifetime(name):
    """How long the code or the link of a message is good for."""
    seconds = {
        "email_confirmation": limits.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
        "email_confirmation_signup": limits.EMAIL_VERIFICATION_BY_CODE_TIMEOUT,
        "login_code": limits.LOGIN_BY_CODE_TIMEOUT,
        "password_reset_code": limits.PASSWORD_RESET_BY_CODE_TIMEOUT,
        "password_reset_key": settings.PASSWORD_RESET_TIMEOUT,
    }.get(name, 0)
    return {"minutes": seconds // 60, "days": seconds // (24 * 3600)}


def _key(name, context):
    """The secret of a message, or None: a code, or the link that bears it."""
    if name == "password_reset_key":
        return context["password_reset_url"]
    return context.get("code") or context.get("activate_url")


class MFAAdapter(DefaultMFAAdapter):
    def get_totp_issuer(self):
        return settings.AGENCY["short_name"]

    def _get_site_name(self):
        return settings.AGENCY["short_name"]

    def encrypt(self, text):
        return seal(text).decode()

    def decrypt(self, encrypted_text):
        return unseal(encrypted_text.encode())
