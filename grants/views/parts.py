"""One part of an application: a form, rows or both, saved by a button or by a pause."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agency.core.access import require
from agency.core.clock import now, paris
from agency.core.lifecycle import MoveBlocked
from grants.forms.pages import SITTING, WAYS, Page
from grants.sections import Section
from grants.services import writing
from grants.services.totals import totals
from grants.views.drafts import found

# What a script says of itself when it saves while somebody types.
PAUSING = "X-Pause"
MOST_BLANK = 20


def application_part(request, uuid, way):
    """Write in one part; of two people nobody writes over the other."""
    if way not in WAYS:
        raise Http404
    application, part = found(request, uuid), WAYS[way]
    require(request.user, "grants.write_application", application)
    if not is_open(application, part):
        return _closed(request, application)
    if request.method == "POST":
        page = Page(request.POST, application=application, part=part)
        return _sent(request, page, way)
    page = Page(application=application, part=part, more=_blank(request))
    return _shown(request, page, way)


def is_open(application, part):
    if part == SITTING:
        return application.is_draft
    return part in writing.open_parts(application)


def _closed(request, application):
    sentence = _("This part is not open: nothing changes in it any more.")
    if PAUSING in request.headers:
        return JsonResponse({"said": sentence}, status=409)
    messages.error(request, sentence)
    return redirect(application)


def _blank(request):
    """How many empty rows the address asks for."""
    asked = request.GET.get("plus", "")
    return min(int(asked), MOST_BLANK) if asked.isdecimal() and len(asked) < 4 else 0


def _sent(request, page, way):
    pausing = PAUSING in request.headers
    try:
        whole = page.save(by=request.user, pausing=pausing)
    except MoveBlocked as blocked:
        if pausing:
            return JsonResponse({"said": str(blocked)}, status=409)
        messages.error(request, str(blocked))
        return redirect(page.application)
    if pausing:
        hour = f"{paris(now()):%H:%M}"
        said = _("Saved at %(hour)s") % {"hour": hour}
        return JsonResponse(page.state() | {"whole": whole, "said": said})
    if whole:
        return _onward(request, page, way)
    if "add" in request.POST and page.rows is not None:
        page.rows.add_blank()
    return _shown(request, page, way)


def _onward(request, page, way):
    """Another row, the next part, or back to the application."""
    if "add" in request.POST:
        here = reverse("grants:application-part", args=[page.application.uuid, way])
        return redirect(f"{here}?plus=1#ajout")
    messages.success(request, _("Saved."))
    if "next" in request.POST and (after := next_way(page.application, way)):
        return redirect("grants:application-part", page.application.uuid, after)
    return redirect(f"{page.application.get_absolute_url()}#{page.part}")


def next_way(application, way):
    """The way of the next part that is open, or None."""
    ways = list(WAYS)
    later = ways[ways.index(way) + 1 :]
    return next((one for one in later if is_open(application, WAYS[one])), None)


def _shown(request, page, way):
    application = page.application
    parts = [
        {"way": one, "title": title_of(part), "current": one == way}
        for one, part in WAYS.items()
        if is_open(application, part)
    ]
    context = {
        "application": application,
        "page": page,
        "form": page.form,
        "rows": page.rows,
        "part": str(page.part),
        "title": title_of(page.part),
        "parts": parts,
        "next": next_way(application, way),
        "totals": totals(application),
    }
    return render(request, "grants/application_part.html", context)


def title_of(part):
    return Section(part).label if part in Section else _("The commission")
