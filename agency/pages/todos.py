"""What the own space asks of everybody, whatever they take part in."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from agency.activities.models import Invitation
from agency.activities.services import moments
from agency.activities.states import EnrolmentState
from agency.core import dates
from agency.core.clock import now
from agency.pages.registry import Task

# What is this near is told as late: the seat goes to somebody else.
SOON = timedelta(days=2)


def offers(person):
    """A seat that is kept for an answer comes before everything else."""
    offered = person.enrolments.filter(state=EnrolmentState.OFFERED)
    return [
        Task(
            title=_("Answer: a seat is kept for you"),
            detail=str(one.activity),
            url=one.get_absolute_url(),
            word=_("Before %(when)s") % {"when": dates.deadline(one.offer_expires_at)},
            shape="late",
        )
        for one in offered.select_related("activity").order_by("offer_expires_at")
    ]


def signatures(person):
    """A seat that waits for a signature is lost without one."""
    accepted = person.enrolments.filter(state=EnrolmentState.ACCEPTED)
    soon = now() + SOON
    return [
        Task(
            title=_("Sign the charter: a seat is kept for you")
            if one.activity.charter_id
            else _("Say yes: a seat is kept for you"),
            detail=str(one.activity),
            url=reverse("activities:enrolment-sign", args=[one.uuid]),
            word=_("Before %(when)s") % {"when": dates.deadline(one.signature_due_at)},
            shape="late" if one.signature_due_at < soon else "todo",
        )
        for one in accepted.select_related("activity").order_by("signature_due_at")
    ]


def invitations(person):
    """Somebody asks whether one comes: the answer is a registration."""
    standing = Invitation.objects.of(person).filter(
        activity__state__in=moments.OFFERING
    )
    rows = standing.select_related("activity", "sponsor").order_by("sent_at", "pk")
    return [
        Task(
            title=_("Answer an invitation: %(activity)s") % {"activity": one.activity},
            detail=_("Proposed by %(name)s.") % {"name": one.sponsor.full_name}
            if one.sponsor
            else _("The agency invites you."),
            url=reverse("activities:enrolment-create", args=[one.activity.slug]),
            word=_("Before %(when)s") % {"when": dates.deadline(one.activity.closes_at)}
            if one.activity.closes_at
            else _("To answer"),
        )
        for one in rows
    ]


def profile(person):
    """Say who one is and where one works: convocations carry it, groups count on it."""
    if not person.full_name:
        return [
            Task(
                title=_("Tell us your name"),
                detail=_("Your convocations and certificates will bear it."),
                url=reverse("people:profile-edit"),
                word=_("To complete"),
            )
        ]
    if person.affiliations.active().exists():
        return []
    return [
        Task(
            title=_("Say where you work"),
            detail=_("Your convocations will carry your function and organisation."),
            url=reverse("people:profile-edit"),
            word=_("To complete"),
        )
    ]
