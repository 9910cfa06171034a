"""The page to register: its parts by mode, what is kept, two windows, two presses."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities.choices import RegistrationMode, SeatScope
from agency.activities.models import Application, Enrolment, Question
from agency.activities.services import enrolments, places
from agency.activities.states import EnrolmentState, ParticipationState
from agency.core.clock import now, travel
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    InvitationFactory,
    PracticeCycleFactory,
    QuestionFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
MOTIVATION = "Prendre du recul sur deux saisons de tournée."


def address(activity):
    return reverse("activities:enrolment-create", args=[activity.slug])


@pytest.fixture
def person(client):
    person = PersonFactory()
    client.force_login(person)
    return person


@pytest.fixture
def cycle():
    return PracticeCycleFactory(registration_mode=RegistrationMode.APPLICATION)


def by_session(*capacities, **fields):
    activity = ActivityFactory(seat_scope=SeatScope.SESSION, **fields)
    sessions = [SessionFactory(activity=activity, capacity=one) for one in capacities]
    return activity, sessions


# --- By mode -----------------------------------------------------------------
def test_a_request_says_who_reads_the_motivation(client, person, cycle):
    text = client.get(address(cycle)).text

    assert "Envoyer ma demande" in text
    said = f"Lu par {cycle.officer.full_name}, chargé·e de mission, et par personne"
    assert said in text
    assert "Ce que l’agence voit" in text


def test_a_request_is_reviewed_with_what_was_written(client, person, cycle):
    sent = {"motivation": MOTIVATION, "topic": "funding", "keep": "on"}

    answer = client.post(address(cycle), sent)

    enrolment = Enrolment.objects.get()
    assert answer["Location"] == enrolment.get_absolute_url()
    assert enrolment.state == EnrolmentState.UNDER_REVIEW
    assert enrolment.keep_for_next
    assert enrolment.application.motivation == MOTIVATION
    assert enrolment.application.topic == "funding"


def test_a_motivation_too_long_is_told_in_signs_and_kept(client, person, cycle):
    long = "a" * 1_512

    page = client.post(address(cycle), {"motivation": long, "topic": "funding"})

    assert "Il y a 1512 signes, 12 de trop." in page.text
    assert "<title>Erreur" in page.text
    assert long in page.text
    assert not Enrolment.objects.exists()


def test_an_open_activity_asks_no_motivation(client, person):
    text = client.get(address(ActivityFactory())).text

    assert 'name="motivation"' not in text
    assert 'name="keep"' not in text


def test_a_full_activity_names_the_waiting_list_on_its_button(client, person):
    activity = ActivityFactory(capacity=1)
    EnrolmentFactory(activity=activity, confirmed=True)

    assert "M’inscrire sur la liste d’attente" in client.get(address(activity)).text


def test_a_full_group_still_takes_requests_without_a_waiting_list(
    client, person, cycle
):
    cycle.capacity, cycle.waiting_list = 1, False
    cycle.save()
    EnrolmentFactory(activity=cycle, confirmed=True)

    client.post(address(cycle), {"motivation": MOTIVATION, "topic": "other"})

    state = person.enrolments.get().state
    assert state == EnrolmentState.UNDER_REVIEW


@pytest.mark.parametrize(
    "mode", [RegistrationMode.INVITATION, RegistrationMode.COOPTATION]
)
def test_only_who_is_invited_sees_the_form(client, person, mode):
    activity = ActivityFactory(registration_mode=mode)
    InvitationFactory(activity=activity, email="autre@example.org", sent=True)
    assert 'name="access"' not in client.get(address(activity)).text

    InvitationFactory(activity=activity, email=person.email, sent=True)

    assert 'name="access"' in client.get(address(activity)).text


def test_a_visitor_is_told_that_one_is_invited(client):
    activity = ActivityFactory(registration_mode=RegistrationMode.INVITATION)

    text = client.get(activity.get_absolute_url()).text

    assert "Vous avez reçu une invitation" in text
    assert address(activity) not in text


def test_late_entry_is_said_while_the_group_runs(client, person):
    activity = ActivityFactory(running=True, late_entry_until_session=2)
    SessionFactory(activity=activity, past=True)
    SessionFactory(activity=activity, starts_in=10)

    text = client.get(address(activity)).text

    assert "On peut encore y entrer avant la séance 2" in text


# --- Session by session ------------------------------------------------------
def test_each_date_says_what_is_left(client, person):
    activity, (_roomy, full) = by_session(3, 1)
    other = EnrolmentFactory(activity=activity, confirmed=True)
    places.choose(other, [full], by=other.person)

    text = client.get(address(activity)).text

    assert "3 places libres" in text
    assert "complet\u202f: liste d’attente" in text


def test_one_is_expected_at_the_dates_chosen_and_waits_where_it_is_full(client, person):
    activity, (roomy, full, _other) = by_session(3, 1, 3)
    before = EnrolmentFactory(activity=activity, confirmed=True)
    places.choose(before, [full], by=before.person)

    client.post(address(activity), {"sessions": [roomy.pk, full.pk]})

    mine = dict(person.participations.values_list("session", "state"))
    assert mine == {
        roomy.pk: ParticipationState.EXPECTED,
        full.pk: ParticipationState.WAITING,
    }


def test_every_date_is_one_box(client, person):
    activity, _sessions = by_session(3, 3)

    client.post(address(activity), {"every": "on"})

    assert person.participations.expected().count() == 2


def test_no_date_is_told_beside_the_dates(client, person):
    activity, _sessions = by_session(3, 3)

    page = client.post(address(activity), {})

    assert "Choisissez au moins une date." in page.text
    assert not Enrolment.objects.exists()


def test_a_full_date_without_a_waiting_list_is_not_offered(client, person):
    activity, (full, _roomy) = by_session(1, 3, waiting_list=False)
    before = EnrolmentFactory(activity=activity, confirmed=True)
    places.choose(before, [full], by=before.person)

    page = client.post(address(activity), {"sessions": [full.pk]})

    assert "disabled" in page.text
    assert not person.enrolments.exists()


def test_who_waits_for_a_date_can_withdraw(client, person):
    activity, (full, _other) = by_session(1, 3)
    before = EnrolmentFactory(activity=activity, confirmed=True)
    places.choose(before, [full], by=before.person)
    client.post(address(activity), {"sessions": [full.pk]})

    enrolments.withdraw(person.enrolments.get(), by=person)

    state = person.participations.get().state
    assert state == ParticipationState.CANCELLED


# --- Twice -------------------------------------------------------------------
def test_two_presses_register_once_and_say_so(client, person, cycle):
    sent = {"motivation": MOTIVATION, "topic": "funding"}

    answers = [client.post(address(cycle), sent) for _press in range(2)]

    assert Enrolment.objects.count() == Application.objects.count() == 1
    assert {one["Location"] for one in answers} == {
        Enrolment.objects.get().get_absolute_url()
    }


def test_a_second_window_that_says_something_else_is_not_lost(client, person, cycle):
    with travel(now() - timedelta(minutes=5)):
        client.post(address(cycle), {"motivation": MOTIVATION, "topic": "funding"})
    enrolment = Enrolment.objects.get()
    other = {"motivation": "Tout autre chose.", "topic": "funding"}

    page = client.post(address(cycle), other)

    assert page.status_code == 200
    assert "Une autre fenêtre a enregistré autre chose entre-temps." in page.text
    assert "Tout autre chose." in page.text
    assert enrolment.application.motivation == MOTIVATION
    assert reverse("activities:enrolment-change", args=[enrolment.uuid]) in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_registering_asks_as_much_whatever_the_questions(
    client, person, count, django_assert_max_num_queries
):
    activity = ActivityFactory()
    for _one in range(count):
        QuestionFactory(activity=activity)
    sent = {f"question_{one.pk}": "Oui" for one in Question.objects.all()}

    with django_assert_max_num_queries(MOST_ASKED):
        client.post(address(activity), sent)

    assert Enrolment.objects.get().answers.count() == count


# What a registration without questions asks, and five more: the questions, the answers
# there are and those written, the needs there are, the rules.
MOST_ASKED = 45
