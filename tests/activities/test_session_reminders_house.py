"""Reminders to those who run a session: too few people, a sheet to lock."""

import pytest

from agency.activities.states import ParticipationState, SessionState
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    AttendanceSheetFactory,
    FacilitatorFactory,
)
from tests.activities.reminded import at, expected, meeting, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def one(session):
    return expected(session)


@pytest.fixture
def session():
    return meeting()


# --- Go or no-go ---------------------------------------------------------------------------
@pytest.fixture
def small(session, one):
    """One expected, one excused, three needed; led by somebody."""
    expected(session, state=ParticipationState.EXCUSED)
    session.activity.min_to_run = 3
    session.activity.save()
    return FacilitatorFactory(activity=session.activity)


def test_who_runs_a_session_is_told_three_days_before_that_few_will_come(
    session, one, small
):
    at(-4, hour=20)
    assert told("session_under_minimum") == 0

    at(-3)
    at(-2)

    assert told("session_under_minimum", session.activity.officer) == 1
    assert told("session_under_minimum", small.person) == 1
    assert told("session_under_minimum") == 2
    for mail in OutgoingEmail.objects.filter(template__endswith="under_minimum"):
        assert "1 attendu·e pour un seuil de 3" in mail.subject
        assert "Excusé·es\u202f: 1" in mail.text
        assert one.person.family_name not in mail.text


def test_enough_people_or_no_threshold_tell_nobody(session, one, small):
    expected(session)
    expected(session)
    free = meeting()
    expected(free)

    at(-3)

    assert told("session_under_minimum") == 0


# --- The sheet -----------------------------------------------------------------------------
@pytest.fixture
def held(session, one):
    """Held, its sheet open; led by somebody."""
    type(session).objects.filter(pk=session.pk).update(state=SessionState.HELD)
    return FacilitatorFactory(activity=session.activity)


def test_a_sheet_is_asked_for_after_two_days_and_of_the_officer_after_nine(
    session, held
):
    officer = session.activity.officer
    at(1, hour=20)
    assert told("sheet_to_lock") == 0

    at(2)
    at(3)
    at(8, hour=21)
    assert told("sheet_to_lock", officer) == told("sheet_to_lock", held.person) == 1
    assert told("sheet_still_open") == 0

    at(9)
    at(12)
    at(28)
    assert told("sheet_still_open", officer) == told("sheet_still_open") == 1
    assert told("sheet_to_lock") == 2


def test_a_sheet_that_is_locked_is_not_asked_for(session, held):
    AttendanceSheetFactory(session=session, locked=True)

    at(2)
    at(9)

    assert told("sheet_to_lock") == told("sheet_still_open") == 0


def test_a_session_to_which_nobody_was_to_come_has_no_sheet(session):
    type(session).objects.filter(pk=session.pk).update(state=SessionState.HELD)

    at(2)

    assert told("sheet_to_lock") == 0


def test_the_officer_who_leads_reads_it_once(session, one):
    FacilitatorFactory(activity=session.activity, person=session.activity.officer)

    at(2)

    assert told("sheet_to_lock") == 1
