"""The agreement of a pair, for its two halves: the text, the names, one's own under it."""

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from agency.activities.charter_forms import SignatureForm
from agency.core.lifecycle import MoveBlocked
from agency.documents.views import filename, hand_out
from mentoring import documents
from mentoring.sealed_box import box
from mentoring.services import agreements
from mentoring.states import PairState
from mentoring.views.rooms import joined


@joined
def pair_agreement(request, pair):
    """The eleven articles, who has signed, and one's own name to put under them."""
    form = None
    if request.method == "POST":
        form = SignatureForm(request.POST, version=_current(pair))
        if form.is_valid() and signed(request, pair, form):
            return redirect(pair)
    agreement = _current(pair)
    mine = agreement.names.get(pair.me)
    waits = pair.state == PairState.AGREEMENT_PENDING and not mine
    if form:  # what came back is asked again under the text in force
        form.initial |= {"version": agreement.pk, "sha256": agreement.sha256}
        form.show_again()
    context = {
        "pair": pair,
        "agreement": agreement,
        "mine": mine,
        "form": (form or SignatureForm(version=agreement)) if waits else None,
        "box": box(),
    }
    return render(request, "mentoring/pair_agreement.html", context)


def _current(pair):
    agreement = agreements.in_force(pair)
    if agreement is None:
        raise Http404
    return agreement


def signed(request, pair, form):
    """Whether the name was put under the text; the form says why not."""
    given = {name: form.cleaned_data[name] for name in ("version", "sha256")}
    try:
        agreements.sign(
            pair,
            typed_name=form.cleaned_data["typed_name"],
            address=get_adapter().get_client_ip(request),
            by=request.user,
            **given,
        )
    except MoveBlocked as refused:
        form.add_error(None, str(refused))
        return False
    begun = pair.state == PairState.ACTIVE
    messages.success(
        request,
        _("The three have signed: the pair begins today.")
        if begun
        else _("Your signature is noted. The pair begins once the three have signed."),
    )
    return True


@joined
def agreement_file(request, pair):
    """Its PDF: signed once the three have; made on the spot while it is not there."""
    return on_paper(_current(pair))


def on_paper(agreement):
    """The response with the PDF of ``agreement``, to whoever the caller has let in."""
    if document := documents.issued_for(agreement):
        return hand_out(document.file, filename(document))
    response = HttpResponse(
        documents.preview(agreement), content_type="application/pdf"
    )
    name = content_disposition_header(as_attachment=False, filename=f"{agreement}.pdf")
    response["Content-Disposition"] = name
    return response
