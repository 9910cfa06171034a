"""The waiting list: the invariants 1 to 9 of the reference (c7), each by its name."""

import pytest

from agency.activities.models import Enrolment
from agency.activities.services import (
    activities,
    enrolments,
    seats,
    waiting,
)
from agency.activities.services.enrolments import Refusal, RegistrationRefused
from agency.activities.services.waiting import Skipped
from agency.core.clock import travel
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    PracticeCycleFactory,
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
from tests.people.factories import AffiliationFactory, PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon():
    """A working day of winter, far from any night."""
    with travel(NOON):
        yield


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
