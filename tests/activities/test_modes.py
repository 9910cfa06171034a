"""How one comes in, by the mode of the activity; and what stands in the way, in words."""

from datetime import timedelta

import pytest

from agency.activities.choices import REVIEWED, RuleForce, RuleSubject
from agency.activities.models import Enrolment
from agency.activities.services import enrolments, review, waiting
from agency.activities.services.enrolments import Refusal, RegistrationRefused, register
from agency.activities.states import EnrolmentState, InvitationState
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    CharterFactory,
    EligibilityRuleFactory,
    EnrolmentFactory,
    InvitationFactory,
    PracticeCycleFactory,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
    ProfessionFactory,
)

pytestmark = pytest.mark.django_db
E = EnrolmentState
DAY = timedelta(days=1)


def refused(activity, person, **kwargs):
    """The refusal that registering raises; nothing is written."""
    before = (Enrolment.objects.count(), OutgoingEmail.objects.count())
    with pytest.raises(RegistrationRefused) as error:
        register(activity, person=person, **kwargs)
    assert (Enrolment.objects.count(), OutgoingEmail.objects.count()) == before
    return error.value.refusal


def letters(person):
    sent = OutgoingEmail.objects.filter(person=person).order_by("pk")
    return [
        template.rpartition("/")[2]
        for template in sent.values_list("template", flat=True)
    ]


# --- A request, decided on by somebody --------------------------------------
@pytest.mark.parametrize("mode", ["approval", "application"])
def test_request_is_no_registration_and_holds_no_seat(mode):
    activity = ActivityFactory(registration_mode=mode, capacity=1, sessions=1)
    first, second = PersonFactory(), PersonFactory()

    one, two = register(activity, person=first), register(activity, person=second)

    # As many requests as people: seats are given when they are decided on.
    assert [one.state, two.state] == [E.UNDER_REVIEW, E.UNDER_REVIEW]
    assert not activity.enrolments.holding().exists()
    assert letters(first) == ["request_received"]
    subject = OutgoingEmail.objects.get(person=first).subject
    assert subject.startswith("Demande reçue")
    assert "pas encore une inscription" in subject
    assert not one.participations.exists()


def test_accepted_request_is_confirmed_at_once_without_a_charter():
    activity = ActivityFactory(registration_mode="approval", sessions=2)
    one = EnrolmentFactory(activity=activity, under_review=True)

    review.retain(one, by=activity.officer)

    assert one.state == E.CONFIRMED
    assert one.participations.expected().count() == 2
    assert letters(one.person) == ["enrolment_confirmed"]


def test_more_requests_are_not_accepted_than_there_are_seats():
    activity = ActivityFactory(registration_mode="approval", capacity=1, sessions=1)
    one, two = EnrolmentFactory.create_batch(2, activity=activity, under_review=True)
    review.retain(one, by=activity.officer)

    with pytest.raises(MoveBlocked):
        review.retain(two, by=activity.officer)

    two.refresh_from_db()
    assert two.state == E.UNDER_REVIEW
    assert letters(two.person) == []


def test_refusal_wants_a_reason_that_the_person_reads():
    activity = ActivityFactory(registration_mode="approval")
    one = EnrolmentFactory(activity=activity, under_review=True)

    with pytest.raises(MoveBlocked):
        review.refuse(one, by=activity.officer, reason="  ")
    review.refuse(one, by=activity.officer, reason="Le groupe vise une autre étape.")

    assert (one.state, one.refusal_reason) == (
        E.REFUSED,
        "Le groupe vise une autre étape.",
    )
    email = OutgoingEmail.objects.get(person=one.person)
    assert "Le groupe vise une autre étape." in email.text
    # Written once, to the person: the journal keeps the fact and not the words.
    entry = JournalEntry.objects.about(one).get(action="refuse")
    assert "étape" not in str(entry.data)


def test_refused_candidate_may_ask_again():
    activity = ActivityFactory(registration_mode="approval")
    one = EnrolmentFactory(activity=activity, refused=True)

    again = register(activity, person=one.person)

    assert again.pk != one.pk
    assert again.state == E.UNDER_REVIEW


def test_request_put_in_line_is_offered_the_seat_that_frees_itself():
    activity = ActivityFactory(registration_mode="approval", capacity=1, sessions=1)
    seated = EnrolmentFactory(activity=activity, confirmed=True)
    one = EnrolmentFactory(activity=activity, under_review=True)
    noon = now().replace(hour=12)

    with travel(noon):
        review.shelve(one, by=activity.officer)
        enrolments.withdraw(seated, by=seated.person)

    one.refresh_from_db()
    assert one.state == E.OFFERED
    assert letters(one.person) == ["enrolment_waitlisted", "seat_offered"]


@pytest.mark.parametrize("service", [review.retain, review.shelve])
def test_request_is_decided_on_once(service):
    one = EnrolmentFactory(activity__registration_mode="approval", under_review=True)
    stale = Enrolment.objects.get(pk=one.pk)
    service(one, by=one.activity.officer)
    told = letters(one.person)

    with pytest.raises(MoveRefused):
        review.refuse(stale, by=one.activity.officer, reason="Trop tard.")

    one.refresh_from_db()
    assert one.state != E.REFUSED
    assert letters(one.person) == told


@pytest.mark.parametrize("mode", REVIEWED)
def test_officer_registers_without_a_review(mode):
    activity = ActivityFactory(registration_mode=mode, sessions=1)

    one = register(activity, person=PersonFactory(), by=activity.officer)

    assert one.state == E.CONFIRMED


# --- Asked, or appointed ------------------------------------------------------
@pytest.mark.parametrize(
    ("mode", "why"),
    [("invitation", Refusal.INVITED), ("cooptation", Refusal.SPONSORED)],
)
def test_nobody_comes_in_uninvited(mode, why):
    activity = ActivityFactory(registration_mode=mode, sessions=1)
    # An invitation to somebody else, and one to the same person elsewhere.
    person = PersonFactory()
    InvitationFactory(activity=activity, sent=True)
    InvitationFactory(email=person.email, sent=True)

    assert refused(activity, person) == why


def test_invited_person_gets_a_seat_and_the_invitation_is_used():
    activity = ActivityFactory(registration_mode="invitation", sessions=1)
    person = PersonFactory()
    invitation = InvitationFactory(activity=activity, email=person.email, sent=True)

    one = register(activity, person=person)

    invitation.refresh_from_db()
    assert (one.state, invitation.state) == (E.CONFIRMED, InvitationState.USED)


@pytest.mark.parametrize("state", ["proposed", "revoked", "declined"])
def test_invitation_that_does_not_stand_opens_nothing(state):
    activity = ActivityFactory(registration_mode="invitation")
    person = PersonFactory()
    InvitationFactory(activity=activity, email=person.email, state=state)

    assert refused(activity, person) == Refusal.INVITED


def test_proposed_person_is_reviewed_once_invited():
    activity = ActivityFactory(registration_mode="cooptation", sessions=1)
    person = PersonFactory()
    InvitationFactory(activity=activity, person=person, email=person.email, sent=True)

    assert register(activity, person=person).state == E.UNDER_REVIEW


def test_appointed_are_registered_by_the_agency_alone():
    activity = ActivityFactory(registration_mode="appointment", sessions=1)
    person = PersonFactory()

    assert refused(activity, person) == Refusal.APPOINTED
    assert register(activity, person=person, by=activity.officer).state == E.CONFIRMED


# --- Rules, and the exception that is written ---------------------------------
def test_blocking_rule_refuses_and_a_wish_does_not():
    trade, other = ProfessionFactory(), ProfessionFactory()
    activity = ActivityFactory(sessions=1)
    rule = EligibilityRuleFactory(activity=activity, professions=[trade])
    person = AffiliationFactory(profession=other).person

    assert refused(activity, person) == Refusal.NOT_ELIGIBLE

    rule.force = RuleForce.WARNING
    rule.save()
    assert register(activity, person=person).state == E.CONFIRMED


def test_invariant_10_override_needs_reason():
    trade = ProfessionFactory()
    activity = ActivityFactory(sessions=1)
    EligibilityRuleFactory(activity=activity, professions=[trade])
    person = PersonFactory()

    why = refused(activity, person, by=activity.officer)
    one = register(
        activity, person=person, by=activity.officer, exception="En reconversion."
    )

    assert why == Refusal.NO_REASON
    assert (one.state, one.exception) == (E.CONFIRMED, "En reconversion.")


def test_invariant_10_seat_given_to_a_colleague_needs_reason():
    house = OrganisationFactory()
    seated, other = AffiliationFactory.create_batch(2, organisation=house)
    activity = ActivityFactory(capacity=3, max_per_organisation=1, sessions=1)
    EnrolmentFactory(activity=activity, person=seated.person, confirmed=True)
    waits = EnrolmentFactory(activity=activity, person=other.person, waitlisted=True)

    with pytest.raises(MoveBlocked):
        waiting.admit(waits, by=activity.officer)
    waits.refresh_from_db()
    assert waits.state == E.WAITLISTED

    waiting.admit(waits, by=activity.officer, reason="Deux métiers bien distincts.")
    assert waits.state == E.CONFIRMED


def test_invariant_10_retained_colleague_needs_reason():
    house = OrganisationFactory()
    seated, other = AffiliationFactory.create_batch(2, organisation=house)
    activity = PracticeCycleFactory(
        max_per_organisation=1, registration_mode="application", sessions=1
    )
    EnrolmentFactory(activity=activity, person=seated.person, confirmed=True)
    asks = EnrolmentFactory(activity=activity, person=other.person, under_review=True)

    with pytest.raises(MoveBlocked):
        review.retain(asks, by=activity.officer)
    review.retain(asks, by=activity.officer, reason="Sites éloignés.")

    # A sealed room: theirs once they have said yes from their own account.
    assert asks.state == E.ACCEPTED


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
