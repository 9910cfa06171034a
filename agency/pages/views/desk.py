"""The part of the officer's morning that moves by itself."""

from django.http import HttpResponse
from django.template.response import TemplateResponse

from agency.pages import morning, presence


def presences(request):
    """The sessions of today; 204 when nothing moved since what the page shows."""
    user = request.user
    sessions = presence.of_today(user)
    scope = morning.scope_of(user, request.GET.get("pour", ""), {})
    shown = presence.live(presence.rows_of(user, sessions, scope), scope)
    if request.GET.get("vu") == shown["seen"]:
        return HttpResponse(status=204)
    return TemplateResponse(request, "admin/morning/_day.html", shown)
