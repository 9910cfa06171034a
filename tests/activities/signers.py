"""A seat that waits for a signature."""

from datetime import datetime

from django.urls import reverse

from agency.activities.models import Enrolment
from agency.activities.states import EnrolmentState
from agency.core.clock import PARIS
from agency.mail.models import OutgoingEmail

E = EnrolmentState
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)


def hand(enrolment, version=None, **changes):
    version = version or enrolment.activity.charter.in_force()
    given = {
        "version": version,
        "sha256": version.sha256,
        "typed_name": enrolment.person.full_name,
        "address": "192.0.2.7",
        "by": enrolment.person,
    }
    return given | changes


def page_of(enrolment):
    return reverse("activities:enrolment-sign", args=[enrolment.uuid])


def typed(version, name, **changes):
    """What the form of the page sends."""
    given = {"version": version.pk, "sha256": version.print(), "typed_name": name}
    return given | {"read": "on"} | changes


def state(enrolment):
    return Enrolment.objects.get(pk=enrolment.pk).state


def mails(enrolment, name):
    return OutgoingEmail.objects.filter(
        template=f"activities/emails/{name}", person=enrolment.person
    )
