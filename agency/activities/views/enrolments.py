"""To register, and one's own enrolment."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agency.activities.forms import EnrolmentForm
from agency.activities.models import Activity, Enrolment
from agency.activities.services import enrolments, moments, seats, waiting
from agency.activities.states import HOLDING
from agency.activities.views.activities import refusal_for, running
from agency.activities.views.invitations import proposals_of
from agency.core.access import require
from agency.core.lifecycle import MoveRefused
from agency.documents.models import IssuedDocument


def enrolment_create(request, slug):
    """Register: one page, one button; a second press changes nothing."""
    shown = Activity.objects.visible_to(request.user).with_hybrid()
    activity = get_object_or_404(shown, slug=slug)
    data = request.POST if request.method == "POST" else None
    # The service answers a second press itself, under the lock.
    if data is None and (already := running(request.user, activity)):
        return redirect(already)
    form = EnrolmentForm(data, person=request.user, activity=activity)
    enrolment, refusal = _registered(request.user, activity, form)
    if enrolment:
        messages.success(request, _said_of(enrolment))
        return redirect(enrolment)
    activity.taken = seats.taken(activity)
    refusal = refusal or refusal_for(request.user, activity)
    sessions = activity.sessions.coming().select_related("venue")
    context = {"activity": activity, "form": form, "refusal": refusal}
    context["sessions"] = sessions
    context["wait"] = enrolments.would_wait(activity, request.user)
    return render(request, "activities/enrolment_form.html", context)


def _registered(user, activity, form):
    """The enrolment that a sent form makes, or None; and why it was refused, or None."""
    if not form.is_valid():
        return None, None
    try:
        return enrolments.register(activity, person=user, **form.cleaned_data), None
    except enrolments.RegistrationRefused as refused:
        return None, refused.refusal


def _said_of(enrolment):
    if enrolment.is_waiting:
        return _("You are on the waiting list. A message tells you where.")
    return _("You are registered. A message confirms it.")


def own(request, uuid):
    own = Enrolment.objects.filter(person=request.user).select_related(
        "person", "activity__officer", "affiliation__organisation"
    )
    return get_object_or_404(own, uuid=uuid)


def enrolment_detail(request, uuid):
    """Where one's enrolment stands, its sessions and its documents."""
    enrolment = own(request, uuid)
    participations = enrolment.participations.select_related(
        "session__venue", "session__activity"
    ).order_by("session__starts_at")
    letters = IssuedDocument.objects.current().filter(
        recipient=request.user,
        content_type__app_label="activities",
        content_type__model="session",
        object_id__in=[one.session_id for one in participations],
    )
    context = {
        "enrolment": enrolment,
        "participations": participations,
        "documents": letters.exclude(file=""),
        "may_withdraw": not enrolment.is_over
        and request.user.has_perm("activities.withdraw_enrolment", enrolment),
    }
    context |= _in_line(enrolment) | proposals_of(enrolment)
    return render(request, "activities/enrolment_detail.html", context)


def _in_line(enrolment):
    """What the page says while one has no seat: the place, why, the dates, the way back."""
    activity = enrolment.activity
    if enrolment.may_come_back:
        return {"may_come_back": activity.state in moments.OFFERING}
    if not enrolment.is_pending:
        return {}
    dates = activity.sessions.coming().select_related("venue")
    if enrolment.is_offered:
        return {"dates": dates}
    return {
        "dates": dates,
        "place": enrolment.place_in_line(),
        "skipped": waiting.skipped(activity, enrolment.person),
    }


def enrolment_withdraw(request, uuid):
    """Ask before it is done; the seat then serves somebody else."""
    enrolment = own(request, uuid)
    require(request.user, "activities.withdraw_enrolment", enrolment)
    if request.method == "POST":
        held = enrolment.state in HOLDING
        try:
            enrolments.withdraw(enrolment, by=request.user)
        except MoveRefused:
            messages.error(request, _("This enrolment has changed in the meantime."))
        else:
            messages.success(request, _left(held))
        return redirect(enrolment)
    return render(
        request, "activities/enrolment_withdraw.html", {"enrolment": enrolment}
    )


def _left(held):
    if held:
        return _("You have withdrawn. The seat is free again.")
    return _("You have left the waiting list.")
