"""A meeting of a pair: noted in a few presses, confirmed by one, its notes apart."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import Stale
from agency.core.sealed_forms import SealedForm
from mentoring.forms.pairs import MeetingForm, PlanForm
from mentoring.models import PairMeeting, PrivateNote
from mentoring.models.meeting import OFF
from mentoring.sealed_box import box
from mentoring.services import meetings, notes
from mentoring.views.rooms import joined, tried, writing

VERBS = {
    "confirm": (meetings.confirm, gettext_lazy("Confirmed, thank you.")),
    "cancel": (meetings.cancel, gettext_lazy("The meeting is cancelled.")),
    "miss": (
        meetings.miss,
        gettext_lazy("It is noted: the meeting did not take place."),
    ),
    "retract": (meetings.retract, gettext_lazy("The meeting is taken off.")),
}


def found(pair, pk):
    meeting = get_object_or_404(PairMeeting, pk=pk, pair=pair)
    meeting.pair = pair
    return meeting


def _last_way(pair):
    last = pair.meetings.held().first()
    return last and last.way


def _saved(form, act):
    """What ``act`` gives, or None with its refusal beside the field it is about."""
    try:
        return act()
    except meetings.Unfit as unfit:
        field = "preset" if unfit.field == "minutes" else unfit.field
        form.add_error(field if field in form.fields else None, str(unfit))
    except Stale:
        form.read_again()
        form.add_error(
            None,
            _(
                "The other one changed this meeting in the meantime: look at it in "
                "another window, then save again."
            ),
        )
    except MoveRefused as refused:
        sentence = str(refused) if isinstance(refused, MoveBlocked) else ""
        form.add_error(None, sentence or _("This has changed in the meantime."))
    return None


@writing
def meeting_log(request, pair):
    """The two have met: date, length, how, about what, in one press if it is today."""
    form = MeetingForm(request.POST or None, way=_last_way(pair))
    if request.method == "POST" and form.is_valid():
        by = request.user
        logged = _saved(form, lambda: meetings.log(pair, form.facts, by=by))
        if logged:
            messages.success(request, _said(pair, logged[1]))
            return redirect(logged[0])
    context = {"pair": pair, "form": form, "box": box()}
    return render(request, "mentoring/meeting_log.html", context)


def _said(pair, became):
    name = {"name": pair.other.given_name}
    return {
        "noted": _("Noted. %(name)s confirms it, or says nothing for a week.") % name,
        "known": _("You had noted this meeting already: here it is."),
        "confirmed": _(
            "%(name)s had noted this meeting already: it is confirmed by both of you."
        )
        % name,
    }[became]


@writing
def meeting_plan(request, pair):
    """The next date, so that both have it before their eyes."""
    interval = pair.activity.mentoring.interval_days if has_details(pair) else 30
    form = PlanForm(request.POST or None, interval=interval, way=_last_way(pair))
    if request.method == "POST" and form.is_valid():
        by = request.user
        if _saved(form, lambda: meetings.plan(pair, form.facts, by=by)):
            messages.success(request, _("The date is set for both of you."))
            return redirect(pair)
    context = {"pair": pair, "form": form, "box": box()}
    return render(request, "mentoring/meeting_plan.html", context)


def has_details(pair):
    return getattr(pair.activity, "mentoring", None) is not None


@joined
def meeting_detail(request, pair, pk):
    """Its facts, its notes, and what may be done with it."""
    meeting = found(pair, pk)
    own = PrivateNote.objects.filter(meeting=meeting, side=pair.me).first()
    if own:
        own.meeting = meeting
    context = {"pair": pair, "meeting": meeting, "own": own, "box": box()}
    return render(request, "mentoring/meeting_detail.html", context)


@writing
def meeting_correct(request, pair, pk):
    """Other facts; for a planned meeting, that it was held."""
    meeting = found(pair, pk)
    if meeting.state in OFF:
        raise Http404
    form = MeetingForm(request.POST or None, meeting=meeting)
    sent = request.method == "POST" and form.is_valid()
    if sent and _saved(form, lambda: _write(meeting, form, request.user)):
        messages.success(request, _("It is noted."))
        return redirect(meeting)
    context = {"pair": pair, "meeting": meeting, "form": form, "box": box()}
    return render(request, "mentoring/meeting_log.html", context)


def _write(meeting, form, by):
    if not meeting.is_held:
        return meetings.log_planned(meeting, form.facts, by=by)
    meeting.version = form.cleaned_data["version"] or 0
    meetings.correct(meeting, form.facts, by=by)
    return meeting


@require_POST
@writing
def meeting_press(request, pair, pk):
    """One press: confirm, cancel, not held, noted by mistake."""
    meeting = found(pair, pk)
    if request.POST.get("do") not in VERBS:
        raise Http404
    act, done = VERBS[request.POST["do"]]
    tried(request, lambda: act(meeting, by=request.user), done)
    return redirect(f"{pair.get_absolute_url()}#rdv")


@writing
def meeting_note(request, pair, pk, kind):
    """The shared note of the two, or one's own: the form of sealed texts."""
    meeting = found(pair, pk)
    write = request.method == "POST"
    row, name = notes.row_of(meeting, kind, request.user, write=write)
    form = SealedForm(request.POST or None, row=row, names=[name], by=request.user)
    if write and form.is_valid() and form.save():
        messages.success(request, _("Your note is saved."))
        return redirect(meeting)
    context = {"pair": pair, "meeting": meeting, "form": form, "kind": kind}
    return render(request, "mentoring/meeting_note.html", context | {"box": box()})
