"""The house itself: its statements, its health, its components."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static

from agency.core.access import require
from agency.pages import gallery
from agency.pages import health as checks
from agency.people import second_factor


@login_not_required
def statement(request, name):
    """A page of prose: legal notice, privacy, accessibility."""
    return render(request, f"pages/{name}.fr.html")


@login_not_required
def health(request):
    """200 or 503 and one word; what is wrong is told to proved staff alone."""
    report = checks.report()
    status = 200 if report.sound else 503
    if _may_read_more(request):
        return render(request, "pages/health.html", {"report": report}, status=status)
    word = "ok" if report.sound else "indisponible"
    return HttpResponse(word, content_type="text/plain; charset=utf-8", status=status)


@login_not_required
def icon(request):
    """Where browsers look for it beside a file that cannot name it, as a PDF."""
    return redirect(static("img/icon.svg"))


def _may_read_more(request):
    """Staff, as on every other page of theirs: with a second factor, but in the demo."""
    if not (request.user.is_authenticated and request.user.is_staff):
        return False
    return settings.DEMO or second_factor.was_used(request)


def components(request):
    """Every component with a live example, for those who build pages."""
    require(request.user, "pages.view_components")
    return render(request, "pages/components.html", gallery.context())
