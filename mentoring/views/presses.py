"""The link of a reminder: three answers, each asked before anything is written."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from agency.core.lifecycle import MoveBlocked, MoveRefused
from mentoring import press_links
from mentoring.forms.health import DateForm, HelpForm, MetForm
from mentoring.press_links import Answer
from mentoring.services import alerts, meetings, presses

DONE = {
    Answer.MET: gettext_lazy("Your meeting is noted, thank you."),
    Answer.DATE: gettext_lazy("The date is set for both of you, thank you."),
    Answer.HELP: gettext_lazy("Your request has left: you are called within two days."),
}


@never_cache
@login_not_required
def nudge_answer(request, uuid, token, answer):
    """The token moves from the address into the session: no log, no history bears it."""
    if answer not in Answer.values:
        raise Http404
    key, first = press_links.session_key(uuid), token != press_links.KEPT
    given = token if first else request.session.get(key, "")
    found = press_links.found(uuid, given)
    if found is None:
        return render(request, "mentoring/nudge_answer.html", {}, status=404)
    if first:
        request.session[key] = token
    elif (page := _asked(request, *found, Answer(answer))) is not None:
        return page
    return redirect("mentoring:nudge-answer", uuid, press_links.KEPT, answer)


def _asked(request, nudge, side, answer):
    """The page that asks, or says why not; None once the answer is written."""
    refusal = presses.refusal(nudge, side)
    form = None if refusal else _form(nudge.pair, answer, request.POST or None)
    sent = form and request.method == "POST" and form.is_valid()
    if sent and _written(nudge, side, answer, form):
        messages.success(request, DONE[answer])
        return None
    context = {
        "nudge": nudge,
        "reader": nudge.pair.person_of(side),
        "answered": nudge.answered_at(side) is not None,
        "refusal": refusal,
        "answer": answer,
        "others": [one for one in Answer if one != answer],
        "form": form,
    }
    return render(request, "mentoring/nudge_answer.html", context)


def _form(pair, answer, data):
    if answer == Answer.HELP:
        return HelpForm(data)
    last = pair.meetings.held().first()
    if answer == Answer.MET:
        return MetForm(data, way=last and last.way)
    return DateForm(data, way=last and last.way)


def _written(nudge, side, answer, form):
    """Whether it was; if not, the form says why."""
    act = {
        Answer.MET: lambda pair, by: meetings.log(pair, form.facts, by=by),
        Answer.DATE: lambda pair, by: meetings.plan(pair, form.facts, by=by),
        Answer.HELP: lambda pair, by: alerts.ask_help(pair, by=by, **form.cleaned_data),
    }[answer]
    try:
        presses.answer(nudge, side, act)
    except meetings.Unfit as unfit:
        form.add_error(unfit.field if unfit.field in form.fields else None, str(unfit))
    except MoveRefused as refused:
        sentence = str(refused) if isinstance(refused, MoveBlocked) else ""
        form.add_error(None, sentence or _("This has changed in the meantime."))
    return not form.errors
