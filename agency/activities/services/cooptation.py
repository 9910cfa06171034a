"""A member of a group proposes somebody; the agency looks at it, and invites."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.choices import RegistrationMode
from agency.activities.models import Enrolment, Invitation
from agency.activities.services import moments, seats
from agency.activities.services.guests import STANDING
from agency.activities.states import ActivityState, EnrolmentState, InvitationState
from agency.core import journal

# Of one member, at one time.
MOST_PROPOSALS = 3


class ProposalRefused(Exception):
    """Nothing was proposed; ``str()`` says why, in a sentence for the member."""


def why_not(enrolment):
    """Why the member may not propose anybody from here, in a sentence, or ``""``."""
    activity = enrolment.activity
    if activity.registration_mode != RegistrationMode.COOPTATION:
        return _("The members of this group propose nobody.")
    if enrolment.state != EnrolmentState.CONFIRMED:
        return _("One proposes somebody once one's own seat is confirmed.")
    announced = activity.state == ActivityState.ANNOUNCED
    if not announced and not moments.takes_people(activity):
        return _("The group takes nobody any more this season.")
    return ""


def proposals(enrolment):
    """Whom the member has proposed for this activity, the latest first."""
    own = Invitation.objects.filter(sponsor=enrolment.person_id)
    return own.filter(activity=enrolment.activity_id)


def left(enrolment):
    """How many people the member may still propose."""
    standing = proposals(enrolment).filter(state__in=STANDING).count()
    return max(0, MOST_PROPOSALS - standing)


@transaction.atomic
def propose(enrolment, *, given_name, family_name, email, words, by):
    """Propose somebody for the group; return the proposal, which the agency looks at.

    Raises ProposalRefused. Whoever is known for this group already (proposed by somebody
    else, invited, registered) is told in one and the same sentence: a member learns
    nothing about them that way.
    """
    activity = enrolment.activity
    seats.lock(activity)
    enrolment.refresh_from_db(from_queryset=Enrolment.objects.select_related("person"))
    enrolment.activity = activity
    if why := why_not(enrolment) or _why_not_them(enrolment, email.strip().lower()):
        raise ProposalRefused(why)
    proposal = Invitation.objects.create(
        activity=activity,
        email=email,
        given_name=given_name.strip(),
        family_name=family_name.strip(),
        words=words.strip(),
        sponsor=enrolment.person,
    )
    journal.record(proposal, "propose", by=by, after=journal.START)
    return proposal


def _why_not_them(enrolment, email):
    if email == enrolment.person.email:
        return _("This is your own address: write that of the person you propose.")
    if not left(enrolment):
        return _(
            "Three of your proposals stand already: wait until the agency has looked "
            "at one of them."
        )
    activity = enrolment.activity
    asked = Invitation.objects.filter(activity=activity, email=email)
    inside = activity.enrolments.running().filter(person__email=email)
    standing = asked.filter(state__in=STANDING)
    if standing.exists() or inside.exists():
        return _("The agency knows this person for this group: nothing more to do.")
    return ""


def sponsor_of(enrolment):
    """The member who proposed this person, or None when nobody did."""
    used = Invitation.objects.filter(
        activity=enrolment.activity_id,
        person=enrolment.person_id,
        state=InvitationState.USED,
    )
    proposed = used.exclude(sponsor=None).select_related("sponsor").first()
    return proposed and proposed.sponsor


def told(proposal):
    """What the sponsor reads: what the agency did, never what the person answered."""
    if proposal.state == InvitationState.PROPOSED:
        return _("The agency looks at it"), "wait"
    if proposal.state == InvitationState.REVOKED:
        return _("Not retained"), "cancelled"
    return _("Invited by the agency"), "confirmed"
