"""Attendance: who was not expected, the lock, what it comes to."""

from datetime import timedelta

import pytest

from agency.activities.models import (
    Attendance,
    Participation,
    Session,
)
from agency.activities.services import attendance, enrolments
from agency.activities.services.assiduity import assiduity
from agency.activities.services.roll import addable, roll, sheet_of
from agency.activities.states import (
    ParticipationState,
    SessionState,
    SheetState,
)
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked
from tests.activities.factories import (
    AttendanceFactory,
    AttendanceSheetFactory,
    EnrolmentFactory,
    ParticipationFactory,
    PracticeCycleFactory,
)
from tests.activities.mornings import MORNING, A, at, cells, entries, morning, one_of
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    with travel(at(9, 40)):
        yield


@pytest.fixture
def session():
    return morning()


@pytest.fixture
def leader():
    return PersonFactory(given_name="Nour", family_name="Belkacem")


# --- Who was not expected ------------------------------------------------------
def test_somebody_who_left_is_noted_once_they_are_added_back(session, leader):
    gone = ParticipationFactory(session=session, state=ParticipationState.CANCELLED)

    with pytest.raises(MoveBlocked, match="plus attendu"):
        attendance.mark(gone, MORNING, A.PRESENT, by=leader)

    attendance.add(session, gone.person, by=leader)
    attendance.mark(gone, MORNING, A.PRESENT, by=leader)

    assert Attendance.objects.get().participation == gone
    assert entries(session, "add_person").count() == 1


def test_facilitator_adds_those_who_had_a_seat_alone(session, leader):
    had = EnrolmentFactory(activity=session.activity, confirmed=True)
    EnrolmentFactory(activity=session.activity, waitlisted=True)
    EnrolmentFactory(activity=session.activity, refused=True)

    assert addable(session) == [had]
    added = attendance.add(session, had.person, by=leader)

    assert added.enrolment == had
    assert addable(session) == []


def test_adding_twice_adds_once(session, leader):
    had = EnrolmentFactory(activity=session.activity, confirmed=True)

    first = attendance.add(session, had.person, by=leader)

    assert attendance.add(session, had.person, by=leader) == first
    assert session.participations.count() == 3


def test_officer_lets_in_somebody_who_was_not_registered(session, leader):
    stranger = PersonFactory()

    with pytest.raises(MoveBlocked, match="demandez à l’agence"):
        attendance.add(session, stranger, by=leader)
    added = attendance.add(session, stranger, by=PersonFactory(officer=True))

    assert (added.person, added.enrolment) == (stranger, None)


def test_nobody_enters_a_sealed_group_at_the_door():
    session = morning(1, activity=PracticeCycleFactory())

    with pytest.raises(MoveBlocked, match="groupe scellé"):
        attendance.add(session, PersonFactory(), by=PersonFactory(officer=True))

    assert Participation.objects.count() == 1


# --- The lock ------------------------------------------------------------------
def noted(session, leader, status=A.PRESENT):
    for row in roll(session):
        for cell in row.cells:
            attendance.mark(row.participation, cell.half_day, status, by=leader)


def test_countersigning_locks_and_holds_the_session(session, leader):
    noted(session, leader)

    sheet = attendance.lock(session, typed_name="belkacem  Nour", by=leader)

    assert (sheet.state, sheet.locks) == (SheetState.LOCKED, 1)
    assert (sheet.locked_by, sheet.locked_at) == (leader, at(9, 40))
    assert sheet.countersigned_as == "belkacem Nour"
    assert Session.objects.get(pk=session.pk).state == SessionState.HELD
    assert entries(session, "lock").get().by == leader


def test_session_held_before_stays_held(leader):
    session = morning(1, state=SessionState.HELD)
    noted(session, leader)

    attendance.lock(session, typed_name="Nour Belkacem", by=leader)

    assert Session.objects.get(pk=session.pk).state == SessionState.HELD


@pytest.mark.parametrize("typed", ["", "   ", "Nour", "Quelqu’un d’autre"])
def test_one_countersigns_with_one_s_own_name(session, leader, typed):
    noted(session, leader)

    with pytest.raises(MoveBlocked, match="Nour Belkacem"):
        attendance.lock(session, typed_name=typed, by=leader)

    assert sheet_of(session).state == SheetState.OPEN


def test_sheet_is_not_locked_while_nothing_is_known_of_somebody(session, leader):
    attendance.mark(one_of(session), MORNING, A.PRESENT, by=leader)

    with pytest.raises(MoveBlocked, match="1 personne"):
        attendance.lock(session, typed_name="Nour Belkacem", by=leader)

    assert sheet_of(session).state == SheetState.OPEN
    assert Session.objects.get(pk=session.pk).state == SessionState.PLANNED


def test_lock_notes_those_excused_by_itself(leader):
    session = morning(0)
    away = ParticipationFactory(session=session, state=ParticipationState.EXCUSED)

    attendance.lock(session, typed_name="Nour Belkacem", by=leader)

    assert cells(session) == [(away.pk, "morning", "excused")]


def test_sheet_is_not_locked_before_the_session_starts(leader):
    session = morning(0, starts_at=at(14), ends_at=at(17))

    with pytest.raises(MoveBlocked, match="pas encore commencé"):
        attendance.lock(session, typed_name="Nour Belkacem", by=leader)


def test_lock_forgets_the_half_days_that_the_hours_no_longer_have(leader):
    session = morning(1, ends_at=at(17))
    noted(session, leader)
    Session.objects.filter(pk=session.pk).update(ends_at=at(12, 30))

    attendance.lock(session, typed_name="Nour Belkacem", by=leader)

    assert [part for _who, part, _how in cells(session)] == ["morning"]


@pytest.fixture
def locked(session, leader):
    noted(session, leader)
    attendance.lock(session, typed_name="Nour Belkacem", by=leader)
    return session


def test_everything_is_refused_on_a_locked_sheet(locked, leader):
    before, one = cells(locked), one_of(locked)
    had = EnrolmentFactory(activity=locked.activity, confirmed=True)
    attempts = (
        lambda: attendance.mark(one, MORNING, A.ABSENT, by=leader),
        lambda: attendance.sign(one, MORNING, by=leader),
        lambda: attendance.fill(locked, by=leader),
        lambda: attendance.add(locked, had.person, by=leader),
        lambda: attendance.lock(locked, typed_name="Nour Belkacem", by=leader),
    )

    for attempt in attempts:
        with pytest.raises(MoveBlocked, match="verrouillée"):
            attempt()

    assert cells(locked) == before
    assert locked.participations.count() == 2


def test_unlocking_takes_a_reason_and_the_second_lock_is_the_second_version(
    locked, leader
):
    officer = PersonFactory(officer=True)

    with pytest.raises(MoveBlocked, match="pourquoi"):
        attendance.unlock(sheet_of(locked), by=officer, reason="  ")
    attendance.unlock(sheet_of(locked), by=officer, reason="Un nom oublié")
    assert sheet_of(locked).countersigned_as == ""
    sheet = attendance.lock(locked, typed_name=officer.full_name, by=officer)

    assert sheet.locks == 2
    assert entries(locked, "unlock").get().data["reason"] == "Un nom oublié"


# --- What it comes to ----------------------------------------------------------
def attended(enrolment, *statuses, locked=True):
    """One locked session of a morning for each status."""
    for status in statuses:
        sheet = AttendanceSheetFactory(
            session__activity=enrolment.activity, locked=locked
        )
        AttendanceFactory(
            participation=ParticipationFactory(
                session=sheet.session, person=enrolment.person, enrolment=enrolment
            ),
            status=status,
        )


def test_assiduity_counts_the_locked_sheets_alone():
    enrolment = EnrolmentFactory(confirmed=True)
    attended(enrolment, A.PRESENT, A.LATE, A.REMOTE, A.LEFT_EARLY, A.EXCUSED)
    attended(enrolment, A.ABSENT, locked=False)

    found = assiduity(enrolment)

    assert (found.attended, found.planned, found.percent) == (4, 5, 80)
    assert found.reached


def test_threshold_is_not_reached_by_almost():
    enrolment = EnrolmentFactory(confirmed=True, activity__attendance_threshold=67)
    attended(enrolment, A.PRESENT, A.PRESENT, A.ABSENT)

    found = assiduity(enrolment)

    assert found.percent == 66
    assert not found.reached


def test_nobody_is_assiduous_of_nothing():
    found = assiduity(EnrolmentFactory(confirmed=True))

    assert (found.attended, found.planned, found.percent) == (0, 0, 0)
    assert not found.reached


def test_somebody_who_left_is_not_counted_for_what_followed():
    session = morning(0, starts_at=at(9, 30, day=16), ends_at=at(12, 30, day=16))
    enrolment = EnrolmentFactory(activity=session.activity, confirmed=True)
    ParticipationFactory(session=session, person=enrolment.person, enrolment=enrolment)

    enrolments.withdraw(enrolment, by=enrolment.person)
    with travel(now() + timedelta(days=2)):
        leader = PersonFactory()
        attendance.lock(session, typed_name=leader.full_name, by=leader)

    assert assiduity(enrolment).planned == 0
