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


def seats_kept(person):
    """A seat that is kept for an answer, or a signature, comes before everything else."""
    kept = (EnrolmentState.OFFERED, EnrolmentState.ACCEPTED)
    mine = person.enrolments.filter(state__in=kept).select_related("activity")
    return sorted(map(_seat_kept, mine), key=lambda task: task.shape != "late")


def _seat_kept(enrolment):
    activity, until = enrolment.activity, enrolment.offer_expires_at
    url, title = enrolment.get_absolute_url(), _("Answer: a seat is kept for you")
    if enrolment.is_accepted:
        until = enrolment.signature_due_at
        url = reverse("activities:enrolment-sign", args=[enrolment.uuid])
        title = _("Say yes: a seat is kept for you")
        if activity.charter_id:
            title = _("Sign the charter: a seat is kept for you")
    near = enrolment.is_offered or until < now() + SOON
    return Task(
        title=title,
        detail=str(activity),
        url=url,
        word=_("Before %(when)s") % {"when": dates.deadline(until)},
        shape="late" if near else "todo",
    )


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
