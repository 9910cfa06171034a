"""Who proves that they read a mailbox owns the account that bears its address."""

from django.contrib import messages
from django.utils.translation import gettext as _

from agency.people.services import accounts


def note_proof(*, request, user, method, email=None, **kwargs):
    """A code that came by mail was typed: before allauth marks the address as proved."""
    if method == "code" and email == user.email and accounts.prove_address(user):
        say_so(request)


def say_so(request):
    messages.info(
        request,
        _(
            "This account was opened before your address was checked. The password "
            "chosen then no longer works: tell us your name again, and choose a "
            "password if you want one."
        ),
    )
