"""The permission matrix of the kernel, as the agency would write it on paper."""

import pytest

from agency.activities.models import Activity, Enrolment
from agency.activities.states import ActivityState, EnrolmentState, SessionState
from agency.core.lifecycle import available_moves
from tests.activities.factories import ActivityFactory, EnrolmentFactory, SessionFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

A, S, E = ActivityState, SessionState, EnrolmentState
OFFICE = ("officer", "secretary")
OTHERS = ("stranger", "accountant", "superuser")

ACTIVITY = {
    A.DRAFT: {"announce", "open"},
    A.ANNOUNCED: {"open", "start"},
    A.OPEN: {"close", "start"},
    A.CLOSED: {"open", "start"},
    A.RUNNING: {"complete"},
    A.COMPLETED: set(),
    A.CANCELLED: set(),
}
# Direction alone cancels what has not ended.
CANCELLABLE = set(ACTIVITY) - {A.COMPLETED, A.CANCELLED}


def who(role):
    return PersonFactory(**({} if role == "stranger" else {role: True}))


def moves(obj, role):
    return set(available_moves(obj, who(role)))


@pytest.mark.parametrize("state", ACTIVITY)
@pytest.mark.parametrize("role", OFFICE)
def test_office_runs_an_activity(role, state):
    assert moves(ActivityFactory(state=state), role) == ACTIVITY[state]


@pytest.mark.parametrize("state", ACTIVITY)
def test_direction_may_cancel_as_well(state):
    expected = ACTIVITY[state] | ({"cancel"} if state in CANCELLABLE else set())

    assert moves(ActivityFactory(state=state), "direction") == expected


@pytest.mark.parametrize("state", ACTIVITY)
@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_moves_an_activity(role, state):
    assert moves(ActivityFactory(state=state), role) == set()


@pytest.mark.parametrize("role", [*OFFICE, "direction"])
def test_office_holds_cancels_and_postpones_a_planned_session(role):
    assert moves(SessionFactory(), role) == {"hold", "cancel", "postpone"}
    assert moves(SessionFactory(held=True), role) == set()


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_moves_a_session(role):
    assert moves(SessionFactory(), role) == set()


@pytest.mark.parametrize("role", [*OFFICE, "direction"])
def test_office_cancels_an_enrolment_and_withdraws_nobody(role):
    own = {"exclude"} if role == "direction" else set()
    assert moves(EnrolmentFactory(confirmed=True), role) == {"cancel", *own}


def test_person_withdraws_their_own_enrolment_alone():
    enrolment = EnrolmentFactory(confirmed=True)
    other = EnrolmentFactory(confirmed=True)

    assert set(available_moves(enrolment, enrolment.person)) == {"withdraw"}
    assert set(available_moves(other, enrolment.person)) == set()


def test_enrolment_that_is_over_moves_no_more():
    enrolment = EnrolmentFactory(withdrawn=True)

    assert set(available_moves(enrolment, enrolment.person)) == set()


@pytest.mark.parametrize("role", [*OFFICE, "direction"])
def test_office_sees_drafts_and_every_enrolment(role):
    draft, enrolment = ActivityFactory(draft=True), EnrolmentFactory()

    assert draft in Activity.objects.visible_to(who(role))
    assert enrolment in Enrolment.objects.visible_to(who(role))


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sees_drafts_or_enrolments_of_others(role):
    draft, enrolment = ActivityFactory(draft=True), EnrolmentFactory()

    assert draft not in Activity.objects.visible_to(who(role))
    assert enrolment not in Enrolment.objects.visible_to(who(role))
