"""The ranking of a scheme in a sitting, and how its envelope may be shared out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from agency.core.lifecycle import MoveBlocked
from grants.choices import Method
from grants.forms.live import AmountsForm, ScenarioForm
from grants.services import deliberation, scenarios
from grants.views.live import stage_of, whole


def commission_ranking(request, pk, slug):
    """Where the envelope of a scheme ends, and what a scenario would make of it."""
    stage = stage_of(request, pk)
    schemes = {one.scheme.slug: one.scheme for one in stage.envelopes().values()}
    if slug not in schemes or not stage.sees_scores:
        raise Http404
    ranking = deliberation.Ranking.seen_on(stage, schemes[slug])
    data = request.POST if request.method == "POST" else request.GET
    asked = Asked(ScenarioForm(data), scenarios.usual(ranking.highest))
    if request.method == "POST":
        if not stage.runs:
            raise PermissionDenied
        if (answer := _shared(request, ranking, asked)) is not None:
            return answer
    runs = stage.runs and not ranking.hidden and not stage.is_closed
    context = _context(ranking, asked) | {
        "stage": stage,
        "runs": runs,
        "undoable": scenarios.last(stage.sitting, ranking.scheme) if runs else None,
        "schemes": list(schemes.values()),
    }
    return render(request, "grants/live_ranking.html", context)


class Asked:
    """The scenario that is looked at or applied, its figures, what is typed by hand."""

    def __init__(self, form, usual):
        self.form, self.parameters = form, form.parameters(usual)
        good = form.is_valid()
        self.method = form.cleaned_data.get("method", "") if good else ""
        self.amounts = None


def _context(ranking, asked):
    standing = {one.pk: one.amount for one in ranking.points}
    plan = ranking.plan(asked.method, asked.parameters | {"amounts": standing})
    rows = ranking.rows(plan)
    amounts = asked.amounts
    if amounts is None and asked.method == Method.MANUAL:
        amounts = AmountsForm(rows=rows)
    for row in rows if amounts else ():
        name = f"p{row.key}"
        row.field = amounts[name] if name in amounts.fields else None
    return {
        "sitting": ranking.sitting,
        "scheme": ranking.scheme,
        "ranking": ranking,
        "plan": plan,
        "rows": rows,
        "method": asked.method,
        "plans": ranking.plans(asked.parameters),
        "parameters": asked.parameters,
        "form": asked.form,
        "amounts": amounts,
        "errors": amounts.errors if amounts else {},
        "balance": ranking.balance(plan),
    }


def _shared(request, ranking, asked):
    """Apply or undo; the answer, or None when what was typed comes back."""
    here = redirect(
        "grants:commission-ranking", ranking.sitting.pk, ranking.scheme.slug
    )
    if "undo" not in request.POST and not (asked.form.is_valid() and asked.method):
        return None
    if "undo" not in request.POST and asked.method == Method.MANUAL:
        rows = ranking.rows(ranking.current())
        asked.amounts = AmountsForm(request.POST, rows=rows)
        if not asked.amounts.is_valid():
            return None
        asked.parameters |= {"amounts": asked.amounts.amounts()}
    try:
        done = _done(request, ranking, asked)
    except MoveBlocked as blocked:
        if asked.amounts is not None:
            ranking.sitting.refresh_from_db()  # nothing was written
            asked.amounts.add_error(None, str(blocked))
            return None
        messages.error(request, str(blocked))
    else:
        messages.success(request, done)
    return here


def _done(request, ranking, asked):
    """What was done, in a sentence. Raises MoveBlocked."""
    sitting, scheme = ranking.sitting, ranking.scheme
    if ranking.hidden:
        raise MoveBlocked(
            _("A file of this scheme is shut to you: somebody else shares it out.")
        )
    if "undo" in request.POST:
        last = scenarios.last(sitting, scheme)
        if last is None:
            raise MoveBlocked(_("It is too late to undo it: apply another scenario."))
        scenarios.undo(last, by=request.user)
        return _("The amounts are back to what they were.")
    scenarios.apply(
        sitting,
        scheme,
        asked.method,
        lambda: deliberation.everything(sitting, scheme),
        by=request.user,
        turn=whole(request.POST.get("turn", "")),
        parameters=asked.parameters,
    )
    return _("The amounts are those put to the vote from now on.")
