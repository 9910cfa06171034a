"""An activity on the site, and one's own enrolment in it."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agency.activities import calendar, offers
from agency.activities.forms import EnrolmentForm
from agency.activities.models import Activity, ActivitySlug, Enrolment, Session
from agency.activities.services import enrolments, seats, waiting
from agency.activities.states import HOLDING, SessionState
from agency.core.access import require
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.documents.models import IssuedDocument


def _visible(user):
    return Activity.objects.visible_to(user).select_related("officer", "season")


@login_not_required
def activity_detail(request, slug):
    """One activity, at its address for ever: a former one leads to it."""
    activity = _visible(request.user).with_seats().filter(slug=slug).first()
    if activity is None:
        return redirect(_formerly(request.user, slug), permanent=True)
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
            "wait": _waits(activity),
        },
    )


def _formerly(user, slug):
    """The activity that once had this address, or 404."""
    seen = Activity.objects.visible_to(user)
    known = ActivitySlug.objects.select_related("activity")
    return get_object_or_404(known, slug=slug, activity__in=seen).activity


def _waits(activity):
    """Whether everybody waits now: it is full, or somebody waits who comes before."""
    if activity.capacity is None or not activity.waiting_list:
        return False
    return activity.taken >= activity.capacity or bool(waiting.first_eligible(activity))


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
        messages.success(request, _said_of(enrolment))
        return redirect(enrolment)
    activity.taken = seats.taken(activity)
    refusal = refusal or _refusal(request.user, activity)
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


def _own(request, uuid):
    own = Enrolment.objects.filter(person=request.user).select_related(
        "person", "activity__officer", "affiliation__organisation"
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
    context = {
        "enrolment": enrolment,
        "participations": participations,
        "documents": letters.exclude(file=""),
        "may_withdraw": not enrolment.is_over
        and request.user.has_perm("activities.withdraw_enrolment", enrolment),
    }
    context |= _in_line(enrolment)
    return render(request, "activities/enrolment_detail.html", context)


def _in_line(enrolment):
    """What the page says while one has no seat: the place, why, the dates, the way back."""
    activity = enrolment.activity
    if enrolment.may_come_back:
        return {"may_come_back": activity.state in waiting.OFFERING}
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
    enrolment = _own(request, uuid)
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


ANSWERS = {
    "accept": (
        waiting.accept,
        gettext_lazy("The seat is yours. A message confirms it."),
    ),
    "decline": (waiting.decline, gettext_lazy("The seat goes to the next person.")),
    "requeue": (
        waiting.requeue,
        gettext_lazy("You wait again, at the end of the list."),
    ),
}


@require_POST
def enrolment_answer(request, uuid):
    """Take the seat that is offered, leave it, or wait once more."""
    enrolment = _own(request, uuid)
    _answer(request, enrolment, request.POST.get("answer"), by=request.user)
    return redirect(enrolment)


def _answer(request, enrolment, name, *, by):
    """Whether the answer was taken; a message says so, or why not."""
    if name not in ANSWERS:
        raise BadRequest
    service, said = ANSWERS[name]
    try:
        service(enrolment, by=by)
    except MoveRefused as refused:
        # Too late: whoever is next has not waited for the next turn either.
        waiting.catch_up(enrolment.activity)
        sentence = str(refused) if isinstance(refused, MoveBlocked) else ""
        messages.error(request, sentence or _("This seat is no longer offered to you."))
        return False
    messages.success(request, said)
    return True


@login_not_required
def offer_answer(request, uuid, token):
    """The link of the mail: what is offered, until when, and two buttons.

    The token moves from the address into the session: no log, no history bears it.
    """
    first = token != offers.KEPT
    given = token if first else request.session.get(offers.session_key(uuid), "")
    enrolment = offers.enrolment_of(uuid, given)
    if enrolment is None:
        context = {"enrolment": None}
        return render(request, "activities/offer_answer.html", context, status=404)
    if enrolment.activity.sealed:
        # A sealed room is entered from one's own account (DESIGN 4).
        return redirect(enrolment)
    if first:
        request.session[offers.session_key(uuid)] = token
    elif request.method != "POST":
        return _offer(request, enrolment)
    elif request.POST.get("answer") not in ("accept", "decline"):
        raise BadRequest
    else:
        _answer(request, enrolment, request.POST["answer"], by=enrolment.person)
    return redirect("activities:offer-answer", uuid, offers.KEPT)


def _offer(request, enrolment):
    context = {
        "enrolment": enrolment,
        "open": enrolment.is_offered and enrolment.offer_expires_at > now(),
        "sessions": enrolment.activity.sessions.coming().select_related("venue"),
    }
    return render(request, "activities/offer_answer.html", context)


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
