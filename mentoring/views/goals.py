"""The goals of a pair: written by both, counted by the agency."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.core.sealed_forms import SealedForm
from mentoring.models import Goal
from mentoring.sealed_box import box
from mentoring.services import goals
from mentoring.views.rooms import tried, writing

WORDS = {"names": ("text", "indicator"), "required": ("text",)}


def found(pair, pk):
    goal = get_object_or_404(Goal, pk=pk, pair=pair)
    goal.pair = pair
    return goal


@writing
def goal_create(request, pair):
    form = SealedForm(
        request.POST or None, row=Goal(pair=pair), by=request.user, **WORDS
    )
    sent = request.method == "POST" and form.is_valid()
    done = _("It is noted.")
    if sent and tried(request, lambda: _begin(pair, form, request.user), done):
        return redirect(f"{pair.get_absolute_url()}#objectifs")
    context = {"pair": pair, "form": form, "goal": None, "box": box()}
    return render(request, "mentoring/goal_form.html", context)


@transaction.atomic
def _begin(pair, form, by):
    form.row = goals.begin(pair, by=by)
    form.save()


@writing
def goal_edit(request, pair, pk):
    goal = found(pair, pk)
    form = SealedForm(request.POST or None, row=goal, by=request.user, **WORDS)
    if request.method == "POST" and form.is_valid() and form.save():
        messages.success(request, _("It is noted."))
        return redirect(f"{pair.get_absolute_url()}#objectifs")
    context = {"pair": pair, "form": form, "goal": goal, "box": box()}
    return render(request, "mentoring/goal_form.html", context)


@require_POST
@writing
def goal_press(request, pair, pk):
    """Reached, set aside, taken up again."""
    goal = found(pair, pk)
    name = request.POST.get("do")
    if name not in goal.moves:
        raise Http404
    tried(request, lambda: goals.turn(goal, name, by=request.user))
    return redirect(f"{pair.get_absolute_url()}#objectifs")
