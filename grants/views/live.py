"""The sitting while it is held: three views of it, and every gesture of the room."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused
from grants.choices import Attending
from grants.forms.live import (
    ArrivalForm,
    OpinionForm,
    ReasonForm,
    TogetherForm,
    VoteForm,
)
from grants.models import Point, Sitting
from grants.services import (
    live,
    opinions,
    room,
    voting,
)
from grants.services.quorum import House
from grants.services.stage import Stage, may_watch

SECRETARY, MEMBER, SCREEN = "secretaire", "membre", "ecran"
VIEWS = {
    SECRETARY: "grants/_live_secretary.html",
    MEMBER: "grants/_live_member.html",
    SCREEN: "grants/_live_screen.html",
}


def sitting_of(request, pk):
    """A sitting where they are in office, or that they run; else 404."""
    rows = Sitting.objects.select_related("session__activity")
    sitting = get_object_or_404(rows, pk=pk)
    if not may_watch(request.user, sitting):
        raise Http404
    return sitting


def stage_of(request, pk):
    """The same, read whole as they may see it."""
    rows = Sitting.objects.select_related("session__activity")
    stage = Stage(get_object_or_404(rows, pk=pk), request.user)
    if not stage.is_open_to_reader:
        raise Http404
    return stage


def need_to_run(request, sitting):
    """Raise PermissionDenied unless they lead it."""
    if not room.runs(request.user, sitting):
        raise PermissionDenied


# --- To watch -----------------------------------------------------------------------
@require_safe
def commission_live(request, pk):
    """The sitting, live: the secretary's view or a member's."""
    stage = stage_of(request, pk)
    wanted = request.GET.get("vue", "")
    view = SECRETARY if stage.runs and wanted != MEMBER else MEMBER
    return _shown(request, stage, view)


@require_safe
def commission_screen(request, pk):
    """What is projected: no score, nothing to press."""
    return _shown(request, stage_of(request, pk), SCREEN, "grants/live_screen.html")


@require_safe
@cache_control(private=True, no_cache=True)
def commission_watch(request, pk, view):
    """The live part of a view: 304 until something changes in the room."""
    if view not in VIEWS:
        raise Http404
    rows = Sitting.objects.select_related("session__activity")
    sitting = get_object_or_404(rows, pk=pk)
    etag = _etag(request, sitting, view)
    answer = get_conditional_response(request, etag=etag)
    if answer is not None:  # nothing of it is read but whether they still may
        if not may_watch(request.user, sitting):
            raise Http404
        if view == SECRETARY:
            need_to_run(request, sitting)
    else:
        stage = Stage(sitting, request.user)
        if not stage.is_open_to_reader:
            raise Http404
        if view == SECRETARY and not stage.runs:
            raise PermissionDenied
        answer = render(request, VIEWS[view], _context(request, stage, view))
    answer["ETag"] = etag
    return answer


def _etag(request, sitting, view):
    # Once a minute the page is read again: how long a file is under discussion, and what
    # may be undone, change by themselves.
    return f'"{sitting.pk}-{sitting.turn}-{view}-{request.user.pk}-{now().minute}"'


def _context(request, stage, view, **more):
    told = {
        "sitting": stage.sitting,
        "stage": stage,
        "view": view,
        "runs": stage.runs,
        "etag": _etag(request, stage.sitting, view),
        "item": stage.item(scores=view != SCREEN),
        "envelopes": list(stage.envelopes().values()),
        **dict.fromkeys(
            ("form", "together_form", "chosen", "undoable", "unkept"), None
        ),
        "together": [],
    }
    if view == SECRETARY:
        told |= _for_secretary(stage)
    if view == MEMBER:
        told["voices"] = stage.own_voices()
    return told | more


def _for_secretary(stage):
    told = {"seats": stage.seats(), "holders": stage.holders()}
    # Between two files alone: while one is under discussion the page has none of it.
    if stage.is_open and stage.current is None:
        stage.note_who_leaves()
        told["undoable"] = stage.undoable()
        told["together"] = list(opinions.together(stage.sitting, stage.person))
        told["together_form"] = TogetherForm(auto_id="ensemble_%s")
    point = stage.current
    if point is not None and not point.is_shut:
        told["form"] = OpinionForm(initial=_initial(point))
    return told


def _initial(point):
    amount = point.amount
    if amount is None:
        amount = point.application.proposed
    return {"point": point.pk, "seen": point.version, "amount": amount}


def _shown(request, stage, view, template="grants/live.html", **more):
    context = _context(request, stage, view, **more)
    if context["form"] is not None:
        context["errors"] = context["form"].errors
    return render(request, template, context | {"part": VIEWS[view]})


# --- Every gesture -------------------------------------------------------------------
@require_POST
def commission_act(request, pk, verb):
    """Do ``verb``, then back to the page; what is refused is said there."""
    sitting = sitting_of(request, pk)
    own, act = ACTS.get(verb, (None, None))
    if act is None:
        raise Http404
    if not own:
        need_to_run(request, sitting)
    try:
        answer = act(request, sitting)
    except MoveBlocked as blocked:
        messages.error(request, str(blocked))
        answer = None
    except MoveRefused:
        messages.error(request, _faster())
        answer = None
    return answer or redirect(_back(request, sitting))


def _faster():
    return _("Somebody was faster: look at where the sitting stands now.")


def _back(request, sitting):
    """The page whose form it was: whoever runs it may have voted as a member."""
    page = reverse("grants:commission-live", args=[sitting.pk])
    return f"{page}?vue={MEMBER}" if request.POST.get("vue") == MEMBER else page


def whole(text):
    """The number that ``text`` is, or 0: a key, a version, a turn, none of them longer."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _number(request, name):
    return whole(request.POST.get(name, ""))


def _point(request, sitting):
    """The item that is named, at the version that the page showed."""
    rows = Point.objects.open_to(request.user).select_related("sitting__session")
    point = get_object_or_404(rows, pk=_number(request, "point"), sitting=sitting)
    if "seen" in request.POST:
        point.version = _number(request, "seen")
    return point


def _member(request, sitting, name="member"):
    members = House(sitting).by_key
    found = members.get(_number(request, name))
    if found is None:
        raise Http404
    return found


def _own_seat(request, sitting):
    """The seat that is named, one's own unless one runs the sitting."""
    if "member" in request.POST and room.runs(request.user, sitting):
        return _member(request, sitting)
    seat = House(sitting).member_of(request.user.pk)
    if seat is None:
        raise Http404
    return seat


# -- who is there
def _arrive(request, sitting):
    form = ArrivalForm(request.POST)
    if not form.is_valid():
        raise MoveBlocked(_("Say whether they are in the room or online."))
    seat = _own_seat(request, sitting)
    online = form.cleaned_data["mode"] == Attending.REMOTE
    if not online and not room.runs(request.user, sitting):
        raise MoveBlocked(_("In the room, the secretary notes that you are there."))
    room.arrive(sitting, seat, by=request.user, mode=form.cleaned_data["mode"])


def _leave(request, sitting):
    room.leave(sitting, _own_seat(request, sitting), by=request.user)


def _give(request, sitting):
    giver, holder = (_member(request, sitting, name) for name in ("member", "holder"))
    room.give_proxy(sitting, giver, holder, by=request.user)


def _end_proxy(request, sitting):
    room.end_proxy(sitting, _member(request, sitting), by=request.user)


# -- the sitting
def _open(request, sitting):
    live.open_sitting(sitting, by=request.user)
    messages.success(request, _("The sitting is open."))


def _close(request, sitting):
    live.close_sitting(sitting, by=request.user)
    messages.success(
        request, _("The sitting is closed. The draft of the minutes is there.")
    )


def _resume(request, sitting):
    form = ReasonForm(request.POST)
    form.is_valid()
    live.resume(sitting, by=request.user, reason=form.cleaned_data.get("reason", ""))
    messages.success(request, _("The sitting goes on."))


# -- one item
def _start(request, sitting):
    point = _point(request, sitting)
    out = {whole(one) for one in request.POST.getlist("out")}
    live.start(point, by=request.user, out=out)


def _put_off(request, sitting):
    live.put_off(_point(request, sitting), by=request.user)


def _open_vote(request, sitting):
    secret = "secret" in request.POST
    voting.open_vote(_point(request, sitting), by=request.user, secret=secret)


def _cast(request, sitting):
    form = VoteForm(request.POST)
    if not form.is_valid():
        raise MoveBlocked(_("Vote for, against, or abstain."))
    point, choice = _point(request, sitting), form.cleaned_data["choice"]
    voting.cast(point, _number(request, "seat"), choice, by=request.user)
    messages.success(request, _("The vote is counted."))


def _close_vote(request, sitting):
    voting.close_vote(_point(request, sitting), by=request.user)


def _cancel_vote(request, sitting):
    voting.cancel_vote(_point(request, sitting), by=request.user)


def _settle(request, sitting):
    choice = request.POST.get("choice", "")
    voting.settle(_point(request, sitting), choice, by=request.user)


def _record(request, sitting):
    point, form = _point(request, sitting), OpinionForm(request.POST)
    if form.is_valid():
        try:
            opinions.record(point, form.said(), by=request.user)
        except MoveBlocked as blocked:
            form.add_error(None, str(blocked))
        except MoveRefused:
            form.add_error(None, _faster())
        else:
            said = {"file": point.application}
            messages.success(request, _("%(file)s: the opinion is recorded.") % said)
            return None
    return _again(request, sitting, form=form)


def _take_back(request, sitting):
    form = ReasonForm(request.POST)
    form.is_valid()
    point, reason = _point(request, sitting), form.cleaned_data.get("reason", "")
    opinions.take_back(point, by=request.user, reason=reason)
    messages.success(request, _("The opinion is taken back; the journal keeps it."))


def _together(request, sitting):
    form = TogetherForm(request.POST, auto_id="ensemble_%s")
    keys = {whole(one) for one in request.POST.getlist("points")}
    if form.is_valid():
        try:
            points = opinions.record_together(
                sitting,
                keys,
                form.cleaned_data["told"],
                by=request.user,
                out=form.cleaned_data["out"],
                turn=_number(request, "turn"),
            )
        except MoveBlocked as blocked:
            form.add_error(None, str(blocked))
        else:
            messages.success(request, opinions.said_of(points))
            return None
    return _again(request, sitting, together_form=form, chosen=keys, errors=form.errors)


def _again(request, sitting, **more):
    """The secretary's page with what was typed; read anew, since nothing was written.

    When the room has gone on and the form is there no more, its words are still theirs.
    """
    sitting.refresh_from_db()
    stage = Stage(sitting, request.user)
    form = more.get("form") or more["together_form"]
    about = stage.current.pk if stage.current else 0
    if about != (_number(request, "point") if "form" in more else 0):
        more = {"unkept": form.data.get("told", ""), "errors": {}}
        messages.error(request, _faster())
    return _shown(request, stage, SECRETARY, **more)


# Whether anybody in office may, for themselves; and what is done.
ACTS = {
    "arrivee": (True, _arrive),
    "depart": (True, _leave),
    "vote": (True, _cast),
    "pouvoir": (False, _give),
    "fin-de-pouvoir": (False, _end_proxy),
    "ouverture": (False, _open),
    "cloture": (False, _close),
    "reprise": (False, _resume),
    "examen": (False, _start),
    "plus-tard": (False, _put_off),
    "scrutin": (False, _open_vote),
    "fin-de-scrutin": (False, _close_vote),
    "annulation-du-scrutin": (False, _cancel_vote),
    "voix-preponderante": (False, _settle),
    "avis": (False, _record),
    "retour": (False, _take_back),
    "ensemble": (False, _together),
}
