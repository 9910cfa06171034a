"""Session by session: seats of each, who waits for which, and one absence (c7, 12, 13)."""

from datetime import timedelta

import pytest

from agency.activities.services import (
    activities,
    enrolments,
    excuses,
    places,
    seats,
    sessions,
)
from agency.activities.services.papers import Papers
from agency.activities.states import EnrolmentState, ParticipationState
from agency.core.clock import travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
P = ParticipationState
DAY = timedelta(days=1)


@pytest.fixture
def series():
    """Three dates, a single seat at each."""
    return ActivityFactory(seat_scope="session", capacity=1, sessions=3)


def dates(activity, *numbers):
    return tuple(activity.sessions.filter(number__in=numbers).order_by("number"))


def come(activity, *numbers):
    given = Papers(sessions=dates(activity, *numbers))
    return enrolments.register(activity, person=PersonFactory(), given=given)


def standing(enrolment):
    rows = enrolment.participations.order_by("session__number")
    return {row.session.number: row.state for row in rows}


def letters(person):
    sent = OutgoingEmail.objects.filter(person=person).order_by("pk")
    return [
        template.rpartition("/")[2]
        for template in sent.values_list("template", flat=True)
    ]


def test_one_is_expected_at_the_dates_one_chose(series):
    one = come(series, 1, 3)

    assert one.state == EnrolmentState.CONFIRMED
    assert standing(one) == {1: P.EXPECTED, 3: P.EXPECTED}


def test_seats_are_counted_by_session(series):
    come(series, 1)
    other = come(series, 1, 2)

    # One seat each: the first date is full, the second is not.
    assert standing(other) == {1: P.WAITING, 2: P.EXPECTED}


def test_session_may_have_seats_of_its_own(series):
    large = dates(series, 1)[0]
    large.capacity = 2
    large.save()

    come(series, 1)
    assert standing(come(series, 1)) == {1: P.EXPECTED}
    assert standing(come(series, 1)) == {1: P.WAITING}


def test_seat_freed_at_a_session_goes_to_whoever_has_waited_longest(series):
    first, second, third = come(series, 1), come(series, 1), come(series, 1)

    enrolments.withdraw(first, by=first.person)

    assert standing(first) == {1: P.CANCELLED}
    assert standing(second) == {1: P.EXPECTED}
    assert standing(third) == {1: P.WAITING}
    assert letters(second.person)[-1] == "session_seat_found"
    assert "session_seat_found" not in letters(third.person)


def test_absence_frees_the_seat_of_a_session(series):
    first, second = come(series, 1, 2), come(series, 1)

    excuses.excuse(first.participations.get(session__number=1), by=first.person)

    assert standing(first) == {1: P.EXCUSED, 2: P.EXPECTED}
    assert standing(second) == {1: P.EXPECTED}
    with pytest.raises(MoveBlocked):
        excuses.come_after_all(
            first.participations.get(session__number=1), by=first.person
        )


def test_newcomer_does_not_jump_whoever_waits_for_a_session(series):
    first, second = come(series, 1), come(series, 1)
    session = dates(series, 1)[0]

    with travel(session.starts_at - timedelta(hours=2)):
        # Too near to be given by itself: the seat stays closed to newcomers too.
        excuses.excuse(first.participations.get(), by=first.person)
        assert standing(second) == {1: P.WAITING}
        series.closes_at = None
        series.save()
        assert standing(come(series, 1)) == {1: P.WAITING}


def test_dates_are_changed_without_losing_the_others(series):
    one, other = come(series, 1, 2), come(series, 1)

    seats.lock(series)
    places.choose(one, dates(series, 2, 3), by=one.person)

    assert standing(one) == {1: P.CANCELLED, 2: P.EXPECTED, 3: P.EXPECTED}
    assert standing(other) == {1: P.EXPECTED}


def test_later_session_is_nobodys_until_chosen(series):
    one = come(series, 1)

    sessions.save_session(SessionFactory.build(activity=series, number=4, venue=None))

    assert set(standing(one)) == {1}


def test_invariant_12_later_added_session_fans_out_to_confirmed_enrolments():
    activity = ActivityFactory(sessions=1)
    one = enrolments.register(activity, person=PersonFactory())

    sessions.save_session(SessionFactory.build(activity=activity, number=2, venue=None))

    assert standing(one) == {1: P.EXPECTED, 2: P.EXPECTED}


def test_invariant_13_excuse_one_session_keeps_enrolment():
    activity = ActivityFactory(sessions=2)
    one = enrolments.register(activity, person=PersonFactory())
    participation = one.participations.get(session__number=1)

    excuses.excuse(participation, by=one.person)

    one.refresh_from_db()
    assert one.state == EnrolmentState.CONFIRMED
    assert standing(one) == {1: P.EXCUSED, 2: P.EXPECTED}
    assert letters(one.person) == ["enrolment_confirmed", "excuse_recorded"]
    # A whole seat is kept for the whole group: nobody takes the chair of one evening.
    assert seats.taken(activity) == 1

    excuses.come_after_all(participation, by=one.person)
    assert standing(one) == {1: P.EXPECTED, 2: P.EXPECTED}


def test_nobody_is_excused_from_what_has_begun():
    participation = ParticipationFactory()

    with travel(participation.session.starts_at), pytest.raises(MoveBlocked):
        excuses.excuse(participation, by=participation.person)

    participation.refresh_from_db()
    assert participation.state == P.EXPECTED


def test_absence_is_told_once():
    participation = ParticipationFactory()
    excuses.excuse(participation, by=participation.person)

    with pytest.raises(MoveRefused):
        excuses.excuse(participation, by=participation.person)

    assert letters(participation.person) == ["excuse_recorded"]


def test_excused_person_who_leaves_is_expected_nowhere():
    activity = ActivityFactory(sessions=2)
    one = enrolments.register(activity, person=PersonFactory())
    excuses.excuse(one.participations.get(session__number=1), by=one.person)

    enrolments.withdraw(one, by=one.person)

    assert standing(one) == {1: P.CANCELLED, 2: P.CANCELLED}


def test_no_seat_is_given_at_a_session_that_is_over(
    series,
):
    first, second = come(series, 1), come(series, 1)
    session = dates(series, 1)[0]

    with travel(session.ends_at + DAY):
        enrolments.withdraw(first, by=first.person)

    assert standing(second) == {1: P.WAITING}


def test_seats_added_go_to_whoever_waits(series):
    _first, second, third = come(series, 1), come(series, 1), come(series, 1)

    activities.resize(series, capacity=2, by=series.officer)
    assert standing(second) == {1: P.EXPECTED}

    session = dates(series, 1)[0]
    session.capacity = 3
    sessions.save_session(session)
    assert standing(third) == {1: P.EXPECTED}
