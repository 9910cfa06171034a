"""An activity on the site, and one's own enrolment in it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agency.activities import calendar
from agency.activities.forms import EnrolmentForm
from agency.activities.models import Activity, ActivitySlug, Enrolment, Session
from agency.activities.services import enrolments, seats
from agency.activities.states import SessionState
from agency.core.access import require
from agency.core.clock import now
from agency.core.lifecycle import MoveRefused
from agency.documents.models import IssuedDocument


def _visible(user):
    return Activity.objects.visible_to(user).select_related("officer", "season")


@login_not_required
def activity_detail(request, slug):
    """One activity, at its address for ever: a former one leads to it."""
    activity = _visible(request.user).with_seats().filter(slug=slug).first()
    if activity is None:
        former = get_object_or_404(
            ActivitySlug.objects.select_related("activity"),
            slug=slug,
            activity__in=Activity.objects.visible_to(request.user),
        )
        return redirect(former.activity, permanent=True)
    sessions = activity.sessions.select_related("venue").order_by("starts_at", "pk")
    kept = [s for s in sessions if s.state != SessionState.CANCELLED]
    enrolment = _running(request.user, activity)
    return render(
        request,
        "activities/activity_detail.html",
        {
            "activity": activity,
            "sessions": sessions,
            "next_session": next((s for s in kept if s.ends_at >= now()), None),
            "facilitators": activity.facilitators.select_related("person"),
            "enrolment": enrolment,
            "refusal": _refusal(request.user, activity),
        },
    )


def _running(user, activity):
    if not user.is_authenticated:
        return None
    return Enrolment.objects.running().filter(activity=activity, person=user).first()


def _refusal(user, activity):
    """Why this visitor cannot register now, or None."""
    barred = user.is_authenticated and enrolments.barred(activity, user)
    return barred or enrolments.refusal(activity, taken=activity.taken)


def enrolment_create(request, slug):
    """Register: one page, one button; a second press changes nothing."""
    shown = Activity.objects.visible_to(request.user).with_hybrid()
    activity = get_object_or_404(shown, slug=slug)
    data = request.POST if request.method == "POST" else None
    # The service answers a second press itself, under the lock.
    if data is None and (already := _running(request.user, activity)):
        return redirect(already)
    form = EnrolmentForm(data, person=request.user, activity=activity)
    enrolment, refusal = _registered(request.user, activity, form)
    if enrolment:
        messages.success(request, _("You are registered. A message confirms it."))
        return redirect(enrolment)
    activity.taken = seats.taken(activity)
    refusal = refusal or _refusal(request.user, activity)
    sessions = activity.sessions.coming().select_related("venue")
    context = {"activity": activity, "form": form, "refusal": refusal}
    context["sessions"] = sessions
    return render(request, "activities/enrolment_form.html", context)


def _registered(user, activity, form):
    """The enrolment that a sent form makes, or None; and why it was refused, or None."""
    if not form.is_valid():
        return None, None
    try:
        return enrolments.register(activity, person=user, **form.cleaned_data), None
    except enrolments.RegistrationRefused as refused:
        return None, refused.refusal


def _own(request, uuid):
    own = Enrolment.objects.filter(person=request.user).select_related(
        "activity__officer", "affiliation__organisation"
    )
    return get_object_or_404(own, uuid=uuid)


def enrolment_detail(request, uuid):
    """Where one's enrolment stands, its sessions and its documents."""
    enrolment = _own(request, uuid)
    participations = enrolment.participations.select_related(
        "session__venue", "session__activity"
    ).order_by("session__starts_at")
    letters = IssuedDocument.objects.current().filter(
        recipient=request.user,
        content_type__app_label="activities",
        content_type__model="session",
        object_id__in=[one.session_id for one in participations],
    )
    return render(
        request,
        "activities/enrolment_detail.html",
        {
            "enrolment": enrolment,
            "participations": participations,
            "documents": letters.exclude(file=""),
            "may_withdraw": not enrolment.is_over
            and request.user.has_perm("activities.withdraw_enrolment", enrolment),
        },
    )


def enrolment_withdraw(request, uuid):
    """Ask before it is done; the seat then serves somebody else."""
    enrolment = _own(request, uuid)
    require(request.user, "activities.withdraw_enrolment", enrolment)
    if request.method == "POST":
        try:
            enrolments.withdraw(enrolment, by=request.user)
        except MoveRefused:
            messages.error(request, _("This enrolment has changed in the meantime."))
        else:
            messages.success(request, _("You have withdrawn. The seat is free again."))
        return redirect(enrolment)
    return render(
        request, "activities/enrolment_withdraw.html", {"enrolment": enrolment}
    )


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
