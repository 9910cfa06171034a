"""To register, and one's own enrolment."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agency.activities.choices import REVIEWED
from agency.activities.forms import EnrolmentForm
from agency.activities.models import (
    AccessNeed,
    Activity,
    Answer,
    Application,
    Enrolment,
)
from agency.activities.sealed_rooms import OVER
from agency.activities.services import (
    certificates,
    changes,
    charters,
    eligibility,
    enrolments,
    members,
    moments,
    seats,
    waiting,
)
from agency.activities.services.feeds import STANDING
from agency.activities.states import HOLDING, INSIDE, EnrolmentState
from agency.activities.views.activities import refusal_for, running
from agency.activities.views.invitations import proposals_of
from agency.core.access import require
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.documents.models import IssuedDocument


def enrolment_create(request, slug):
    """Register, or send a request: one page, one button; a second press changes nothing."""
    activity = get_object_or_404(_with_form(request.user), slug=slug)
    data = request.POST if request.method == "POST" else None
    # The service answers a second press itself, under the lock.
    if data is None and (already := running(request.user, activity)):
        return redirect(already)
    began = now()
    form = EnrolmentForm(data, person=request.user, activity=activity)
    enrolment, refusal = _registered(request.user, activity, form)
    if enrolment is None:
        context = _form_page(request.user, activity, form, refusal)
        return render(request, "activities/enrolment_form.html", context)
    if enrolment.submitted_at < began and (other := _other_window(request, enrolment)):
        return other
    messages.success(request, _said_of(enrolment))
    return redirect(enrolment)


def _with_form(user):
    """The activities that ``user`` sees, with all that their form reads."""
    shown = Activity.objects.visible_to(user).with_hybrid()
    return shown.select_related("officer", "season")


def _registered(user, activity, form):
    """The enrolment that a sent form makes, or None; and why it was refused, or None."""
    if not form.is_valid():
        return None, None
    given = {**form.how(), "given": form.papers()}
    try:
        return enrolments.register(activity, person=user, **given), None
    except enrolments.RegistrationRefused as refused:
        if refused.refusal == enrolments.Refusal.SESSIONS:
            form.add_error("sessions", refused.refusal.label)
            return None, None
        return None, refused.refusal


def _form_page(user, activity, form, refusal):
    """What the page says before its form, or instead of it."""
    activity.taken = seats.taken(activity)
    verdicts = eligibility.verdicts(activity, user)
    refusal = refusal or refusal_for(user, activity)
    if refusal is None and any(verdict.bars for verdict in verdicts):
        refusal = enrolments.Refusal.NOT_ELIGIBLE
    reviewed = activity.registration_mode in REVIEWED
    return {
        "activity": activity,
        "form": form,
        "refusal": refusal,
        "verdicts": verdicts,
        "sessions": activity.sessions.coming().select_related("venue"),
        "reviewed": reviewed,
        "wait": None if reviewed else enrolments.would_wait(activity, user),
    }


def _other_window(request, enrolment):
    """The page to change what another window sent, when this one says something else."""
    activity = _with_form(request.user).get(pk=enrolment.activity_id)
    enrolment.activity = activity
    sent = {"person": request.user, "activity": activity, "enrolment": enrolment}
    form = EnrolmentForm(request.POST, **sent)
    if not form.has_changed() or changes.why_not(enrolment):
        return None
    return _change_page(request, enrolment, form)


def _said_of(enrolment):
    if enrolment.is_waiting:
        return _("You are on the waiting list. A message tells you where.")
    if enrolment.is_under_review:
        return _(
            "Your request is sent. A message confirms it; the answer comes by mail."
        )
    if enrolment.is_accepted:
        return _("A seat is kept for you: one thing is left to do, below.")
    return _("You are registered. A message confirms it.")


def enrolment_change(request, uuid):
    """Change what one gave, on the same form, until the next session is near."""
    enrolment = own(request, uuid)
    enrolment.activity = _with_form(request.user).get(pk=enrolment.activity_id)
    if sentence := changes.why_not(enrolment):
        messages.error(request, sentence)
        return redirect(enrolment)
    data = request.POST if request.method == "POST" else None
    sent = {"activity": enrolment.activity, "enrolment": enrolment}
    form = EnrolmentForm(data, person=request.user, **sent)
    if form.is_valid() and _changed(request, enrolment, form):
        return redirect(enrolment)
    return _change_page(request, enrolment, form)


def _changed(request, enrolment, form):
    """Whether what was sent is written; the form, or a message, says otherwise."""
    given = {**form.how(), "given": form.papers(), "by": request.user}
    # A form that never asked for an affiliation takes none away.
    if "affiliation" not in form.fields:
        given["affiliation"] = enrolment.affiliation
    try:
        full = changes.change(enrolment, **given)
    except MoveBlocked as blocked:
        form.add_error(None, str(blocked))
        return False
    messages.success(request, _("Saved."))
    if full:
        messages.info(
            request, _("One date at least is full: you wait for a seat there.")
        )
    return True


def _change_page(request, enrolment, form):
    context = {"enrolment": enrolment, "activity": enrolment.activity, "form": form}
    return render(request, "activities/enrolment_change.html", context)


@require_POST
def enrolment_keep(request, uuid):
    """Let the file of a request that was refused serve for the next edition, or not."""
    enrolment = own(request, uuid)
    keep = request.POST.get("keep") == "yes"
    try:
        changes.keep_for_next(enrolment, keep=keep, by=request.user)
    except MoveBlocked as blocked:
        messages.error(request, str(blocked))
    else:
        said = _("Your file is kept for the next edition.")
        messages.success(request, said if keep else _("Your file is no longer kept."))
    return redirect(enrolment)


def own(request, uuid):
    own = Enrolment.objects.filter(person=request.user).select_related(
        "person", "activity__officer", "activity__charter", "affiliation__organisation"
    )
    return get_object_or_404(own, uuid=uuid)


def enrolment_detail(request, uuid):
    """Where one's enrolment stands, its sessions and its documents."""
    enrolment = own(request, uuid)
    participations = enrolment.participations.select_related(
        "session__venue", "session__activity", "session__postponed_to"
    ).order_by("session__starts_at")
    context = {
        "enrolment": enrolment,
        "participations": participations,
        "documents": _letters(request.user, participations, enrolment),
        "may_withdraw": not enrolment.is_over
        and request.user.has_perm("activities.withdraw_enrolment", enrolment),
        "fixed": changes.why_not(enrolment),
        "written": _written(request.user, enrolment),
        "reviewed": enrolment.activity.registration_mode in REVIEWED,
        "others": _others(request.user, enrolment),
        "in_calendar": any(one.state in STANDING for one in participations),
    }
    context |= _in_line(enrolment) | _charter(enrolment) | proposals_of(enrolment)
    context |= certificates.shown(enrolment)
    return render(request, "activities/enrolment_detail.html", context)


def _letters(user, participations, enrolment):
    """Those in force of ``user``: convocations, certificate, and what they signed."""
    sessions = [one.session_id for one in participations]
    signed = enrolment.signatures.values("pk")
    about = Q(content_type__model="session", object_id__in=sessions)
    about |= Q(content_type__model="chartersignature", object_id__in=signed)
    about |= Q(content_type__model="enrolment", object_id=enrolment.pk)
    letters = IssuedDocument.objects.current().filter(
        about, recipient=user, content_type__app_label="activities"
    )
    return letters.exclude(file="")


def _written(user, enrolment):
    """What the person gave with their request: they alone read it here."""
    application = Application.objects.filter(enrolment=enrolment).visible_to(user)
    answers = Answer.objects.filter(enrolment=enrolment).visible_to(user)
    needs = AccessNeed.objects.filter(enrolment=enrolment, enrolment__person=user)
    one = application.first()
    topics = dict(enrolment.activity.kind_info.topics)
    return {
        "application": one,
        "topic": one and topics.get(one.topic, ""),
        "answers": answers.select_related("question"),
        "needs": needs,
    }


def _others(user, enrolment):
    """What the other members wrote for the group, once one is of it."""
    if enrolment.state != EnrolmentState.CONFIRMED:
        return []
    return members.answers(enrolment.activity, user)


def _in_line(enrolment):
    """What the page says while one has no seat: the place, why, the dates, the way back."""
    activity = enrolment.activity
    if enrolment.may_come_back:
        return {"may_come_back": activity.state in moments.OFFERING}
    if not enrolment.is_pending:
        return {}
    dates = activity.sessions.coming().select_related("venue")
    if not enrolment.is_waiting:
        return {"dates": dates}
    return {
        "dates": dates,
        "place": enrolment.place_in_line(),
        "skipped": waiting.skipped(activity, enrolment.person),
    }


def _charter(enrolment):
    """What a member of a closed group has signed, and whether a newer text is in force."""
    activity = enrolment.activity
    if enrolment.state not in INSIDE or not members.is_closed(activity):
        return {}
    signature = charters.signed_by(enrolment)
    version = activity.charter and activity.charter.in_force()
    newer = version and (signature is None or signature.version != version)
    again = newer and not enrolment.is_accepted and activity.state not in OVER
    return {"closed": True, "signature": signature, "to_sign_again": bool(again)}


def enrolment_withdraw(request, uuid):
    """Ask before it is done; the seat then serves somebody else."""
    enrolment = own(request, uuid)
    require(request.user, "activities.withdraw_enrolment", enrolment)
    if request.method == "POST":
        held = enrolment.state
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
    if held in HOLDING:
        return _("You have withdrawn. The seat is free again.")
    if held == EnrolmentState.UNDER_REVIEW:
        return _("Your request is withdrawn.")
    return _("You have left the waiting list.")
