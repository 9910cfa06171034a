"""Invitations as they are pasted."""

from datetime import UTC, datetime, timedelta

from django.urls import reverse

from agency.activities.services import invitations
from agency.activities.states import InvitationState
from agency.mail.models import OutgoingEmail

N = InvitationState
NOON = datetime(2027, 1, 11, 11, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def letters():
    return OutgoingEmail.objects.filter(template="activities/emails/invitation_sent")


def ask(activity, email="ines@lieu.example", **given):
    return invitations.invite(activity, email=email, by=activity.officer, **given)


def form_url(activity):
    return reverse("activities:enrolment-create", args=[activity.slug])
