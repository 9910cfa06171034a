"""The one door to issued documents: only those who may see one receive its file.

And the counter where anybody who holds a certificate asks whether it is ours.
"""

from allauth.core import ratelimit
from allauth.core.internal.ratelimit import consume
from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import condition, require_safe

from agency.documents import kinds, verification
from agency.documents.forms import CodeForm
from agency.documents.models import IssuedDocument

# Codes tried from one address: enough for a stack of papers, nothing for guessing.
TRIES = {"verify": "30/10m/ip"}


def _seen(request, uuid):
    return get_object_or_404(IssuedDocument.objects.visible_to(request.user), uuid=uuid)


def _etag(request, uuid):
    """Looked for among what the person may see: a stranger gets 404, never 304."""
    request.document = _seen(request, uuid)
    return f'"{request.document.sha256}"'


@require_safe
@csp_replace({"frame-ancestors": ["'self'"]})
@xframe_options_sameorigin
@cache_control(private=True, no_store=True)
@condition(etag_func=_etag)
def document_file(request, uuid):
    return hand_out(request.document.file, filename(request.document))


def hand_out(file, name):
    """The response with a private PDF, to whoever the caller has let in.

    ``file``: of a FileField in the private storage; ``name``: what a download is called.
    """
    accel = getattr(settings, "DOCUMENTS_ACCEL", "")
    if accel:
        # nginx sends the file: ours is the permission, its is the work.
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{accel}{file.name}"
    else:
        response = FileResponse(file.open("rb"))
    response["Content-Type"] = "application/pdf"
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=False, filename=name
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def filename(document):
    """Convocation CONV-2026-0042 v2.pdf: found again among a hundred downloads."""
    label = kinds.get(document.kind).label
    return f"{label} {document.reference} v{document.version}.pdf"


@login_not_required
@require_safe
@cache_control(private=True, no_store=True)
def document_verify(request, code=""):
    """Authentic, replaced, withdrawn, unknown: to whoever holds the code, no account."""
    form = CodeForm({"code": code} if code else request.GET or None)
    verdict = None
    if form.is_valid():
        if not consume(
            request, app="documents", action="verify", config=TRIES, limit_get=True
        ):
            return ratelimit.respond_429(request)
        verdict = verification.verdict(form.cleaned_data["code"])
    context = {"form": form, "verdict": verdict}
    response = render(request, "documents/verify.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
