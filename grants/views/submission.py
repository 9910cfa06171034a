"""An application is sent, taken back, taken over; what was sent is read again."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from agency.core.access import require
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.documents.views import filename, hand_out
from grants.choices import Severity
from grants.forms.pages import WAY_OF
from grants.models import Application
from grants.sections import Section
from grants.services import eligibility, papers, submission, takeover

ROWS = (
    *("performances", "expenses", "incomes", "documents"),
    *("rules__requirements", "rules__eligibility_rules"),
)
# The parts of an application that ``missing`` names and no form writes.
BESIDE = {"budget": Section.INCOMES}


def _application(request, uuid, perm):
    """One that the person sees, and may do ``perm`` with."""
    rows = Application.objects.visible_to(request.user).select_related(
        "scheme",
        "rules",
        "organisation__territory__parent__parent",
        "show",
        "sitting__session__activity",
    )
    application = get_object_or_404(rows, uuid=uuid)
    require(request.user, f"grants.{perm}_application", application)
    return application


def application_submit(request, uuid):
    """What is sent and what is missing, to read before; then it is sent, once."""
    application = _application(request, uuid, "submit")
    if not application.is_draft:
        # A second press, another tab, the page sent again.
        sent = application.is_running and application.revisions.exists()
        return (
            redirect("grants:application-sent", uuid) if sent else redirect(application)
        )
    if request.method == "POST" and _sent(request, application):
        return redirect("grants:application-sent", uuid)
    return render(request, "grants/application_submit.html", _before(application))


def _sent(request, application):
    """Whether it is sent now, by this press or by one a moment before."""
    try:
        submission.submit(application, by=request.user)
    except MoveBlocked as blocked:
        messages.error(request, str(blocked))
        return False
    except MoveRefused:
        return True
    return True


def _before(application):
    """What the page says: the same figures and the same faults as the service."""
    prefetch_related_objects([application], *ROWS)
    findings = eligibility.findings(application)
    missing = submission.missing(application, findings)
    spent, income = submission.sums(application)
    return {
        "application": application,
        "missing": [(sentence, where(application, part)) for part, sentence in missing],
        "performances": application.performances.all(),
        "spent": spent,
        "income": income,
        "warnings": [
            one for one in findings if not one.met and one.severity == Severity.WARNING
        ],
        "checklist": papers.checklist(application),
    }


def where(application, part):
    """The address at which something is to mend."""
    if part == "eligibility":
        return reverse("grants:application-estimate", args=[application.uuid])
    way = WAY_OF.get(BESIDE.get(part, part))
    if way is not None:
        return reverse("grants:application-part", args=[application.uuid, way])
    place = "#pieces" if part == "documents" else ""
    return f"{application.get_absolute_url()}{place}"


def application_sent(request, uuid):
    """It is sent: its number, what comes next. Read again, it says the same."""
    application = _application(request, uuid, "write")
    revision = application.revisions.order_by("-number").first()
    if revision is None:
        return redirect(application)
    context = {"application": application, "revision": revision}
    return render(request, "grants/application_sent.html", context)


def application_withdraw(request, uuid):
    """Ask before it is done; a draft is thrown away elsewhere."""
    application = _application(request, uuid, "write")
    require(request.user, "grants.withdraw_application", application)
    if not application.is_running:
        return redirect(application)
    if request.method == "POST":
        try:
            submission.withdraw(application, by=request.user)
        except MoveRefused:
            messages.error(request, _("This file has changed in the meantime."))
        else:
            messages.success(request, _("Your file is withdrawn."))
        return redirect(application)
    context = {"application": application}
    return render(request, "grants/application_withdraw.html", context)


def application_take_over(request, uuid):
    """Say what comes along and what stays behind; then a new draft."""
    former = _application(request, uuid, "write")
    if former.is_draft:
        return redirect(former)
    sentence = takeover.refusal(former)
    if request.method == "POST" and not sentence:
        try:
            draft = takeover.take_over(former, by=request.user)
        except MoveBlocked as blocked:
            messages.error(request, str(blocked))
            return redirect(former)
        messages.success(request, _("Your new draft is ready: read it through."))
        return redirect(draft)
    context = {"application": former, "refusal": sentence}
    return render(request, "grants/application_take_over.html", context)


def _revision(request, uuid, number):
    """A revision of an application that the person sees; the house may, once it is sent."""
    rows = Application.objects.visible_to(request.user).select_related("scheme")
    application = get_object_or_404(rows, uuid=uuid)
    revisions = application.revisions.select_related("submitted_by", "receipt")
    return application, get_object_or_404(revisions, number=number)


def application_revision(request, uuid, number):
    """What this revision changed in the one before it."""
    application, revision = _revision(request, uuid, number)
    context = {
        "application": application,
        "revision": revision,
        "sections": submission.changes(revision),
        "receipt": _receipt_of(application, revision),
    }
    return render(request, "grants/application_revision.html", context)


def _receipt_of(application, revision):
    if revision.receipt is None:
        return ""
    return reverse(
        "grants:application-receipt", args=[application.uuid, revision.number]
    )


@require_safe
@cache_control(private=True, no_store=True)
def application_receipt(request, uuid, number):
    """The summary on paper, as it came with the receipt."""
    _seen, revision = _revision(request, uuid, number)
    if revision.receipt is None:
        raise Http404
    return hand_out(revision.receipt.file, filename(revision.receipt))
