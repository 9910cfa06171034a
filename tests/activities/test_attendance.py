"""Attendance: half-days, the roll, what is signed or noted, the lock and its key."""

from datetime import datetime, timedelta

import pytest

from agency.activities.choices import AttendanceWay, HalfDay
from agency.activities.models import (
    Attendance,
    Enrolment,
    Session,
)
from agency.activities.services import attendance, excuses, sessions
from agency.activities.services.halfdays import half_days, minutes
from agency.activities.services.roll import roll
from agency.activities.states import (
    EnrolmentState,
    ParticipationState,
    SessionState,
)
from agency.core.clock import PARIS, travel
from agency.core.lifecycle import MoveBlocked
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.activities.mornings import MORNING, A, at, cells, entries, morning, one_of
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
AFTERNOON = HalfDay.AFTERNOON
EVENING = HalfDay.EVENING


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

    with django_assert_num_queries(
        3
    ):  # people, cells, affiliations with their organisation
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

    with pytest.raises(MoveBlocked, match="n’a pas lieu"):
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
