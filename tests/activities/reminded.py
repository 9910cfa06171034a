"""Meetings of which one is reminded."""

from datetime import datetime, timedelta

from agency.core.clock import PARIS, travel
from agency.mail import reminders
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

LONG_AGO = datetime(2026, 9, 1, 12, 0, tzinfo=PARIS)
# A Thursday.
START = datetime(2027, 1, 14, 9, 30, tzinfo=PARIS)

DAY = timedelta(days=1)


def at(day, hour=8, minute=0):
    """Beat rings twice, so many days before or after the session."""
    moment = datetime.combine(START.date() + day * DAY, START.time(), tzinfo=PARIS)
    ring(moment.replace(hour=hour, minute=minute))


def ring(moment):
    with travel(moment):
        for _ring in range(2):
            reminders.run()


def told(name, person=None):
    found = OutgoingEmail.objects.filter(template=f"activities/emails/{name}")
    return found.filter(person=person).count() if person else found.count()


def expected(session, confirmed_at=LONG_AGO, **traits):
    """Somebody who has had a seat for long, unless it is said."""
    person = traits.pop("person", None) or PersonFactory()
    enrolment = EnrolmentFactory(
        activity=session.activity,
        person=person,
        confirmed=True,
        confirmed_at=confirmed_at,
    )
    return ParticipationFactory(
        session=session, person=person, enrolment=enrolment, **traits
    )


def meeting(starts_at=START, activity=None, **traits):
    with travel(LONG_AGO):
        activity = activity or ActivityFactory(running=True)
        return SessionFactory(activity=activity, starts_at=starts_at, **traits)
