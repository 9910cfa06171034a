"""What the rules make of an application: its conditions, its aid step by step, its trips."""

from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, render

from grants.engine import sentences
from grants.models import Application
from grants.services import computation, eligibility
from grants.services.standing import standing

ROWS = ("performances", "legs", "expenses", "incomes", "rules__eligibility_rules")


def application_estimate(request, uuid):
    """The page; or, for a page that asks for it in place, what matters of it."""
    application = _found(request, uuid)
    prefetch_related_objects([application], *ROWS)
    kept = application.computations.first() if application.submitted_at else None
    findings = eligibility.findings(application)
    result = kept or computation.preview(application)
    context = {
        "application": application,
        "result": result,
        "limit": sentences.limit_name(result.binding) if result.binding else "",
        "kept": kept,
        "findings": findings,
        "unmet": [one for one in findings if one.known and not one.met],
    }
    if request.headers.get("HX-Request"):
        return render(request, "grants/_estimate.html", context)
    context["footprint"] = computation.footprint(application)
    context["standing"] = standing(application)
    return render(request, "grants/application_estimate.html", context)


def _found(request, uuid):
    rows = Application.objects.visible_to(request.user).select_related(
        "scheme", "rules", "show", "organisation__territory__parent__parent"
    )
    return get_object_or_404(rows, uuid=uuid)
