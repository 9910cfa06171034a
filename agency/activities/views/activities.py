"""An activity on the site, and its calendar."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from agency.activities import calendar, linked_data
from agency.activities.models import Activity, ActivitySlug, Enrolment, Session
from agency.activities.services import enrolments, waiting
from agency.activities.views.invitations import invitation_of
from agency.core.clock import now


def _visible(user):
    return Activity.objects.visible_to(user).select_related("officer", "season")


@login_not_required
def activity_detail(request, slug):
    """One activity, at its address for ever: a former one leads to it."""
    activity = _visible(request.user).with_seats().filter(slug=slug).first()
    if activity is None:
        return redirect(_formerly(request.user, slug), permanent=True)
    sessions = activity.sessions.select_related("venue", "postponed_to")
    sessions = sessions.order_by("starts_at", "pk")
    kept = [s for s in sessions if not s.is_off]
    enrolment = running(request.user, activity)
    return render(
        request,
        "activities/activity_detail.html",
        {
            "activity": activity,
            "sessions": sessions,
            "next_session": next((s for s in kept if s.ends_at >= now()), None),
            "facilitators": activity.facilitators.select_related("person"),
            "enrolment": enrolment,
            "invitation": None if enrolment else invitation_of(request.user, activity),
            "refusal": refusal_for(request.user, activity),
            "wait": _waits(activity),
            "action": _action(request.user, activity),
            "linked_data": linked_data.script(activity, sessions),
        },
    )


def _action(user, activity):
    """What the kind offers instead of a registration, or None."""
    load = activity.kind_info.action
    return load and load(user, activity)


def _formerly(user, slug):
    """The activity that once had this address, or 404."""
    seen = Activity.objects.visible_to(user)
    known = ActivitySlug.objects.select_related("activity")
    return get_object_or_404(known, slug=slug, activity__in=seen).activity


def _waits(activity):
    """Whether everybody waits now: it is full, or somebody waits who comes before."""
    if activity.capacity is None or not activity.waiting_list:
        return False
    if enrolments.counted_later(activity):
        return False
    return activity.taken >= activity.capacity or bool(waiting.first_eligible(activity))


def running(user, activity):
    if not user.is_authenticated:
        return None
    return Enrolment.objects.running().filter(activity=activity, person=user).first()


def refusal_for(user, activity):
    """Why this visitor cannot register now, or None."""
    barred = user.is_authenticated and enrolments.barred(activity, user)
    problem = barred or enrolments.refusal(activity, taken=activity.taken)
    if problem in (None, enrolments.Refusal.FULL):
        return enrolments.uninvited(activity, user) or problem
    return problem


@login_not_required
def session_calendar(request, uuid):
    """The calendar file of one public session."""
    sessions = Session.objects.visible_to(request.user).select_related(
        "activity", "venue"
    )
    session = get_object_or_404(sessions, uuid=uuid)
    return _calendar([session], "seance.ics")


@login_not_required
def activity_calendar(request, slug):
    """The calendar file of every session of an activity."""
    activity = get_object_or_404(_visible(request.user), slug=slug)
    sessions = activity.sessions.select_related("activity", "venue")
    return _calendar(sessions, f"{activity.slug}.ics")


def _calendar(sessions, filename):
    response = HttpResponse(calendar.file(sessions), content_type="text/calendar")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
