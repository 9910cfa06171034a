"""A full room and its line."""

import re
from datetime import datetime, timedelta

from agency.activities.models import Enrolment
from agency.activities.services import (
    enrolments,
)
from agency.activities.states import EnrolmentState
from agency.core.clock import PARIS, now, travel
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
)
from tests.people.factories import PersonFactory

E = EnrolmentState
NOON = datetime(2027, 1, 12, 12, tzinfo=PARIS)
HOUR = timedelta(hours=1)


def full(capacity=1, line=0, **fields):
    """An open activity whose seats are all held, and the enrolments that wait in order."""
    activity = ActivityFactory(capacity=capacity, sessions=2, **fields)
    for _seat in range(capacity):
        enrolments.register(activity, person=PersonFactory())
    waits = []
    for minute in range(line):
        with travel(now() + timedelta(minutes=minute)):
            waits.append(enrolments.register(activity, person=PersonFactory()))
    return activity, waits


def seated(activity):
    return activity.enrolments.filter(state=E.CONFIRMED).first()


def states(*rows):
    return [Enrolment.objects.get(pk=one.pk).state for one in rows]


def leave(enrolment):
    enrolments.withdraw(enrolment, by=enrolment.person)


def subjects(person):
    written = OutgoingEmail.objects.filter(person=person).order_by("pk")
    return [re.split("\u202f:|,", email.subject)[0] for email in written]


def offered():
    activity, (first, second) = full(line=2)
    leave(seated(activity))
    return Enrolment.objects.get(pk=first.pk), second
