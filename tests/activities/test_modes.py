"""How one comes in, by the mode of the activity; and what stands in the way, in words."""

import pytest

from agency.activities.choices import REVIEWED, RuleForce
from agency.activities.models import Enrolment
from agency.activities.services import enrolments, review, waiting
from agency.activities.services.enrolments import Refusal, register
from agency.activities.states import InvitationState
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveBlocked, MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
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
    ProfessionFactory,
)

pytestmark = pytest.mark.django_db


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
