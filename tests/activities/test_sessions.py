"""A session: its fan-out, its sequence number, its end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agency.activities.models import Session
from agency.activities.services import sessions
from agency.activities.states import SessionState
from agency.core.lifecycle import MoveBlocked
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def test_session_added_later_expects_those_confirmed():
    activity = ActivityFactory()
    confirmed = EnrolmentFactory(activity=activity, confirmed=True)
    EnrolmentFactory(activity=activity)
    EnrolmentFactory(confirmed=True)

    session = sessions.save_session(SessionFactory.build(activity=activity, venue=None))

    awaited = session.participations.expected()
    assert [one.person for one in awaited] == [confirmed.person]


def test_saving_again_expects_nobody_twice():
    session = SessionFactory()
    EnrolmentFactory(activity=session.activity, confirmed=True)

    sessions.save_session(session)
    sessions.save_session(session)

    assert session.participations.count() == 1


def test_sequence_grows_with_what_calendars_show():
    session = SessionFactory(sequence=0)

    session.documents_text = "Un article"
    sessions.save_session(session)
    assert session.sequence == 0

    session.starts_at += timedelta(minutes=30)
    sessions.save_session(session)
    assert session.sequence == 1


def test_database_refuses_a_session_that_ends_before_it_starts():
    session = SessionFactory.build(activity=ActivityFactory(), venue=None)
    session.ends_at = session.starts_at - timedelta(minutes=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        session.save()


def test_session_is_not_held_before_it_starts():
    session = SessionFactory(starts_in=3)

    with pytest.raises(MoveBlocked, match="pas encore commencé"):
        sessions.hold_session(session, by=PersonFactory(officer=True))


def test_cancelled_session_takes_the_next_sequence_number():
    session = SessionFactory(sequence=4)

    sessions.cancel_session(session, by=PersonFactory(officer=True))

    kept = Session.objects.get(pk=session.pk)
    assert (kept.state, kept.sequence) == (SessionState.CANCELLED, 5)


def test_stale_form_does_not_bring_a_cancelled_session_back():
    session = SessionFactory()
    stale = Session.objects.get(pk=session.pk)
    sessions.cancel_session(session, by=PersonFactory(officer=True))

    stale.room = "Salle 2"
    sessions.save_session(stale)

    kept = Session.objects.get(pk=session.pk)
    assert (kept.state, kept.room, kept.sequence) == (
        SessionState.CANCELLED,
        "Salle 2",
        2,
    )
