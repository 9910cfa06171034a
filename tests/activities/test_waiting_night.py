"""The waiting list at night, by hand, and what is answered."""

from datetime import datetime, timedelta

import pytest

from agency.activities.models import Convening, Enrolment
from agency.activities.services import (
    activities,
    convenings,
    enrolments,
    sessions,
    waiting,
)
from agency.activities.states import ActivityState
from agency.core.clock import PARIS, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    EnrolmentFactory,
    SessionFactory,
)
from tests.activities.queued import (
    HOUR,
    NOON,
    E,
    full,
    leave,
    offered,
    seated,
    states,
    subjects,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    """A working day of winter, far from any night."""
    with travel(NOON):
        yield


DAY = timedelta(days=1)


# --- At night, and by hand ---------------------------------------------------
def test_nobody_is_written_to_at_night_and_the_first_is_at_eight():
    activity, (first,) = full(line=1)
    with travel(NOON.replace(hour=22)):
        leave(seated(activity))
        waiting.turn()
        assert states(first) == [E.WAITLISTED]
    with travel(NOON.replace(hour=7, minute=59) + DAY):
        waiting.turn()
        assert states(first) == [E.WAITLISTED]

    with travel(NOON.replace(hour=8) + DAY):
        waiting.turn()

    assert states(first) == [E.OFFERED]


@pytest.mark.parametrize(
    ("lapses", "told"),
    [
        (NOON.replace(hour=23), NOON.replace(hour=8) + DAY),
        (NOON.replace(hour=3), NOON.replace(hour=8)),
        # The clocks of Paris change in the night of the 28th of March.
        (
            datetime(2027, 3, 28, 1, tzinfo=PARIS),
            datetime(2027, 3, 28, 8, tzinfo=PARIS),
        ),
        (NOON, None),
    ],
)
def test_an_offer_that_lapses_at_night_is_said_in_the_morning(lapses, told):
    one = EnrolmentFactory(offered=True, offer_expires_at=lapses)

    with travel(lapses):
        waiting.turn()

    assert states(one) == [E.EXPIRED]
    email = OutgoingEmail.objects.get(person=one.person)
    assert email.next_attempt_at == told


def test_after_the_cutoff_the_officer_gives_the_seat_by_telephone():
    activity, (first, second) = full(line=2)
    start = activity.sessions.order_by("starts_at").first().starts_at

    with travel(start - 8 * HOUR):
        leave(seated(activity))
        waiting.admit(second, by=activity.officer, reason="joint au téléphone")

    assert states(first, second) == [E.WAITLISTED, E.CONFIRMED]
    assert second.participations.expected().count() == 2
    entry = JournalEntry.objects.about(second).get(action="admit")
    assert entry.data["reason"] == "joint au téléphone"


@pytest.mark.parametrize("verb", [waiting.offer, waiting.admit])
def test_no_officer_gives_a_seat_that_is_not_there(verb):
    activity, (first,) = full(line=1)

    with pytest.raises(MoveBlocked, match="plus de place"):
        verb(first, by=activity.officer)


def test_an_officer_offers_out_of_order_and_the_journal_says_who():
    activity, (first, second) = full(line=2)
    with travel(NOON.replace(hour=23)):
        leave(seated(activity))

        waiting.offer(second, by=activity.officer, reason="urgence")

    assert states(first, second) == [E.WAITLISTED, E.OFFERED]
    assert JournalEntry.objects.about(second).first().by == activity.officer


# --- Answers -----------------------------------------------------------------
def test_accepting_gives_the_seat_and_every_date():
    first, second = offered()

    waiting.accept(first, by=first.person)

    assert states(first, second) == [E.CONFIRMED, E.WAITLISTED]
    assert first.participations.expected().count() == 2
    assert subjects(first.person)[-1] == "Inscription confirmée"


def test_whoever_asked_to_come_online_still_does_after_the_wait():
    activity, _none = full()
    SessionFactory(activity=activity, format="hybrid", starts_in=60)
    one = enrolments.register(activity, person=PersonFactory(), mode="remote")
    leave(seated(activity))

    one = Enrolment.objects.get(pk=one.pk)
    waiting.accept(one, by=one.person)
    SessionFactory(activity=activity, format="hybrid", starts_in=90)
    sessions.fan_out(activity.sessions.last())

    modes = one.participations.values_list("mode", flat=True)
    assert list(modes) == ["remote"] * 4


def test_declining_passes_the_seat_on():
    first, second = offered()

    waiting.decline(first, by=first.person)

    assert states(first, second) == [E.DECLINED, E.OFFERED]
    assert subjects(first.person)[-1] == "Place refusée"


@pytest.mark.parametrize("answer", [waiting.accept, waiting.decline])
def test_an_answer_at_the_second_it_expires_is_too_late(answer):
    first, _second = offered()
    with travel(first.offer_expires_at - timedelta(seconds=1)):
        assert first.activity.enrolments.lapsed().count() == 0

    with travel(first.offer_expires_at), pytest.raises(MoveRefused):
        answer(first, by=first.person)

    assert states(first) == [E.OFFERED]


def test_an_offer_answered_twice_is_answered_once():
    first, _second = offered()
    stale = Enrolment.objects.get(pk=first.pk)
    waiting.decline(first, by=first.person)

    with pytest.raises(MoveRefused):
        waiting.accept(stale, by=first.person)

    assert states(first) == [E.DECLINED]


def test_one_comes_back_once_to_the_end_of_the_line():
    first, second = offered()
    with travel(NOON + 72 * HOUR):
        waiting.turn()
        first.refresh_from_db()
        third = enrolments.register(first.activity, person=PersonFactory())

    with travel(NOON + 73 * HOUR):
        waiting.requeue(first, by=first.person)
        assert list(first.activity.enrolments.in_line()) == [third, first]
        leave(Enrolment.objects.get(pk=second.pk))
        leave(Enrolment.objects.get(pk=third.pk))
    with travel(NOON + 150 * HOUR):
        waiting.turn()
        first.refresh_from_db()
        assert first.state == E.EXPIRED
        with pytest.raises(MoveBlocked, match="une fois"):
            waiting.requeue(first, by=first.person)
    assert subjects(first.person).count("Place proposée") == 2


def test_nobody_waits_for_what_is_cancelled():
    first, second = offered()
    director = PersonFactory(direction=True)

    activities.cancel(first.activity, by=director)
    batch = Convening.objects.get(activity=first.activity)
    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))

    assert states(first, second) == [E.CANCELLED] * 2
    assert subjects(second.person)[-1] == "Activité annulée"
    email = OutgoingEmail.objects.filter(person=second.person).latest("pk")
    assert "inscri" not in email.text


def test_a_house_that_sleeps_a_month_offers_what_makes_sense_and_nothing_else():
    first, second = offered()

    with travel(NOON + 45 * DAY):
        waiting.turn()

    assert states(first, second) == [E.EXPIRED, E.WAITLISTED]


@pytest.mark.parametrize("count", [1, 5])
def test_a_turn_asks_as_much_however_long_the_line(count, django_assert_num_queries):
    activity, _waits = full(line=count)
    with travel(NOON.replace(hour=23)):
        leave(seated(activity))

        # what waits and what has lapsed, none of which is due; then that it ran
        with django_assert_num_queries(8):
            waiting.turn()


def test_only_an_open_or_closed_activity_offers():
    activity, (first,) = full(line=1)
    leave_one = seated(activity)
    activity.state = ActivityState.RUNNING
    activity.save(update_fields=["state"])

    leave(leave_one)

    assert states(first) == [E.WAITLISTED]
