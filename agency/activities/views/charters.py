"""The charter of a group: who is in it, what one agrees on, one's name under it."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import (
    content_disposition_header,
    url_has_allowed_host_and_scheme,
)
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.activities.charter_forms import DifficultyForm, SignatureForm
from agency.activities.models import CharterVersion, Enrolment
from agency.activities.printed import charters as printed
from agency.activities.services import charters, difficulties, members
from agency.activities.states import INSIDE
from agency.core.lifecycle import MoveBlocked
from agency.documents.views import filename, hand_out

# Where facilitators work; it may not be there.
WORKSPACE = "/animation/"


def own_seat(request, uuid):
    """One's own enrolment that holds a seat; nobody else's, and none that is over."""
    own = Enrolment.objects.filter(person=request.user, state__in=INSIDE)
    own = own.select_related(
        "person", "affiliation__organisation", "activity__officer", "activity__charter"
    )
    enrolment = get_object_or_404(own, uuid=uuid)
    if not enrolment.is_accepted and not members.is_closed(enrolment.activity):
        raise Http404
    return enrolment


def enrolment_sign(request, uuid):
    """Who is in the group, the charter, and the signature that confirms the seat."""
    enrolment = own_seat(request, uuid)
    context = page(enrolment)
    if request.method != "POST":
        return render(request, "activities/enrolment_sign.html", context)
    if context["form"] is None:
        return _entered(request, enrolment)
    form = context["form"] = SignatureForm(request.POST, version=context["version"])
    if form.is_valid() and _signed(request, enrolment, form):
        return redirect(enrolment)
    form.show_again()
    return render(request, "activities/enrolment_sign.html", context)


def page(enrolment):
    """What the page of a closed group shows its member."""
    activity = enrolment.activity
    closed = members.is_closed(activity)
    signature = charters.signed_by(enrolment)
    version = activity.charter and activity.charter.in_force()
    due = version is not None and (signature is None or signature.version != version)
    shown = version if due or signature is None else signature.version
    if shown:
        prefetch_related_objects([shown], "clauses")
    group = members.members(activity) if closed else []
    leaders = members.facilitators(activity)
    return {
        "enrolment": enrolment,
        "closed": closed,
        "group": group,
        "facilitators": leaders,
        "version": shown,
        "clauses": list(shown.clauses.all()) if shown else [],
        "signature": signature,
        "copy": signature and printed.issued_signed(signature),
        "form": SignatureForm(version=version) if due else None,
        **_in_private(enrolment, group, leaders, closed),
    }


def _in_private(enrolment, group, leaders, closed):
    """What one may declare while the seat waits for the signature, and has declared."""
    if not (closed and enrolment.is_accepted):
        return {"difficulty_form": None, "difficulties": []}
    rows = enrolment.difficulties.select_related("with_person", "with_organisation")
    form = DifficultyForm(person=enrolment.person, group=group, facilitators=leaders)
    return {"difficulty_form": form, "difficulties": rows.order_by("pk")}


def _signed(request, enrolment, form):
    """Whether the name was put under the text; the form says why not."""
    given = {name: form.cleaned_data[name] for name in ("sha256", "typed_name")}
    version = CharterVersion.objects.filter(pk=form.cleaned_data["version"]).first()
    again = not enrolment.is_accepted
    try:
        charters.sign(
            enrolment,
            version=version,
            address=_address(request),
            by=request.user,
            **given,
        )
    except MoveBlocked as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _said(again))
    return True


def _said(again):
    if again:
        return _("You have signed the new version of the charter.")
    return _("You have signed: your seat is confirmed. A message gives you the dates.")


def _entered(request, enrolment):
    """Say yes where there is no charter to sign."""
    try:
        charters.enter(enrolment, by=request.user)
    except MoveBlocked as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _("Your seat is confirmed. A message gives you the dates.")
        )
    return redirect(enrolment)


def _address(request):
    return get_adapter().get_client_ip(request)


def enrolment_charter(request, uuid):
    """The text to sign, as a file: of the charter in force for a seat of one's own."""
    charter = own_seat(request, uuid).activity.charter
    return _on_paper(charter and charter.in_force())


def undertaking_text(request):
    """The text of the undertaking, for whoever leads something."""
    if not request.user.facilitations.exists():
        raise Http404
    return _on_paper(charters.undertaking())


def _on_paper(version):
    """Its document; made on the spot, and not kept, while the one to keep is not there."""
    if version is None:
        raise Http404
    if document := printed.issued_text(version):
        return hand_out(document.file, filename(document))
    response = HttpResponse(printed.preview(version), content_type="application/pdf")
    name = content_disposition_header(as_attachment=False, filename=f"{version}.pdf")
    response["Content-Disposition"] = name
    return response


# --- In private ----------------------------------------------------------------
@require_POST
def difficulty_declare(request, uuid):
    """Tell the officer in charge, and nobody else, of a difficulty; the page comes back."""
    enrolment = own_seat(request, uuid)
    context = page(enrolment)
    if context["difficulty_form"] is None:
        raise Http404
    form = context["difficulty_form"] = DifficultyForm(
        request.POST,
        person=enrolment.person,
        group=context["group"],
        facilitators=context["facilitators"],
    )
    if form.is_valid() and _declared(request, enrolment, form):
        return redirect("activities:enrolment-sign", enrolment.uuid)
    return render(request, "activities/enrolment_sign.html", context)


def _declared(request, enrolment, form):
    try:
        difficulties.declare(enrolment, by=request.user, **form.declared)
    except MoveBlocked as refused:
        form.add_error(None, str(refused))
        return False
    said = {"officer": enrolment.activity.officer.full_name}
    messages.success(
        request, _("It is noted. %(officer)s alone reads it, and calls you.") % said
    )
    return True


@require_POST
def difficulty_withdraw(request, uuid, pk):
    """Take back what one has declared, before one signs."""
    enrolment = own_seat(request, uuid)
    rows = enrolment.difficulties.select_related("enrolment__activity")
    try:
        difficulties.withdraw(get_object_or_404(rows, pk=pk), by=request.user)
    except MoveBlocked as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is taken back."))
    return redirect("activities:enrolment-sign", enrolment.uuid)


# --- The undertaking of a facilitator --------------------------------------------
def undertaking(request):
    """What a facilitator agrees to before the agency opens a group to them."""
    if not request.user.facilitations.exists():
        raise Http404
    version = charters.undertaking()
    signature = version and charters.undertaken(request.user, version)
    data = request.POST if request.method == "POST" else None
    form = None
    if version is not None and signature is None:
        form = SignatureForm(data, version=version)
        if form.is_valid() and _undertaken(request, form):
            return redirect(_following(request))
        if form.is_bound:
            form.show_again()
    context = {
        "version": version,
        "clauses": list(version.clauses.all()) if version else [],
        "signature": signature,
        "copy": signature and printed.issued_signed(signature),
        "form": form,
        "next": request.GET.get("next", ""),
    }
    return render(request, "activities/undertaking.html", context)


def _undertaken(request, form):
    given = {name: form.cleaned_data[name] for name in ("sha256", "typed_name")}
    version = CharterVersion.objects.filter(pk=form.cleaned_data["version"]).first()
    try:
        charters.undertake(
            request.user, version=version, address=_address(request), **given
        )
    except MoveBlocked as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("You have signed your undertaking."))
    return True


def _following(request):
    """Where they came from, inside the house, else their workspace, else their own space."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    try:
        resolve(WORKSPACE)
    except Resolver404:
        return reverse("pages:own-space")
    return WORKSPACE
