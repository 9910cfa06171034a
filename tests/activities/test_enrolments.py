"""Registering, withdrawing, being cancelled: seats, states, messages."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from agency.activities.choices import RegistrationMode
from agency.activities.models import Enrolment
from agency.activities.sealed_rooms import hinders_role
from agency.activities.services import enrolments, seats
from agency.activities.services.enrolments import Refusal, RegistrationRefused
from agency.activities.services.expected import expect
from agency.activities.states import ActivityState, EnrolmentState
from agency.core.clock import now, travel
from agency.core.lifecycle import MoveRefused
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people.choices import RoleName
from agency.people.services.accounts import Refused
from agency.people.services.roles import give_role
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


def open_activity(**fields):
    return ActivityFactory(state=ActivityState.OPEN, **fields)


def test_register_confirms_and_says_so():
    activity = open_activity(capacity=15)
    session = SessionFactory(activity=activity)
    person = PersonFactory()

    enrolment = enrolments.register(activity, person=person)

    assert enrolment.state == EnrolmentState.CONFIRMED
    assert enrolment.confirmed_at is not None
    assert list(enrolment.participations.values_list("session", flat=True)) == [
        session.pk
    ]
    email = OutgoingEmail.objects.get()
    assert email.to == person.email
    assert email.subject.startswith("Inscription confirmée")
    assert email.attachments.get().mimetype == "text/calendar"
    actions = JournalEntry.objects.about(enrolment).order_by("seq")
    assert [entry.action for entry in actions] == ["submit", "confirm"]


def test_form_sent_twice_registers_once():
    activity = open_activity(capacity=1)
    person = PersonFactory()

    first = enrolments.register(activity, person=person)
    second = enrolments.register(activity, person=person)

    assert first == second
    assert Enrolment.objects.count() == 1
    assert OutgoingEmail.objects.count() == 1


def test_last_seat_taken_refuses_the_next_person():
    activity = open_activity(capacity=1, waiting_list=False)
    enrolments.register(activity, person=PersonFactory())

    with pytest.raises(RegistrationRefused) as refused:
        enrolments.register(activity, person=PersonFactory())

    assert refused.value.refusal == Refusal.FULL
    assert seats.taken(activity) == 1
    assert seats.free(activity) == 0


def test_without_capacity_everybody_comes_in():
    activity = open_activity(capacity=None)

    for _one in range(3):
        enrolments.register(activity, person=PersonFactory())

    assert seats.taken(activity) == 3
    assert seats.free(activity) is None


def test_window_includes_the_second_it_opens_and_excludes_the_second_it_closes():
    opens, closes = now(), now() + timedelta(days=1)
    activity = open_activity(opens_at=opens, closes_at=closes)
    second = timedelta(seconds=1)

    with travel(opens - second):
        assert enrolments.refusal(activity) == Refusal.TOO_EARLY
    with travel(opens):
        assert enrolments.refusal(activity) is None
    with travel(closes - second):
        assert enrolments.refusal(activity) is None
    with travel(closes), pytest.raises(RegistrationRefused) as refused:
        enrolments.register(activity, person=PersonFactory())
    assert refused.value.refusal == Refusal.TOO_LATE


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (ActivityState.DRAFT, Refusal.NOT_OPEN),
        (ActivityState.ANNOUNCED, Refusal.TOO_EARLY),
        (ActivityState.CLOSED, Refusal.TOO_LATE),
        (ActivityState.RUNNING, Refusal.BEGUN),
        (ActivityState.COMPLETED, Refusal.OVER),
        (ActivityState.CANCELLED, Refusal.CANCELLED),
    ],
)
def test_only_an_open_activity_takes_people(state, why):
    activity = ActivityFactory(state=state)

    assert enrolments.refusal(activity) == why


def test_activity_without_registration_takes_nobody():
    activity = open_activity(registration_mode=RegistrationMode.NONE)

    assert enrolments.refusal(activity) == Refusal.NO_REGISTRATION


def test_officer_registers_somebody_after_the_window_but_never_beyond_the_seats():
    activity = ActivityFactory(
        state=ActivityState.CLOSED, capacity=1, waiting_list=False
    )
    officer = PersonFactory(officer=True)

    enrolment = enrolments.register(activity, person=PersonFactory(), by=officer)

    assert enrolment.state == EnrolmentState.CONFIRMED
    with pytest.raises(RegistrationRefused):
        enrolments.register(activity, person=PersonFactory(), by=officer)


def test_person_who_may_not_sign_in_is_not_registered():
    activity = open_activity()

    with pytest.raises(RegistrationRefused) as refused:
        enrolments.register(activity, person=PersonFactory(is_active=False))

    assert refused.value.refusal == Refusal.ACCOUNT


def test_withdraw_frees_the_seat_and_keeps_the_past():
    activity = open_activity(capacity=1)
    past = SessionFactory(activity=activity, number=1, starts_in=-10)
    coming = SessionFactory(activity=activity, number=2, starts_in=10)
    enrolment = EnrolmentFactory(activity=activity, confirmed=True)
    expect(enrolment, sessions=[past, coming])

    enrolments.withdraw(enrolment, by=enrolment.person)

    assert seats.free(activity) == 1
    states = dict(enrolment.participations.values_list("session__number", "state"))
    assert states == {1: "expected", 2: "cancelled"}


def test_withdraw_twice_is_refused():
    enrolment = EnrolmentFactory(confirmed=True)
    stale = Enrolment.objects.get(pk=enrolment.pk)
    enrolments.withdraw(enrolment, by=enrolment.person)

    with pytest.raises(MoveRefused):
        enrolments.withdraw(stale, by=enrolment.person)


def test_withdrawn_person_may_come_back():
    activity = open_activity(capacity=1)
    session = SessionFactory(activity=activity)
    person = PersonFactory()
    enrolments.withdraw(enrolments.register(activity, person=person), by=person)

    again = enrolments.register(activity, person=person)

    assert again.state == EnrolmentState.CONFIRMED
    assert session.participations.get().state == "expected"
    assert session.participations.get().enrolment == again


def test_cancel_tells_the_person():
    enrolment = EnrolmentFactory(confirmed=True)
    officer = PersonFactory(officer=True)

    enrolments.cancel(enrolment, by=officer, reason="double")

    assert enrolment.state == EnrolmentState.CANCELLED
    email = OutgoingEmail.objects.get()
    assert email.to == enrolment.person.email
    assert email.subject.startswith("Inscription annulée")
    entry = JournalEntry.objects.about(enrolment).first()
    assert (entry.action, entry.by, entry.data["reason"]) == (
        "cancel",
        officer,
        "double",
    )


def test_person_without_an_address_is_registered_and_not_written_to():
    activity = open_activity()

    enrolment = enrolments.register(activity, person=PersonFactory(email=None))

    assert enrolment.state == EnrolmentState.CONFIRMED
    assert not OutgoingEmail.objects.exists()


def test_nobody_of_the_team_joins_a_sealed_room():
    cycle = PracticeCycleFactory()

    for trait in ("officer", "superuser"):
        with pytest.raises(RegistrationRefused) as refused:
            enrolments.register(cycle, person=PersonFactory(**{trait: True}))
        assert refused.value.refusal == Refusal.STAFF
    assert enrolments.register(cycle, person=PersonFactory())


def test_nobody_of_the_team_leads_a_sealed_room():
    officer = PersonFactory(officer=True)

    with pytest.raises(ValidationError, match="scell"):
        FacilitatorFactory.build(
            activity=PracticeCycleFactory(), person=officer
        ).full_clean()
    FacilitatorFactory.build(activity=ActivityFactory(), person=officer).full_clean()


@pytest.mark.parametrize("way", ["takes part", "leads"])
def test_whoever_is_in_a_sealed_room_is_hindered_from_a_role(way):
    person, cycle = PersonFactory(), PracticeCycleFactory()
    assert hinders_role(person) is None

    if way == "leads":
        FacilitatorFactory(activity=cycle, person=person)
    else:
        EnrolmentFactory(activity=cycle, person=person, confirmed=True)

    assert "est dans un groupe scellé" in hinders_role(person)
    assert cycle.title not in hinders_role(person)


def test_sealed_kind_cannot_be_unsealed():
    cycle = PracticeCycleFactory()

    cycle.confidentiality = "public"
    cycle.save()

    cycle.refresh_from_db()
    assert cycle.sealed


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (ActivityState.COMPLETED, Refusal.OVER),
        (ActivityState.CANCELLED, Refusal.CANCELLED),
    ],
)
def test_not_even_an_officer_registers_for_what_is_over(state, why):
    activity = ActivityFactory(state=state)

    with pytest.raises(RegistrationRefused) as refused:
        enrolments.register(
            activity, person=PersonFactory(), by=PersonFactory(officer=True)
        )
    assert refused.value.refusal == why


def test_role_is_refused_to_whoever_is_in_a_sealed_room():
    enrolment = EnrolmentFactory(activity=PracticeCycleFactory(), confirmed=True)

    with pytest.raises(Refused, match="scell"):
        give_role(enrolment.person, RoleName.OFFICER, by=PersonFactory(direction=True))
    enrolments.withdraw(enrolment, by=enrolment.person)
    give_role(enrolment.person, RoleName.OFFICER, by=PersonFactory(direction=True))
