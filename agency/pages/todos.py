"""What the own space asks of everybody, whatever they take part in."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from agency.activities.models import Invitation
from agency.activities.services import charters
from agency.activities.states import ActivityState
from agency.core import dates
from agency.core.clock import now
from agency.pages.registry import Task

# What is this near is told as late: the seat goes to somebody else.
SOON = timedelta(days=2)


def seats(person):
    """A seat that is kept for an answer or a signature comes before everything else."""
    return [_seat(one) for one in charters.to_answer(person)]


def _seat(enrolment):
    if enrolment.is_offered:
        title, url = (
            _("Answer: a seat is kept for you"),
            enrolment.get_absolute_url(),
        )
        return _before(enrolment, title, url, enrolment.offer_expires_at)
    url = reverse("activities:enrolment-sign", args=[enrolment.uuid])
    if enrolment.is_accepted:
        title = _("See the group and confirm: a seat is kept for you")
        return _before(enrolment, title, url, enrolment.signature_due_at)
    title = _("Sign the new version of the charter")
    return Task(title, str(enrolment.activity), url, _("To sign"))


def _before(enrolment, title, url, until):
    """An offer is always urgent; a signature when its date is near."""
    word = _("Before %(when)s") % {"when": dates.deadline(until)}
    near = enrolment.is_offered or until < now() + SOON
    shape = "late" if near else "todo"
    return Task(title, str(enrolment.activity), url, word, shape=shape)


def undertaking(person):
    """What a facilitator signs before a group is opened to them."""
    if charters.has_to_undertake(person):
        yield Task(
            title=_("Sign your undertaking"),
            detail=_("Before you lead: it holds for all your sessions."),
            url=reverse("activities:undertaking"),
            word=_("To sign"),
        )


def invitations(person):
    """Somebody asks them to join: only while the form opens."""
    asked = Invitation.objects.of(person).filter(activity__state=ActivityState.OPEN)
    asked = asked.exclude(activity__closes_at__lte=now())
    return [
        Task(
            title=_("You are invited"),
            detail=str(one.activity),
            url=one.activity.get_absolute_url(),
            word=_("Before %(when)s") % {"when": dates.deadline(one.activity.closes_at)}
            if one.activity.closes_at
            else _("To answer"),
        )
        for one in asked.select_related("activity").order_by("sent_at", "pk")
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
