"""How it goes, help, later: what one of the two says from the room of the pair."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from mentoring.forms.health import HelpForm, PulseForm, SnoozeForm
from mentoring.sealed_box import box
from mentoring.services import alerts, presses, pulses
from mentoring.views.rooms import joined, tried, writing


@joined
def pair_pulse(request, pair):
    """Two questions, for the agency alone; the other one never sees the answers."""
    pulse = pulses.to_answer(pair, pair.me)
    if pulse is not None:
        pulse.pair = pair
    open_ = pulse is not None and pair.is_meeting
    if request.method == "POST" and not open_:
        raise Http404
    form = PulseForm(request.POST or None, initial=_answered(pulse)) if open_ else None
    if request.method == "POST" and form.is_valid():
        done = _("Thank you: %(officer)s reads it, and nobody else.") % {
            "officer": pair.activity.officer.full_name
        }
        by = request.user
        if tried(request, lambda: pulses.answer(pulse, form.said, by=by), done):
            return redirect(pair)
    context = {"pair": pair, "pulse": pulse, "form": form, "box": box()}
    return render(request, "mentoring/pair_pulse.html", context)


def _answered(pulse):
    if pulse is None or not pulse.is_answered:
        return {}
    return {name: getattr(pulse, name) for name in ("level", "fit", "wants_help")}


@writing
def pair_help(request, pair):
    """Somebody of the agency calls within two days."""
    form = HelpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words, by = form.cleaned_data["words"], request.user
        done = _("%(officer)s calls you within two days.") % {
            "officer": pair.activity.officer.full_name
        }
        if tried(request, lambda: alerts.ask_help(pair, by=by, words=words), done):
            return redirect(pair)
    context = {"pair": pair, "form": form, "box": box()}
    return render(request, "mentoring/pair_help.html", context)


@writing
def pair_rest(request, pair):
    """No reminder for a while, or reminders again."""
    form = SnoozeForm(request.POST or None)
    by = request.user
    if request.method == "POST" and "wake" in request.POST:
        done = _("You are reminded again when a month goes by without a date.")
        tried(request, lambda: presses.wake(pair, by=by), done)
        return redirect(pair)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        done = _("Nobody reminds you of anything for %(days)s days.") % {"days": days}
        if tried(request, lambda: presses.snooze(pair, days, by=by), done):
            return redirect(pair)
    until = presses.put_off(pair)
    context = {"pair": pair, "form": form, "until": until, "box": box()}
    return render(request, "mentoring/pair_rest.html", context)
