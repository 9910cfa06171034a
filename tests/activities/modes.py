"""Rooms by their mode of registration."""

import pytest

from agency.activities.models import Enrolment
from agency.activities.services.enrolments import RegistrationRefused, register
from agency.activities.states import EnrolmentState
from agency.mail.models import OutgoingEmail

E = EnrolmentState


def refused(activity, person, **kwargs):
    """The refusal that registering raises; nothing is written."""
    before = (Enrolment.objects.count(), OutgoingEmail.objects.count())
    with pytest.raises(RegistrationRefused) as error:
        register(activity, person=person, **kwargs)
    assert (Enrolment.objects.count(), OutgoingEmail.objects.count()) == before
    return error.value.refusal


def letters(person):
    sent = OutgoingEmail.objects.filter(person=person).order_by("pk")
    return [
        template.rpartition("/")[2]
        for template in sent.values_list("template", flat=True)
    ]
