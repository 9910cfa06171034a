"""The pages of a pair: the proposal, the year, a word to the agency, the early end."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.core.clock import today
from mentoring.forms.pairs import AgencyNoteForm, EndForm
from mentoring.sealed_box import box
from mentoring.services import agreements, certificates, goals, pairs, reviews
from mentoring.states import GoalState, PairState
from mentoring.views.rooms import joined, told, tried
from mentoring.why import why


def pair_detail(request, uuid):
    """A proposal until both have said yes, then the room of the two."""
    pair = told(request, uuid)
    context = {"pair": pair, "box": box()}
    if not pair.is_joined:
        context["why"] = why(pair, pair.me)
        return render(request, "mentoring/proposal.html", context)
    meetings = list(pair.meetings.all())
    held = [one for one in meetings if one.is_held]
    context |= {
        "meetings": meetings,
        "held_count": len(held),
        "next": _next(meetings),
        "to_confirm": [
            one for one in held if not one.is_confirmed and one.logged_by != pair.me
        ],
        "goals": pair.goals.exclude(state=GoalState.DROPPED),
        "shares": getattr(pair, f"{pair.me}_shares_goals"),
        "words": pair.agency_notes.filter(side=pair.me),
        "certificate": certificates.own(pair, request.user),
        "agreement": _agreement(pair),
        "reviews": list(reviews.shown(pair, pair.me)),
    }
    return render(request, "mentoring/pair_detail.html", context)


def _agreement(pair):
    """The one in force, which knows whether one has signed it; or None."""
    agreement = agreements.in_force(pair)
    if agreement:
        agreement.mine = agreement.names.get(pair.me)
    return agreement


def _next(meetings):
    """The nearest planned meeting to come, or None."""
    coming = [m for m in meetings if m.is_planned and m.day >= today()]
    return min(coming, key=lambda m: (m.day, m.pk), default=None)


@require_POST
def pair_answer(request, uuid):
    """Yes or no, from one's own account."""
    pair = told(request, uuid)
    if "accept" in request.POST:
        done = _("Thank you: your answer is noted.")
        tried(request, lambda: pairs.accept(pair, by=request.user), done)
        return redirect(pair)
    done = _("Your answer is noted. Nobody is told why.")
    tried(request, lambda: pairs.decline(pair, by=request.user), done)
    return redirect(pair if pair.state == PairState.NOTIFIED else "pages:own-space")


@joined
def pair_tell(request, pair):
    """A word to the officer in charge, and to nobody else."""
    form = AgencyNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        done = _("Your message is with %(officer)s.") % {
            "officer": pair.activity.officer.full_name
        }
        if tried(request, lambda: goals.tell_agency(pair, text, by=request.user), done):
            return redirect(pair)
    context = {"pair": pair, "form": form, "box": box()}
    return render(request, "mentoring/pair_tell.html", context)


@joined
def pair_end(request, pair):
    """An early end, in neutral words: asked before it is done."""
    if pair.is_over:
        raise Http404
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = _("The pair has ended. Thank you for this time together.")
        tried(request, lambda: pairs.end_early(pair, by=request.user, **said), done)
        return redirect(pair)
    context = {"pair": pair, "form": form, "box": box()}
    return render(request, "mentoring/pair_end.html", context)


@require_POST
@joined
def pair_share(request, pair):
    """Let the agency read the goals, or no longer."""
    shared = request.POST.get("shared") == "yes"
    tried(request, lambda: pairs.share_goals(pair, by=request.user, shared=shared))
    return redirect(f"{pair.get_absolute_url()}#objectifs")
