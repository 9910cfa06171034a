"""What one answers to an invitation, and whom a member of a group proposes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from agency.activities.forms import ProposalForm
from agency.activities.models import Enrolment, Invitation
from agency.activities.services import cooptation, invitations
from agency.activities.states import EnrolmentState
from agency.core.lifecycle import MoveRefused


def invitation_of(user, activity):
    """The invitation to ``activity`` that waits for an answer of ``user``, or None."""
    if not user.is_authenticated:
        return None
    standing = Invitation.objects.filter(activity=activity).of(user)
    return standing.select_related("sponsor").first()


def invitation_decline(request, uuid):
    """Say no: asked before it is done. The invitation of somebody else is not found."""
    standing = Invitation.objects.of(request.user).select_related("activity__officer")
    invitation = get_object_or_404(standing, uuid=uuid)
    if request.method == "POST":
        try:
            invitations.decline(invitation, by=request.user)
        except MoveRefused:
            messages.error(request, _("This has changed in the meantime."))
        else:
            messages.success(request, _("Your answer is noted. Nobody insists."))
        return redirect(invitation.activity)
    context = {"invitation": invitation, "activity": invitation.activity}
    return render(request, "activities/invitation_decline.html", context)


def enrolment_propose(request, uuid):
    """Propose somebody for one's group, and read where one's proposals stand."""
    own = Enrolment.objects.filter(person=request.user, state=EnrolmentState.CONFIRMED)
    own = own.filter(activity__registration_mode="cooptation")
    enrolment = get_object_or_404(own.select_related("activity", "person"), uuid=uuid)
    data = request.POST if request.method == "POST" else None
    form = ProposalForm(data)
    if data is not None and form.is_valid() and _proposed(request, enrolment, form):
        return redirect("activities:enrolment-propose", enrolment.uuid)
    context = {
        "enrolment": enrolment,
        "activity": enrolment.activity,
        "form": form,
        "closed": cooptation.why_not(enrolment),
    }
    context |= proposals_of(enrolment)
    return render(request, "activities/enrolment_propose.html", context)


def _proposed(request, enrolment, form):
    try:
        cooptation.propose(enrolment, by=request.user, **form.cleaned_data)
    except cooptation.ProposalRefused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("Thank you. The agency looks at your proposal."))
    return True


def proposals_of(enrolment):
    """What one's own page says of the people one has proposed; nothing elsewhere."""
    if enrolment.activity.registration_mode != "cooptation":
        return {}
    if enrolment.state != EnrolmentState.CONFIRMED:
        return {}
    proposed = list(cooptation.proposals(enrolment))
    standing = sum(one.state in cooptation.STANDING for one in proposed)
    return {
        "may_propose": True,
        "proposals": [(one, *cooptation.told(one)) for one in proposed],
        "proposals_left": max(0, cooptation.MOST_PROPOSALS - standing),
    }
