"""Staff read other people's data: their sessions are opened with a second factor."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agency.people import second_factor

# What anybody reads, and the ways out and through.
OPEN = {
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "pages:accessibility",
    "pages:health",
    "pages:legal",
    "pages:privacy",
}


class StaffSecondFactorMiddleware:
    """Leads staff to activate a second factor, or to use the one they have.

    The demo alone waives it.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        name = request.resolver_match.view_name or ""
        if settings.DEMO or name in OPEN or not request.user.is_authenticated:
            return None
        if not request.user.is_staff or second_factor.was_used(request):
            return None
        if second_factor.has_one(request.user):
            return self.ask_for_it(request)
        return None if name.startswith("mfa_") else self.ask_to_activate(request)

    def ask_for_it(self, request):
        messages.info(
            request,
            _("Your role opens other people's data: confirm your second factor."),
        )
        query = urlencode({"next": request.get_full_path()})
        response = redirect("mfa_reauthenticate")
        response["Location"] += f"?{query}"
        return response

    def ask_to_activate(self, request):
        messages.info(
            request,
            _(
                "Your role opens other people's data: activate a second factor first. "
                "It takes two minutes, once."
            ),
        )
        return redirect("mfa_activate_totp")
