"""Everything that waits in a morning."""

import uuid
from datetime import datetime, timedelta

from agency.activities.choices import HalfDay, Purpose
from agency.activities.models import Convocation, Enrolment
from agency.core.clock import PARIS, now
from agency.core.lifecycle import move
from agency.mail.models import OutgoingEmail
from agency.mail.states import EmailState
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    AttendanceSheetFactory,
    ConveningFactory,
    ConvocationFactory,
    DifficultyFactory,
    EnrolmentFactory,
    InvitationFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.documents.factories import issue
from tests.people.factories import PersonFactory

DESK = "/gestion/"
TEAM = f"{DESK}?pour=equipe"
THURSDAY = datetime(2026, 11, 26, 15, 0, tzinfo=PARIS)


def ago(**span):
    return now() - timedelta(**span)


def convened_in(days, activity):
    """A session in so many days at which somebody is expected, nobody convened."""
    session = SessionFactory(activity=activity, starts_in=days)
    ParticipationFactory(session=session)
    return session


def over(days, activity):
    """A session that ended so many days ago, somebody expected and its sheet open."""
    session = SessionFactory(
        activity=activity, starts_at=ago(days=days, hours=3), ends_at=ago(days=days)
    )
    ParticipationFactory(session=session)
    return session


def contradicted(activity):
    """Somebody who was excused is noted as present."""
    there = ParticipationFactory(session=over(5, activity), state="excused")
    return AttendanceFactory(participation=there, half_day=HalfDay.AFTERNOON)


def batch(activity, **states):
    convening = ConveningFactory(
        session=SessionFactory(activity=activity, starts_in=15),
        by=activity.officer,
        created_at=ago(days=4),
    )
    for state, count in states.items():
        for _n in range(count):
            row = ConvocationFactory(convening=convening)
            if state == "failed":
                move(row, "fail", error="Panne", settled_at=now())
            else:
                settled = {"document": issue(), "settled_at": now()}
                Convocation.objects.filter(pk=row.pk).update(state=state, **settled)
    return convening


def told_soon(activity):
    """A session has changed: those who know it are told in a few minutes."""
    return ConveningFactory(
        session=SessionFactory(activity=activity, starts_in=16),
        by=activity.officer,
        purpose=Purpose.CHANGE,
        state="scheduled",
        due_at=now() + timedelta(minutes=8),
        before={},
    )


def refused_message():
    given = {"template": "t", "to": "x@y.example", "subject": "s", "created_at": now()}
    key = uuid.uuid4().hex
    OutgoingEmail.objects.create(**given, key=key, state=EmailState.FAILED)


def to_call(officer, **fields):
    """A seat is free, two people wait, and the activity begins in three hours."""
    activity = ActivityFactory(officer=officer, capacity=2, closed=True, **fields)
    begins = now() + timedelta(hours=3)
    SessionFactory(activity=activity, starts_at=begins)
    EnrolmentFactory(activity=activity, confirmed=True)
    EnrolmentFactory.create_batch(2, activity=activity, waitlisted=True)
    return activity


def lived_in(officer, times=1):
    """Something of every sort for ``officer``, so many times."""
    for _time in range(times):
        running = ActivityFactory(officer=officer, running=True)
        for days in (3, 8, 12, 18):
            convened_in(days, running)
        over(0, running)
        wanting = ActivityFactory(officer=officer, running=True, min_to_run=5)
        convened_in(2, wanting)
        told_soon(running)
        over(4, running)
        contradicted(running)
        batch(running, failed=2, paper=3)
        for opens in (ago(days=2), now() + timedelta(days=9)):
            ActivityFactory(officer=officer, draft=True, opens_at=opens, closes_at=None)
        ActivityFactory(officer=officer, closed=True, sessions=1)
        soon = now() + timedelta(days=3)
        ActivityFactory(officer=officer, closes_at=soon, capacity=4)
        done = ActivityFactory(officer=officer, running=True)
        AttendanceSheetFactory(session=over(3, done), locked=True)
        for way in ({"under_review": True}, {"offered": True}, {"accepted": True}):
            EnrolmentFactory.create_batch(2, activity=running, **way)
        asked = ActivityFactory(officer=officer, registration_mode="application")
        EnrolmentFactory.create_batch(3, activity=asked, under_review=True)
        Enrolment.objects.filter(activity=running, state="accepted").update(
            signature_due_at=now() + timedelta(days=1)
        )
        to_call(officer)
        sealed = PracticeCycleFactory(officer=officer, running=True)
        convened_in(4, sealed)
        over(6, sealed)
        for way in ({"under_review": True}, {"offered": True}):
            EnrolmentFactory(activity=sealed, **way)
        DifficultyFactory(enrolment__activity=sealed)
        InvitationFactory(activity=running, sponsor=PersonFactory())
        refused_message()
        PersonFactory(email_refused_at=now())


def lines(client, address=TEAM):
    return client.get(address).context["lines"]
