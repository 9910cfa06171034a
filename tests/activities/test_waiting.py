"""The waiting list: the invariants 1 to 9 of the reference (c7), each by its name."""

import re
from datetime import datetime, timedelta

import pytest

from agency.activities.models import Enrolment
from agency.activities.services import (
    activities,
    enrolments,
    seats,
    sessions,
    waiting,
)
from agency.activities.services.enrolments import Refusal, RegistrationRefused
from agency.activities.services.waiting import Skipped
from agency.activities.states import ActivityState, EnrolmentState
from agency.core.clock import PARIS, now, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db

E = EnrolmentState
NOON = datetime(2027, 1, 12, 12, tzinfo=PARIS)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def at_noon():
    """A working day of winter, far from any night."""
    with travel(NOON):
        yield


def full(capacity=1, line=0, **fields):
    """An open activity whose seats are all held, and the enrolments that wait in order."""
    activity = ActivityFactory(capacity=capacity, sessions=2, **fields)
    for _seat in range(capacity):
        enrolments.register(activity, person=PersonFactory())
    waits = []
    for minute in range(line):
        with travel(now() + timedelta(minutes=minute)):
            waits.append(enrolments.register(activity, person=PersonFactory()))
    return activity, waits


def seated(activity):
    return activity.enrolments.filter(state=E.CONFIRMED).first()


def states(*rows):
    return [Enrolment.objects.get(pk=one.pk).state for one in rows]


def leave(enrolment):
    enrolments.withdraw(enrolment, by=enrolment.person)


def subjects(person):
    written = OutgoingEmail.objects.filter(person=person).order_by("pk")
    return [re.split("\u202f:|,", email.subject)[0] for email in written]


# --- Into the line -----------------------------------------------------------
def test_whoever_comes_when_it_is_full_waits_and_is_told_so():
    activity, (first, second) = full(line=2)

    assert states(first, second) == [E.WAITLISTED] * 2
    assert [first.place_in_line(), second.place_in_line()] == [1, 2]
    email = OutgoingEmail.objects.get(person=second.person)
    assert email.subject.startswith("Liste d’attente")
    assert "ce n’est pas encore une inscription" in email.text
    assert "2" in email.text
    assert not email.attachments.exists()
    assert not second.participations.exists()
    actions = JournalEntry.objects.about(second).order_by("seq")
    assert [entry.action for entry in actions] == ["submit", "wait"]
    assert seats.taken(activity) == 1


def test_without_a_waiting_list_full_is_full():
    activity, _none = full(waiting_list=False)

    with pytest.raises(RegistrationRefused) as refused:
        enrolments.register(activity, person=PersonFactory())

    assert refused.value.refusal == Refusal.FULL


def test_form_sent_twice_waits_once():
    activity, (one,) = full(line=1)

    assert enrolments.register(activity, person=one.person) == one
    assert subjects(one.person) == ["Liste d’attente"]


def test_priority_goes_before_the_hour_and_the_hour_before_the_number():
    _activity, (first, second, third) = full(line=3)
    Enrolment.objects.filter(pk=third.pk).update(priority=1)
    Enrolment.objects.filter(pk=second.pk).update(submitted_at=first.submitted_at)

    order = list(first.activity.enrolments.in_line())

    assert order == [third, first, second]
    assert [one.place_in_line() for one in order] == [1, 2, 3]


# --- Out of it ---------------------------------------------------------------
def test_a_freed_seat_is_offered_to_the_first_in_line_and_held():
    activity, (first, second) = full(line=2)

    leave(seated(activity))

    assert states(first, second) == [E.OFFERED, E.WAITLISTED]
    first.refresh_from_db()
    assert first.offer_expires_at == NOON + 72 * HOUR
    assert seats.free(activity) == 0
    assert second.place_in_line() == 1
    email = OutgoingEmail.objects.get(person=first.person, subject__startswith="Place")
    assert email.has_secret
    assert "vendredi 15" in email.text


def test_2_a_release_by_the_agency_promotes_too():
    activity, (first,) = full(line=1)

    enrolments.cancel(seated(activity), by=activity.officer)

    assert states(first) == [E.OFFERED]


def test_3_a_newcomer_cannot_jump_a_waiting_person():
    with travel(NOON.replace(hour=23)):
        activity, (first,) = full(line=1)
        leave(seated(activity))
        newcomer = enrolments.register(activity, person=PersonFactory())

    assert seats.free(activity) == 1
    assert states(first, newcomer) == [E.WAITLISTED] * 2
    assert [first.place_in_line(), newcomer.place_in_line()] == [1, 2]


def test_4_an_expired_offer_passes_to_the_next_exactly_once_under_retry():
    activity, (first, second) = full(line=2)
    leave(seated(activity))

    with travel(NOON + 72 * HOUR):
        for _again in range(3):
            waiting.turn()

    assert states(first, second) == [E.EXPIRED, E.OFFERED]
    assert subjects(first.person) == [
        "Liste d’attente",
        "Place proposée",
        "Offre expirée",
    ]
    assert subjects(second.person) == ["Liste d’attente", "Place proposée"]


def test_5_no_offer_after_the_cutoff_nor_after_the_start():
    activity, (first,) = full(line=1)
    start = activity.sessions.order_by("starts_at").first().starts_at

    with travel(start - 24 * HOUR - 5 * HOUR):
        leave(seated(activity))
    with travel(start + HOUR):
        waiting.turn()

    assert states(first) == [E.WAITLISTED]
    assert seats.free(activity) == 1


def test_5_an_offer_never_goes_beyond_the_cutoff():
    activity, (first,) = full(line=1)
    start = activity.sessions.order_by("starts_at").first().starts_at

    with travel(start - 40 * HOUR):
        leave(seated(activity))

    first.refresh_from_db()
    assert first.offer_expires_at == start - 24 * HOUR


def test_6_cancelled_after_a_promotion_does_not_come_back_into_line():
    activity, (first, second) = full(line=2)
    leave(seated(activity))
    waiting.accept(Enrolment.objects.get(pk=first.pk), by=first.person)

    leave(Enrolment.objects.get(pk=first.pk))

    assert states(first, second) == [E.WITHDRAWN, E.OFFERED]
    assert list(activity.enrolments.in_line()) == []


def test_7_leaving_the_waiting_list_works():
    activity, (first, second) = full(line=2)

    leave(first)
    leave(seated(activity))

    assert states(first, second) == [E.WITHDRAWN, E.OFFERED]


def test_8_three_seats_more_are_three_offers():
    activity, waits = full(line=4)

    activities.resize(activity, capacity=4, by=activity.officer)

    assert states(*waits) == [E.OFFERED] * 3 + [E.WAITLISTED]
    assert seats.taken(activity) == 4


def test_9_the_same_organisation_by_a_secondary_affiliation_is_detected():
    activity, (first, second) = full(line=2, capacity=2, max_per_organisation=1)
    house = AffiliationFactory(person=seated(activity).person).organisation
    AffiliationFactory(person=first.person, is_primary=True)
    AffiliationFactory(person=first.person, organisation=house)

    leave(activity.enrolments.filter(state=E.CONFIRMED).last())

    assert states(first, second) == [E.WAITLISTED, E.OFFERED]
    assert waiting.line(activity) == [(first, Skipped.ORGANISATION)]


def test_an_affiliation_that_ended_counts_no_more():
    activity, (first,) = full(line=1, capacity=2, max_per_organisation=1)
    past = AffiliationFactory(
        person=seated(activity).person, starts_on="2020-01-01", ends_on="2026-06-30"
    )
    AffiliationFactory(person=first.person, organisation=past.organisation)

    leave(activity.enrolments.filter(state=E.CONFIRMED).last())

    assert states(first) == [E.OFFERED]


def test_a_colleague_waits_although_seats_are_free_and_stops_nobody():
    activity = ActivityFactory(capacity=3, sessions=1, max_per_organisation=1)
    house = AffiliationFactory().organisation
    colleagues = AffiliationFactory.create_batch(2, organisation=house)
    seat, waits = (
        enrolments.register(activity, person=one.person) for one in colleagues
    )

    stranger = enrolments.register(activity, person=PersonFactory())

    assert states(seat, waits, stranger) == [E.CONFIRMED, E.WAITLISTED, E.CONFIRMED]
    leave(seat)
    assert states(waits) == [E.OFFERED]


def test_whoever_joined_the_team_is_skipped_in_a_sealed_room():
    cycle = PracticeCycleFactory(capacity=1, sessions=1)
    seat, first, second = (
        enrolments.register(cycle, person=PersonFactory()) for _n in range(3)
    )
    RoleFactory(person=first.person)

    leave(seat)

    assert states(first, second) == [E.WAITLISTED, E.OFFERED]


def sealed_offer():
    """A seat of a sealed room that is offered to the first of two in line."""
    cycle = PracticeCycleFactory(capacity=1, sessions=1)
    seat, first, second = (
        enrolments.register(cycle, person=PersonFactory()) for _n in range(3)
    )
    leave(seat)
    return [Enrolment.objects.get(pk=one.pk) for one in (first, second)]


@pytest.mark.parametrize(
    "verb", [waiting.accept, waiting.admit], ids=["by oneself", "by an officer"]
)
def test_nobody_of_the_team_enters_a_sealed_room_by_an_offer(verb):
    first, _second = sealed_offer()
    RoleFactory(person=first.person)

    with pytest.raises(MoveBlocked, match="équipe"):
        verb(first, by=first.person)

    assert states(first) == [E.OFFERED]


def test_no_officer_offers_a_seat_of_a_sealed_room_to_the_team():
    cycle = PracticeCycleFactory(capacity=1, sessions=1)
    seat, first = (enrolments.register(cycle, person=PersonFactory()) for _n in "ab")
    with travel(NOON.replace(hour=23)):
        leave(seat)
    RoleFactory(person=first.person)

    with pytest.raises(MoveBlocked, match="équipe"):
        waiting.offer(Enrolment.objects.get(pk=first.pk), by=cycle.officer)

    assert states(first) == [E.WAITLISTED]


def test_a_closed_account_takes_no_seat_by_its_link():
    first, _second = offered()
    first.person.is_active = False
    first.person.save(update_fields=["is_active"])

    with pytest.raises(MoveBlocked, match="compte"):
        waiting.accept(first, by=first.person)

    assert states(first) == [E.OFFERED]


@pytest.mark.parametrize("count", [1, 3])
def test_the_line_of_a_sealed_room_asks_once_who_is_of_the_team(
    count, django_assert_num_queries
):
    cycle = PracticeCycleFactory(capacity=1, sessions=1)
    for _n in range(count + 1):
        enrolments.register(cycle, person=PersonFactory())
    RoleFactory(person=cycle.enrolments.in_line().last().person)

    with django_assert_num_queries(2):  # the line, the team
        rows = waiting.line(cycle)

    assert [why for _one, why in rows][-1] == Skipped.STAFF
    assert len(rows) == count


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
def offered():
    activity, (first, second) = full(line=2)
    leave(seated(activity))
    return Enrolment.objects.get(pk=first.pk), second


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

    assert states(first, second) == [E.CANCELLED] * 2
    assert subjects(second.person)[-1] == "Demande annulée"
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
