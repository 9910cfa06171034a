"""The workspace of facilitators: their sessions, who comes, who was there.

A session is found by the row that assigns its activity, read anew at each request: once
the row is gone, so is the page, whatever other tab is open.
"""

from functools import wraps
from itertools import groupby
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agency.activities.choices import HalfDay
from agency.activities.models import Facilitator, Session
from agency.activities.services import attendance, charters, members
from agency.activities.services.halfdays import half_days, starts
from agency.activities.services.roll import roll
from agency.activities.views import presences
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked


def found(person, uuid):
    """The session at this address, for whoever leads it now, or 404."""
    mine = Session.objects.led_by(person).select_related(
        "activity__officer", "venue", "attendance_sheet__document"
    )
    return get_object_or_404(mine, uuid=uuid)


def _undertake(request):
    """First one's word, then back to the page one came for."""
    here = request.get_full_path() if request.method == "GET" else ""
    url = reverse("activities:undertaking")
    return redirect(f"{url}?{urlencode({'next': here})}" if here else url)


def led(view):
    """Hand the session at this address to whoever leads it and has undertaken to."""

    @wraps(view)
    def opened(request, uuid, **kwargs):
        session = found(request.user, uuid)
        if not charters.has_undertaken(request.user):
            return _undertake(request)
        return view(request, session, **kwargs)

    return opened


def animation(request):
    """The sessions that one leads, by activity: to come, then past."""
    found = Session.objects.led_by(request.user).with_expected().with_excused()
    found = found.select_related("activity", "venue", "attendance_sheet")
    rows = list(found.order_by("starts_at", "pk"))
    if rows and not charters.has_undertaken(request.user):
        return _undertake(request)
    past = [s for s in reversed(rows) if s.is_past]
    context = {
        "coming": _by_activity([s for s in rows if not s.is_past]),
        "past": _by_activity(past),
        "leads": bool(rows) or _leads(request.user),
    }
    return render(request, "activities/animation/sessions.html", context)


def _leads(person):
    return Facilitator.objects.leading(person).exists()


def _by_activity(sessions):
    """[(activity, its sessions)], the activity of the nearest session first."""
    rank = {}
    for session in sessions:
        rank.setdefault(session.activity_id, len(rank))
    sessions = sorted(sessions, key=lambda one: rank[one.activity_id])
    groups = groupby(sessions, key=lambda one: one.activity_id)
    return [(own[0].activity, own) for own in (list(rows) for _pk, rows in groups)]


@led
def animation_session(request, session):
    """Who comes, who was there, and the name that locks the sheet."""
    refused = {}
    if request.method == "POST":
        refused = presences.act(request, session)
        if not refused:
            return redirect("activities:animation-session", session.uuid)
        session = found(request.user, session.uuid)
    context = presences.context(session, refused)
    context["others"] = members.answers(session.activity, request.user)
    return render(request, "activities/animation/session.html", context)


def _part(session, wanted):
    """The half-day that is asked for, else the one that is signed now."""
    begun = starts(session)
    if wanted in begun:
        return HalfDay(wanted)
    opened = [part for part in begun if begun[part] - attendance.EARLY <= now()]
    return opened[-1] if opened else next(iter(begun))


@led
def animation_tablet(request, session):
    """The list on which each person presses their own name."""
    part = _part(session, request.GET.get("demi-journee"))
    rows = roll(session)
    context = {
        "session": session,
        "part": part,
        "parts": half_days(session),
        "rows": [
            (row, next(c.attendance for c in row.cells if c.half_day == part))
            for row in rows
        ],
        "closed": attendance.closed(session, _sheet(session))
        or attendance.too_early_to_sign(session, part),
    }
    return render(request, "activities/animation/tablet.html", context)


def _sheet(session):
    return getattr(session, "attendance_sheet", None)


@led
def animation_sign(request, session, pk, half_day):
    """Is it you? One press, and one is there."""
    one = presences.one_of(session, pk)
    if half_day not in half_days(session):
        raise Http404
    part = HalfDay(half_day)
    if request.method == "POST":
        _sign(request, one, part)
        back = redirect("activities:animation-tablet", session.uuid)
        back["Location"] += f"?demi-journee={part}"
        return back
    context = {"session": session, "one": one, "part": part}
    return render(request, "activities/animation/sign.html", context)


def _sign(request, participation, part):
    try:
        attendance.sign(participation, part, by=request.user)
    except MoveBlocked as blocked:
        messages.error(request, str(blocked))
    else:
        said = _("Thank you, %(name)s: it is signed.")
        messages.success(request, said % {"name": participation.person.full_name})


@led
def animation_paper(request, session):
    """The sheet to print and to sign by hand."""
    return presences.blank_of(session)


@led
def animation_filled(request, session):
    """The sheet as it was locked."""
    return presences.filled_of(session)


@led
def animation_scan(request, session):
    """The paper sheet that was scanned."""
    return presences.scan_of(session)
