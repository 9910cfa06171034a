"""The answer to an offer, from one's own space or from the link of the mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from agency.activities import offers
from agency.activities.services import waiting
from agency.activities.views.enrolments import own
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused

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
TO_SIGN = gettext_lazy(
    "A seat is kept for you: see the group and confirm it from your account."
)


@require_POST
def enrolment_answer(request, uuid):
    """Take the seat that is offered, leave it, or wait once more."""
    enrolment = own(request, uuid)
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
    waits = enrolment.is_accepted
    messages.success(request, TO_SIGN if waits else said)
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
