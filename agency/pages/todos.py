"""What the own space asks of everybody, whatever they take part in."""

from django.urls import reverse
from django.utils.translation import gettext as _

from agency.activities.services import charters
from agency.core import dates
from agency.pages.registry import Task


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
    word = _("Before %(when)s") % {"when": dates.deadline(until)}
    return Task(title, str(enrolment.activity), url, word, shape="late")


def undertaking(person):
    """What a facilitator signs before a group is opened to them."""
    if charters.has_to_undertake(person):
        yield Task(
            title=_("Sign your undertaking"),
            detail=_("Before you lead: it holds for all your sessions."),
            url=reverse("activities:undertaking"),
            word=_("To sign"),
        )


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
