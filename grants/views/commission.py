"""The workspace of commission members: their sittings, the files, their reviews."""

import logging
from io import BytesIO

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from agency.core.clock import now, paris
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import Stale
from agency.documents.views import hand_out
from grants import booklet
from grants.forms.commission import (
    DecisionForm,
    InterestsForm,
    QuestionForm,
    ReviewForm,
)
from grants.models import ApplicationDocument, Recusal
from grants.models.reading import presented_to, sittings_of
from grants.services import (
    interests,
    member_file,
    minutes,
    reviews,
    room,
    to_read,
    workspace,
)

logger = logging.getLogger(__name__)
PAUSING = "X-Pause"
DECIDE = {
    "confirm": interests.confirm,
    "reject": interests.reject,
    "lift": interests.lift,
    "impose": interests.impose,
}


def _sitting(request, pk):
    """A sitting of a commission where they are in office, or 404."""
    rows = sittings_of(request.user).select_related("session__activity")
    return get_object_or_404(rows, pk=pk)


@require_safe
def commission(request):
    """Their sittings: what is to declare, to read, and what is past."""
    context = {
        "coming": workspace.coming(request.user),
        "past": list(workspace.past(request.user)),
    }
    return render(request, "grants/commission.html", context)


@require_safe
def commission_sitting(request, pk):
    """Every file of a sitting in one table, and how far they have come."""
    sitting = _sitting(request, pk)
    context = workspace.grid(sitting, request.user)
    context |= {
        "is_live": room.takes_attendance(sitting) or bool(sitting.opened_at),
        "has_minutes": minutes.is_open(sitting, context["leads"]),
    }
    return render(request, "grants/commission_sitting.html", context)


def commission_interests(request, pk):
    """What ties them to each file, before any opens."""
    sitting = _sitting(request, pk)
    files = interests.to_declare(sitting, request.user)
    form = InterestsForm(request.POST or None, files=files)
    if request.method == "POST" and form.is_valid():
        try:
            interests.declare(sitting, request.user, form.answers)
        except MoveBlocked as blocked:
            messages.error(request, str(blocked))
        else:
            messages.success(
                request, _("Your declaration is kept: the files are open.")
            )
        return redirect("grants:commission-sitting", sitting.pk)
    context = {"sitting": sitting, "form": form, "errors": form.errors}
    return render(request, "grants/commission_interests.html", context)


# --- One file ----------------------------------------------------------------------
def commission_file(request, pk, uuid):
    """The file beside the score card; a pause or a button keeps what is written."""
    desk = workspace.desk(_sitting(request, pk), request.user, uuid)
    if request.method == "POST":
        return _written(request, desk)
    return _shown(request, desk, _form_of(desk))


def _form_of(desk, data=None):
    return ReviewForm(data, criteria=desk.criteria, initial=desk.initial())


def _shown(request, desk, form, question=None):
    closed = form.is_bound and not desk.phase.writes
    context = desk.page() | {
        "form": form,
        "errors": form.errors,
        # What can be kept no more is still theirs to copy.
        "unkept": form.data.get("comment", "") if closed else "",
        "question_form": question or QuestionForm(),
    }
    return render(request, "grants/commission_file.html", context)


def _written(request, desk):
    """Kept as far as it goes; handed in by its button, and on to the next file."""
    pausing, form = PAUSING in request.headers, _form_of(desk, request.POST)
    if not form.is_valid():
        return _refused(request, desk, form, _("Something is to mend above."), pausing)
    try:
        review = desk.save(form, hand_in=not pausing and "keep" not in request.POST)
    except Stale:
        return _refused(request, desk, form, workspace.overtaken(), pausing, shut=True)
    except MoveBlocked as blocked:
        return _refused(request, desk, form, str(blocked), pausing)
    if pausing:
        hour = f"{paris(now()):%H:%M}"
        said = _("Draft kept at %(hour)s") % {"hour": hour}
        return JsonResponse(desk.kept(review) | {"said": said})
    return _onward(request, desk)


def _refused(request, desk, form, sentence, pausing, *, shut=False):
    if pausing:
        status = 409 if shut else 200
        return JsonResponse({"said": sentence, "refused": True}, status=status)
    if not form.errors:
        data = request.POST.copy()
        if not shut and desk.review is not None:  # the draft was kept
            data["version"] = desk.review.version
        form = _form_of(desk, data)
        form.add_error(None, sentence)
    return _shown(request, desk, form)


def _onward(request, desk):
    if "keep" in request.POST:
        messages.success(request, _("Draft kept."))
        return redirect(request.path)
    following = desk.following()
    if following is None:
        messages.success(request, _("Your opinion is given. It was the last file."))
        return redirect("grants:commission-sitting", desk.sitting.pk)
    messages.success(request, _("Your opinion is given."))
    return redirect("grants:commission-file", desk.sitting.pk, following.uuid)


@require_POST
def commission_question(request, pk, uuid):
    """Ask the rapporteur; back to the file, with what was typed when it is refused."""
    desk = workspace.desk(_sitting(request, pk), request.user, uuid)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return _shown(request, desk, _form_of(desk), form)
    reviews.ask(desk.application, form.cleaned_data["body"], by=request.user)
    messages.success(request, _("Your question is with the rapporteur."))
    return redirect("grants:commission-file", pk, uuid)


@require_safe
@csp_replace({"frame-ancestors": ["'self'"]})
@xframe_options_sameorigin
@cache_control(private=True, no_store=True)
def commission_paper(request, pk, uuid, paper):
    """A document inside the page; to who stands back the address answers 404."""
    one = get_object_or_404(
        presented_to(request.user), sitting=_sitting(request, pk), uuid=uuid
    )
    rows = ApplicationDocument.objects.filter(
        member_file.open_to_members(), application=one
    )
    found = get_object_or_404(rows, uuid=paper)
    response = hand_out(found.file, found.name)
    response["Content-Type"] = found.media_type
    return response


@require_safe
@cache_control(private=True, no_store=True)
def commission_booklet(request, pk):
    """Every file open to them as one PDF to print; none that is shut to them."""
    sitting = _sitting(request, pk)
    files = to_read.queue(sitting, request.user)
    if not files:
        raise Http404
    try:
        data = booklet.booklet(sitting, files, request.user)
    except OSError:  # the disk of the notes is away, or one of them is lost
        logger.exception("the booklet of sitting %s", pk)
        messages.error(request, _("The booklet cannot be made now: try again later."))
        return redirect("grants:commission-sitting", pk)
    day = f"{paris(sitting.meets_at):%Y-%m-%d}"
    return FileResponse(BytesIO(data), filename=f"cahier-de-seance-{day}.pdf")


# --- Recusals, for the chair ------------------------------------------------------------
def commission_recusals(request, pk):
    """What was declared and found; the chair decides, about everybody but themselves."""
    sitting = _sitting(request, pk)
    if not interests.leads(request.user, sitting):
        raise PermissionDenied
    if request.method == "POST":
        _decide(request, sitting)
        return redirect("grants:commission-recusals", sitting.pk)
    context = {"sitting": sitting, "recusals": interests.recusals(sitting)}
    return render(request, "grants/commission_recusals.html", context)


def _decide(request, sitting):
    rows = Recusal.objects.filter(application__sitting=sitting)
    key = request.POST.get("recusal", "")
    recusal = get_object_or_404(rows, pk=int(key) if key.isdecimal() else 0)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was decided: say which, and why."))
        return
    reason = form.cleaned_data["reason"]
    try:
        DECIDE[form.cleaned_data["move"]](recusal, by=request.user, reason=reason)
    except MoveBlocked as blocked:
        messages.error(request, str(blocked))
    except MoveRefused:
        messages.error(request, _("Somebody decided about it in the meantime."))
    else:
        messages.success(request, _("Decided; it stands in the history."))
