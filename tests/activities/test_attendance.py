"""Attendance: half-days, the roll, what is signed or noted, the lock and its key."""

from datetime import datetime, timedelta

import pytest

from agency.activities.choices import AttendanceStatus, AttendanceWay, HalfDay
from agency.activities.models import (
    Attendance,
    AttendanceSheet,
    Enrolment,
    Participation,
    Session,
)
from agency.activities.services import attendance, enrolments, excuses, sessions
from agency.activities.services.assiduity import assiduity
from agency.activities.services.halfdays import half_days, minutes
from agency.activities.services.roll import addable, roll, sheet_of
from agency.activities.states import (
    EnrolmentState,
    ParticipationState,
    SessionState,
    SheetState,
)
from agency.core.clock import PARIS, now, travel
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    AttendanceSheetFactory,
    EnrolmentFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db

A = AttendanceStatus
MORNING, AFTERNOON, EVENING = HalfDay.MORNING, HalfDay.AFTERNOON, HalfDay.EVENING


def at(hour, minute=0, day=15):
    return datetime(2027, 1, day, hour, minute, tzinfo=PARIS)


@pytest.fixture(autouse=True)
def in_the_morning():
    with travel(at(9, 40)):
        yield


@pytest.fixture
def leader():
    return PersonFactory(given_name="Nour", family_name="Belkacem")


@pytest.fixture
def session():
    return morning()


def morning(people=2, **fields):
    """A session of this morning, at which some people are expected."""
    fields = {"starts_at": at(9, 30), "ends_at": at(12, 30)} | fields
    session = SessionFactory(**fields)
    ParticipationFactory.create_batch(people, session=session)
    return session


def one_of(session):
    return session.participations.order_by("pk").first()


def cells(session):
    found = Attendance.objects.filter(participation__session=session)
    return sorted(found.values_list("participation", "half_day", "status"))


def entries(session, action):
    sheet = AttendanceSheet.objects.get(session=session)
    return JournalEntry.objects.about(sheet).filter(action=action)


# --- Half-days -----------------------------------------------------------------
@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ((9, 30), (12, 30), (MORNING,)),
        ((9, 30), (13, 30), (MORNING,)),
        ((12, 30), (17, 0), (AFTERNOON,)),
        ((14, 0), (17, 0), (AFTERNOON,)),
        ((9, 30), (17, 0), (MORNING, AFTERNOON)),
        ((11, 30), (16, 0), (MORNING, AFTERNOON)),
        ((17, 0), (19, 30), (EVENING,)),
        ((18, 0), (20, 0), (EVENING,)),
        ((16, 0), (21, 0), (AFTERNOON, EVENING)),
        ((18, 0), (19, 0), (EVENING,)),
        ((12, 0), (13, 0), (MORNING,)),
    ],
)
def test_half_days_are_told_from_the_hours_in_paris(start, end, expected):
    session = SessionFactory.build(
        activity=None, number=1, venue=None, starts_at=at(*start), ends_at=at(*end)
    )

    assert half_days(session) == expected
    assert sum(minutes(session, part) for part in HalfDay) == session.minutes


def test_half_days_of_the_form_win_over_the_hours():
    session = SessionFactory.build(
        activity=None,
        number=1,
        venue=None,
        starts_at=at(9, 30),
        ends_at=at(17),
        half_days_set="afternoon",
    )

    assert half_days(session) == (AFTERNOON,)
    assert minutes(session, AFTERNOON) == 450
    assert minutes(session, MORNING) == 0


def test_minutes_are_cut_at_one_in_the_afternoon():
    session = morning(0, ends_at=at(17))

    assert minutes(session, MORNING) == 210
    assert minutes(session, AFTERNOON) == 240


def test_day_asked_of_a_morning_is_shared_out():
    session = morning(0, half_days_set="day", ends_at=at(12, 35))

    assert [minutes(session, part) for part in half_days(session)] == [92, 93]


def test_hours_are_those_of_paris_in_summer_too():
    start = datetime(2027, 7, 1, 9, 0, tzinfo=PARIS)
    session = SessionFactory(starts_at=start, ends_at=start + timedelta(hours=8))

    assert [minutes(session, part) for part in half_days(session)] == [240, 240]


# --- The roll ------------------------------------------------------------------
def test_roll_is_alphabetical_with_organisations():
    session = morning(0)
    for family in ("Zola", "\u00c9luard", "Duras"):
        person = PersonFactory(family_name=family)
        AffiliationFactory(person=person, organisation__name=f"Cie {family}")
        ParticipationFactory(session=session, person=person)

    rows = roll(session)

    assert [row.person.family_name for row in rows] == ["Duras", "\u00c9luard", "Zola"]
    assert rows[0].organisation == "Cie Duras"


@pytest.mark.parametrize("count", [1, 3, 20])
def test_roll_asks_as_much_however_many_people(count, django_assert_num_queries):
    session = morning(0)
    for _one in range(count):
        person = AffiliationFactory().person
        AttendanceFactory(
            participation=ParticipationFactory(session=session, person=person)
        )
    session = Session.objects.get(pk=session.pk)

    with django_assert_num_queries(4):  # people, cells, affiliations, organisations
        assert len(roll(session)) == count


def test_invariant_12_later_added_session_fans_out_to_confirmed_enrolments():
    activity = ActivityFactory()
    seated = EnrolmentFactory(activity=activity, confirmed=True)
    EnrolmentFactory(activity=activity, waitlisted=True)
    EnrolmentFactory(activity=activity, withdrawn=True)
    draft = SessionFactory.build(
        activity=activity,
        venue=None,
        starts_at=at(14, day=20),
        ends_at=at(17, day=20),
    )

    added = sessions.save_session(draft)

    assert [row.person for row in roll(added)] == [seated.person]


def test_invariant_13_excusing_one_session_keeps_the_enrolment():
    session = morning(2, starts_at=at(9, 30, day=16), ends_at=at(12, 30, day=16))
    away = one_of(session)

    excuses.excuse(away, by=away.person)

    enrolment = Enrolment.objects.get(pk=away.enrolment_id)
    assert enrolment.state == EnrolmentState.CONFIRMED
    rows = {row.person: row.excused for row in roll(session)}
    assert len(rows) == 2
    assert rows[away.person] is True


# --- Noting --------------------------------------------------------------------
def test_the_last_who_notes_is_right(session, leader):
    one = one_of(session)

    attendance.mark(one, MORNING, A.ABSENT, by=leader)
    attendance.mark(one, MORNING, A.LATE, by=leader, way=AttendanceWay.PAPER)

    assert cells(session) == [(one.pk, "morning", "late")]
    assert Attendance.objects.get().way == AttendanceWay.PAPER


def test_pressing_one_s_name_signs_once(session, leader):
    one = one_of(session)

    first = attendance.sign(one, MORNING, by=leader)
    with travel(at(10, 15)):
        again = attendance.sign(one, MORNING, by=leader)

    assert (first.status, first.way) == (A.PRESENT, AttendanceWay.PRESSED)
    assert again.signed_at == first.signed_at == at(9, 40)


def test_whoever_was_noted_late_stays_late_and_signs(session, leader):
    one = one_of(session)
    attendance.mark(one, MORNING, A.LATE, by=leader)

    signed = attendance.sign(one, MORNING, by=leader)

    assert signed.status == A.LATE
    assert signed.signed_at is not None


def test_leaving_early_keeps_the_signature(session, leader):
    one = one_of(session)
    attendance.sign(one, MORNING, by=leader)

    attendance.mark(one, MORNING, A.LEFT_EARLY, by=leader)

    known = Attendance.objects.get()
    assert known.signed_at == at(9, 40)
    assert known.way == AttendanceWay.PRESSED


def test_signature_is_not_overwritten_without_being_asked(session, leader):
    one = one_of(session)
    attendance.sign(one, MORNING, by=leader)

    with pytest.raises(attendance.SignedAlready, match="a signé à 9"):
        attendance.mark(one, MORNING, A.ABSENT, by=leader)
    assert Attendance.objects.get().status == A.PRESENT

    attendance.mark(one, MORNING, A.ABSENT, by=leader, over=True)

    assert Attendance.objects.get().signed_at is None
    assert entries(session, "set_signature_aside").get().data["person"] == one.person_id


def test_afternoon_is_not_signed_in_the_morning(leader):
    session = morning(1, ends_at=at(17))

    with pytest.raises(MoveBlocked, match="12\u00a0h"):
        attendance.sign(one_of(session), AFTERNOON, by=leader)
    with travel(at(12, 5)):
        attendance.sign(one_of(session), AFTERNOON, by=leader)

    assert Attendance.objects.get().half_day == AFTERNOON


def test_half_day_that_the_session_has_not_is_refused(session, leader):
    with pytest.raises(MoveBlocked, match="horaires"):
        attendance.mark(one_of(session), EVENING, A.PRESENT, by=leader)


def test_nothing_is_noted_before_the_day(leader):
    session = morning(1, starts_at=at(9, 30, day=16), ends_at=at(12, 30, day=16))

    with pytest.raises(MoveBlocked, match="à partir du jour"):
        attendance.mark(one_of(session), MORNING, A.PRESENT, by=leader)


def test_nothing_is_noted_of_a_cancelled_session(leader):
    session = morning(1, state=SessionState.CANCELLED)

    with pytest.raises(MoveBlocked, match="annulée"):
        attendance.mark(one_of(session), MORNING, A.PRESENT, by=leader)


def test_those_without_an_answer_are_absent_or_excused(session, leader):
    there = one_of(session)
    away = ParticipationFactory(session=session, state=ParticipationState.EXCUSED)
    attendance.sign(there, MORNING, by=leader)

    written = attendance.fill(session, by=leader)

    assert written == 2
    known = dict(Attendance.objects.values_list("participation", "status"))
    assert known.pop(there.pk) == A.PRESENT
    assert known.pop(away.pk) == A.EXCUSED
    assert set(known.values()) == {A.ABSENT}


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
