"""The minutes of a sitting, on the site: whoever chairs validates, members read."""

from io import BytesIO

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from agency.core.admin.moves import refusal
from agency.core.clock import paris
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.documents.views import filename, hand_out
from grants.forms.minutes import ErratumForm
from grants.minutes_paper import READ, Reading
from grants.models.reading import sittings_of
from grants.services import interests, minutes
from grants.services.minutes_content import Told
from grants.states import SittingState


def _sitting(request, pk):
    """A sitting whose minutes they read, and whether they lead it; or 404."""
    rows = sittings_of(request.user).select_related(*READ)
    sitting = get_object_or_404(rows, pk=pk)
    leads = interests.leads(request.user, sitting)
    if not minutes.is_open(sitting, leads):
        raise Http404
    return sitting, leads


def missing(reading):
    """What keeps the draft of ``reading`` from being validated, as its reader may know."""
    if reading.is_locked:
        return []
    return minutes.missing(reading.sitting, reading.points, reading.shut)


def commission_minutes(request, pk):
    """What they say; for whoever chairs, what is missing, and the errata once locked."""
    sitting, leads = _sitting(request, pk)
    reading = Reading(sitting, request.user)
    form = None
    if leads and reading.is_locked:
        form = ErratumForm(request.POST or None, files=reading.named())
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid() and written(request, sitting, form):
            return redirect("grants:commission-minutes", pk)
    context = {
        **reading.page(),
        "sitting": sitting,
        "leads": leads,
        "is_locked": reading.is_locked,
        "missing": missing(reading),
        "form": form,
        "errors": form.errors if form else {},
    }
    return render(request, "grants/commission_minutes.html", context)


def written(request, sitting, form):
    """Whether the erratum in ``form`` is kept; a refusal is said on it."""
    said = form.cleaned_data
    point = None
    if said["about"] is not None:
        open_to = sitting.points.open_to(request.user).select_related("application")
        point = get_object_or_404(open_to, application=said["about"])
    try:
        minutes.add_erratum(sitting, said["text"], by=request.user, point=point)
    except MoveBlocked as blocked:
        form.add_error(None, str(blocked))
        return False
    messages.success(
        request, _("The erratum is kept: it stands in a new version of the minutes.")
    )
    return True


def commission_minutes_validate(request, pk):
    """What validating does, then the button: whoever chairs alone."""
    sitting, leads = _sitting(request, pk)
    if not leads:
        raise PermissionDenied
    if sitting.state == SittingState.VALIDATED:
        return redirect("grants:commission-minutes", pk)
    if request.method == "POST":
        _validate(request, sitting)
        return redirect("grants:commission-minutes", pk)
    told = Told(sitting)
    shut = told.shut.get(request.user.pk, set())
    context = {
        "sitting": sitting,
        "missing": minutes.missing(sitting, told.points, shut),
        "following": minutes.following(sitting, request.user),
        "stands_back": bool(shut),
    }
    return render(request, "grants/commission_minutes_validate.html", context)


def _validate(request, sitting):
    try:
        minutes.validate(sitting, by=request.user)
    except MoveRefused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(
            request, _("The minutes are validated: the members read them.")
        )


@require_safe
@cache_control(private=True, no_store=True)
def commission_minutes_file(request, pk):
    """The PDF: the document, or the reader's own copy without what is shut to them."""
    sitting, _leads = _sitting(request, pk)
    return handed(sitting, minutes.for_reader(sitting, request.user))


def handed(sitting, found):
    """The response with ``found``, a document or bytes made for its reader."""
    if not isinstance(found, bytes):
        return hand_out(found.file, filename(found))
    day = f"{paris(sitting.opened_at or sitting.meets_at):%Y-%m-%d}"
    response = FileResponse(BytesIO(found), filename=f"proces-verbal-{day}.pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response
