"""The papers of an application: give one, replace it, take it out, read it."""

from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from agency.core.access import require
from agency.core.lifecycle import MoveBlocked
from agency.documents.views import hand_out
from grants.choices import Scan
from grants.forms.papers import PaperForm
from grants.models import Application, ApplicationDocument
from grants.services import papers
from grants.uploads.content import PaperRefused

HANDED_OUT = (Scan.CLEAN, Scan.SKIPPED)


def _application(request, uuid):
    """One that the person writes in."""
    rows = Application.objects.visible_to(request.user).select_related(
        "rules", "organisation", "scheme"
    )
    application = get_object_or_404(rows, uuid=uuid)
    require(request.user, "grants.write_application", application)
    return application


def _paper(application, uuid):
    rows = application.documents.filter(replaced_by=None)
    return get_object_or_404(rows.select_related("application"), uuid=uuid)


def paper_give(request, uuid, key):
    return _give(request, _application(request, uuid), key)


def paper_replace(request, uuid, paper):
    application = _application(request, uuid)
    former = _paper(application, paper)
    return _give(request, application, former.requirement, former)


def _give(request, application, key, former=None):
    """The form of one document; once it is kept, back to the list of them."""
    requirement = papers.requirement_of(application, key)
    if requirement is None:
        raise Http404
    if not papers.is_open(application, key):
        return redirect(_list_of(application))
    form = PaperForm(
        request.POST or None, request.FILES or None, requirement=requirement
    )
    sent = request.method == "POST" and form.is_valid()
    if sent and _kept(request, application, requirement, form, former):
        return redirect(_list_of(application))
    context = {
        "application": application,
        "requirement": requirement,
        "form": form,
        "former": former,
    }
    return render(request, "grants/paper_form.html", context)


def _kept(request, application, requirement, form, former):
    """Whether the file was kept; the form says why it was not."""
    try:
        paper = papers.give(
            application,
            requirement,
            form.cleaned_data["file"],
            by=request.user,
            dated_on=form.cleaned_data.get("dated_on"),
            replaces=former,
        )
    except PaperRefused as refused:
        form.add_error("file", str(refused))
    except MoveBlocked as blocked:
        form.add_error(None, str(blocked))
    else:
        messages.success(request, _("%(name)s is kept.") % {"name": paper.name})
        return True
    return False


def _list_of(application):
    return f"{application.get_absolute_url()}#pieces"


def paper_remove(request, uuid, paper):
    """Ask before it is done; of a draft alone."""
    application = _application(request, uuid)
    paper = _paper(application, paper)
    if not application.is_draft:
        return redirect(_list_of(application))
    if request.method == "POST":
        try:
            papers.remove(paper, by=request.user)
        except MoveBlocked as blocked:
            messages.error(request, str(blocked))
        else:
            messages.success(request, _("%(name)s is removed.") % {"name": paper.name})
        return redirect(_list_of(application))
    requirement = papers.requirement_of(application, paper.requirement)
    context = {"application": application, "paper": paper, "requirement": requirement}
    return render(request, "grants/paper_remove.html", context)


@require_safe
@csp_replace({"frame-ancestors": ["'self'"]})
@xframe_options_sameorigin
@cache_control(private=True, no_store=True)
def paper_file(request, uuid, paper):
    """The file, to whoever may read it; bank details to those who pay or check."""
    seen = Application.objects.visible_to(request.user).filter(uuid=uuid)
    rows = ApplicationDocument.objects.filter(application__in=seen)
    rows = rows.select_related("application__rules")
    paper = get_object_or_404(rows, uuid=paper, scan__in=HANDED_OUT)
    require(request.user, "grants.read_applicationdocument", paper)
    response = hand_out(paper.file, paper.name)
    response["Content-Type"] = paper.media_type
    return response
