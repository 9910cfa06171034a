"""To begin an application, its page, newer rules, and to throw a draft away."""

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.core.access import require
from agency.core.lifecycle import MoveBlocked
from grants.forms.amounts import as_typed
from grants.forms.pages import SITTING, WAY_OF
from grants.forms.parts import StartForm
from grants.models import Application, ApplicationEditor, Scheme
from grants.sections import Section
from grants.services import drafts, news, writing
from grants.services.gaps import gaps
from grants.services.standing import standing
from grants.services.totals import declared, totals

ROWS = (
    "performances",
    "legs",
    "party",
    "expenses",
    "incomes",
    Prefetch("editors", ApplicationEditor.objects.select_related("person")),
)


def found(request, uuid):
    rows = Application.objects.visible_to(request.user)
    rows = rows.select_related(
        "scheme__officer",
        "rules",
        "organisation",
        "show",
        "sitting__session__activity",
        "sitting__session__venue",
    )
    return get_object_or_404(rows, uuid=uuid)


def application_start(request, slug):
    """Choose the organisation; what is begun already is offered instead."""
    scheme = get_object_or_404(Scheme.objects.visible_to(request.user), slug=slug)
    data = request.POST if request.method == "POST" else None
    # Pressed twice, the second press finds the draft of the first: it is not refused.
    begun = drafts.open_drafts(request.user, scheme) if data is None else ()
    form = StartForm(data, person=request.user, begun=begun)
    refusal = drafts.closed(scheme)
    if form.is_bound and form.is_valid() and not refusal:
        given = form.cleaned_data
        try:
            application, new = drafts.start(scheme, by=request.user, **given)
        except MoveBlocked as blocked:
            form.add_error(None, str(blocked))
        else:
            return _begun(request, application, new)
    context = _doors(form, scheme, refusal, request.user)
    return render(request, "grants/application_start.html", context)


def _begun(request, application, new):
    if new:
        messages.success(request, _("Your draft is open. Nobody reads it yet."))
    else:
        messages.info(
            request,
            _("You had begun an application for this organisation: here it is."),
        )
    return redirect(application)


def _doors(form, scheme, refusal, person):
    rules = scheme.rules_on()
    return {
        "form": form,
        "scheme": scheme,
        "rules": rules,
        "refusal": refusal,
        "conditions": rules.eligibility_rules.all() if rules else [],
        "papers": rules.requirements.all() if rules else [],
        "own": drafts.open_drafts(person, scheme),
        "sittings": scheme.sittings.coming().select_related("session__activity"),
    }


def application_detail(request, uuid):
    """All of it on one page: where it stands, what is missing, what it comes to."""
    application = found(request, uuid)
    application = _with_rows(application)
    editors = list(application.editors.all())
    mine = next((one for one in editors if one.person_id == request.user.pk), None)
    writes = mine is not None
    newer = drafts.newer_rules(application) if writes else None
    context = {
        "application": application,
        "standing": standing(application),
        "editors": editors,
        "mine": mine,
        "parts": _parts(application, writes),
        "sitting_way": WAY_OF[SITTING] if writes and application.is_draft else "",
        "totals": totals(application),
        "newer": newer,
        "news": news.between(application.rules, newer) if newer else [],
    }
    return render(request, "grants/application_detail.html", context)


def _with_rows(application):
    prefetch_related_objects([application], *ROWS)
    for line in application.expenses.all():
        line.declared, line.times = declared(line), as_typed(line.quantity)
    return application


def _parts(application, writes):
    """Each part: whether one writes in it, where, and what it still lacks."""
    opened = writing.open_parts(application) if writes else set()
    lacking = gaps(application) if opened else {}
    return {
        part.value: {
            "title": part.label,
            "way": WAY_OF[part] if part in opened else "",
            "missing": lacking.get(part, []) if part in opened else [],
        }
        for part in Section
    }


@require_POST
def application_renew(request, uuid):
    """Take the rules that are in force now over into the draft."""
    application = found(request, uuid)
    require(request.user, "grants.write_application", application)
    try:
        drafts.renew(application, by=request.user)
    except MoveBlocked as blocked:
        messages.error(request, str(blocked))
    else:
        messages.success(request, _("Your application follows the rules in force."))
    return redirect(application)


def application_discard(request, uuid):
    """Ask before it is done."""
    application = found(request, uuid)
    require(request.user, "grants.discard_application", application)
    if not application.is_draft:
        raise Http404
    if request.method == "POST":
        try:
            drafts.discard(application, by=request.user)
        except MoveBlocked as blocked:
            messages.error(request, str(blocked))
            return redirect(application)
        messages.success(request, _("Your draft is thrown away."))
        return redirect(application.scheme)
    context = {"application": application}
    return render(request, "grants/application_discard.html", context)
