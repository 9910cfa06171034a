"""Late entry, the time to sign, and out for a breach."""

from datetime import timedelta

import pytest

from agency.activities.choices import RuleSubject
from agency.activities.services import enrolments, review, waiting
from agency.activities.services.enrolments import Refusal, RegistrationRefused, register
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked
from tests.activities.factories import (
    ActivityFactory,
    CharterFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    InvitationFactory,
    PracticeCycleFactory,
)
from tests.activities.modes import E, letters, refused
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


# --- Late entry ----------------------------------------------------------------
def running(late):
    """A group that began a week ago; its second session is in eighteen days or so."""
    activity = ActivityFactory(sessions=2, late_entry_until_session=late)
    first, second = activity.sessions.order_by("number")
    first.starts_at, first.ends_at = now() - 7 * DAY, now() - 7 * DAY + DAY / 8
    first.save()
    activity.state = "running"
    activity.save()
    return activity, first, second


def test_running_group_is_joined_before_the_session_it_names():
    activity, _first, second = running(late=2)

    one = register(activity, person=PersonFactory())

    assert one.state == E.CONFIRMED
    # Expected at what is to come; what has been is not theirs.
    assert [p.session for p in one.participations.all()] == [second]

    with travel(second.starts_at):
        assert refused(activity, PersonFactory()) == Refusal.BEGUN


@pytest.mark.parametrize("late", [None, 1])
def test_running_group_without_late_entry_is_not_joined(late):
    activity, _first, _second = running(late=late)

    assert refused(activity, PersonFactory()) == Refusal.BEGUN


def test_seat_freed_while_late_entry_lasts_is_offered():
    activity, _first, _second = running(late=2)
    activity.capacity = 1
    activity.save()
    seated = EnrolmentFactory(activity=activity, confirmed=True)
    waits = EnrolmentFactory(activity=activity, waitlisted=True)

    with travel((now() + DAY).replace(hour=12)):
        enrolments.withdraw(seated, by=seated.person)

    waits.refresh_from_db()
    assert waits.state == E.OFFERED


# --- The charter, and the time to sign it ----------------------------------------
def test_seat_of_a_group_with_a_charter_waits_for_the_signature():
    activity = ActivityFactory(charter=CharterFactory(), sessions=2)

    one = register(activity, person=PersonFactory())

    assert one.state == E.ACCEPTED
    assert activity.enrolments.holding().count() == 1
    assert not one.participations.exists()
    assert letters(one.person) == ["charter_to_sign"]
    assert one.signature_due_at - now() < 7 * DAY


def test_unsigned_seat_goes_to_whoever_is_next():
    activity = ActivityFactory(charter=CharterFactory(), capacity=1, sessions=2)
    noon = now().replace(hour=12)
    with travel(noon):
        one = register(activity, person=PersonFactory())
        two = register(activity, person=PersonFactory())

    for _twice in range(2):
        with travel(noon + 7 * DAY):
            waiting.turn()

    one.refresh_from_db()
    two.refresh_from_db()
    assert [one.state, two.state] == [E.WAITLISTED, E.OFFERED]
    assert one.signature_due_at is None
    assert one.submitted_at > two.submitted_at
    assert letters(one.person) == ["charter_to_sign", "signature_lapsed"]


def test_seat_offered_to_somebody_who_waited_is_to_be_signed_for_too():
    activity = ActivityFactory(charter=CharterFactory(), sessions=1)
    one = EnrolmentFactory(activity=activity, offered=True)

    waiting.accept(one, by=one.person)

    assert one.state == E.ACCEPTED
    assert one.offer_expires_at is None
    assert not one.participations.exists()


def test_officer_puts_nobody_into_a_sealed_room():
    activity = PracticeCycleFactory(sessions=1)

    one = register(activity, person=PersonFactory(), by=activity.officer)

    assert one.state == E.ACCEPTED
    assert not one.participations.exists()


# --- Out, for a breach -------------------------------------------------------------
def test_exclusion_wants_a_reason_and_frees_the_seat():
    activity = ActivityFactory(capacity=1, sessions=1)
    one = EnrolmentFactory(activity=activity, confirmed=True)
    director = PersonFactory(direction=True)

    with pytest.raises(MoveBlocked):
        enrolments.exclude(one, by=director)
    enrolments.exclude(one, by=director, reason="Propos rapportés hors du groupe.")

    assert one.state == E.EXCLUDED
    assert letters(one.person) == ["enrolment_excluded"]
    assert not activity.enrolments.holding().exists()


def test_rule_of_another_activity_names_no_third_person():
    """What a candidate is told of their colleagues is that a seat is taken, no more."""
    house = OrganisationFactory()
    seated = AffiliationFactory(organisation=house, person__family_name="Zyeuteuse")
    other = AffiliationFactory(organisation=house)
    activity = ActivityFactory(sessions=1)
    EligibilityRuleFactory(activity=activity, subject=RuleSubject.DISTINCT_ORGANISATION)
    EnrolmentFactory(activity=activity, person=seated.person, confirmed=True)

    with pytest.raises(RegistrationRefused) as error:
        register(activity, person=other.person)

    assert error.value.refusal == Refusal.NOT_ELIGIBLE
    assert "Zyeuteuse" not in str(error.value)


# --- Nobody is passed over without a word ----------------------------------------
@pytest.mark.parametrize("verb", [waiting.offer, waiting.admit])
def test_whoever_came_first_is_passed_over_in_writing_alone(verb):
    activity = ActivityFactory(capacity=2, sessions=1)
    first, second = EnrolmentFactory.create_batch(2, activity=activity, waitlisted=True)

    with pytest.raises(MoveBlocked):
        verb(second, by=activity.officer)
    second.refresh_from_db()
    assert second.state == E.WAITLISTED

    verb(second, by=activity.officer, reason="La première ne répond pas.")
    assert second.state in (E.OFFERED, E.CONFIRMED)
    # In order, no word is needed.
    verb(first, by=activity.officer)


def test_request_is_not_accepted_over_whoever_waits_since_before():
    activity = ActivityFactory(registration_mode="approval", capacity=2, sessions=1)
    EnrolmentFactory(activity=activity, waitlisted=True, submitted_at=now() - DAY)
    asks = EnrolmentFactory(activity=activity, under_review=True)

    # At night nothing is offered: the seat is free, and somebody waits for it.
    with travel(now().replace(hour=23)), pytest.raises(MoveBlocked):
        review.retain(asks, by=activity.officer)

    asks.refresh_from_db()
    assert asks.state == E.UNDER_REVIEW


def test_person_without_an_address_is_invited_by_no_accident():
    activity = ActivityFactory(registration_mode="invitation", sessions=1)
    InvitationFactory(activity=activity, sent=True)
    person = PersonFactory(email=None)

    assert refused(activity, person) == Refusal.INVITED
