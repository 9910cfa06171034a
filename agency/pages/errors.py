"""Pages for when something is wrong: what happened, and what to do now."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from agency.core.outages import is_outage


@login_not_required
def bad_request(request, exception=None):
    return render(request, "errors/400.html", status=400)


@login_not_required
def permission_denied(request, exception=None):
    return render(request, "errors/403.html", status=403)


@login_not_required
def page_not_found(request, exception=None):
    return render(request, "errors/404.html", status=404)


@login_not_required
def too_many_requests(request):
    return render(request, "errors/429.html", status=429)


@login_not_required
def server_error(request):
    # Without the request: what it would ask for may be what is down.
    if is_outage(sys.exception()):
        page = render_to_string("errors/503.html")
        return HttpResponse(page, status=503, headers={"Retry-After": "30"})
    return HttpResponse(render_to_string("errors/500.html"), status=500)


@login_not_required
def csrf_failure(request, reason=""):
    return render(request, "errors/csrf.html", status=403)
