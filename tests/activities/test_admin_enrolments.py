"""Batches, enrolments and meeting places on the desk."""

from datetime import timedelta

import pytest

from agency.activities.models import (
    Convening,
    Enrolment,
)
from agency.activities.services import convenings
from agency.activities.states import ConveningState, ConvocationState, EnrolmentState
from agency.core.clock import now
from agency.core.lifecycle import move
from agency.mail.models import OutgoingEmail
from tests.activities.desk import CONVENINGS, ENROLMENTS, SESSIONS, convene_url
from tests.activities.factories import (
    ActivityFactory,
    ConveningFactory,
    ConvocationFactory,
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
    VenueFactory,
)
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


@pytest.fixture
def session():
    session = SessionFactory(starts_in=15, activity__title="Groupe administration")
    ParticipationFactory(session=session, person__given_name="Rose")
    ParticipationFactory(session=session, person__email=None)
    return session


# --- Batches ---------------------------------------------------------------------
def test_a_batch_shows_its_result_person_by_person(desk, session):
    desk.post(convene_url(session), {"send": ""})
    batch = Convening.objects.get()

    page = desk.get(f"{CONVENINGS}{batch.pk}/change/")

    assert "2 lettres sur 2" in page.text
    assert page.text.count('href="/documents/') == 2
    assert f"{CONVENINGS}{batch.pk}/lettres/" in page.text  # one of the two is to print
    assert "hx-get" not in page.text


def test_a_batch_being_made_is_asked_for_again_and_answers_when_it_moved(desk):
    batch = ConveningFactory()
    ConvocationFactory.create_batch(2, convening=batch)
    page = desk.get(f"{CONVENINGS}{batch.pk}/change/")
    live = f"{CONVENINGS}{batch.pk}/etat/"

    assert f'hx-get="{live}?vu={page.context["seen"]}"' in page.text
    assert desk.get(live, {"vu": page.context["seen"]}).status_code == 204
    move(batch.convocations.first(), "fail", error="Panne", settled_at=now())
    answer = desk.get(live, {"vu": page.context["seen"]})
    assert "1 lettre sur 2" in answer.text
    assert "Panne" in answer.text


def test_failures_alone_are_tried_again(desk, session):
    ok, failed = session.participations.order_by("pk")
    batch = ConveningFactory(session=session, done=True)
    made = ConvocationFactory(convening=batch, participation=ok)
    convenings.make_one(made)
    row = ConvocationFactory(convening=batch, participation=failed)
    move(row, "fail", error="Panne", settled_at=now())
    letter = made.document

    page = desk.get(f"{CONVENINGS}{batch.pk}/change/").text
    desk.post(f"{CONVENINGS}{batch.pk}/etape/resume/")

    assert f"{CONVENINGS}{batch.pk}/etape/resume/" in page
    batch.refresh_from_db()
    made.refresh_from_db()
    assert batch.state == ConveningState.DONE
    assert made.document == letter
    assert not batch.convocations.filter(state=ConvocationState.FAILED).exists()


def test_a_batch_is_written_by_no_form(desk):
    batch = ConveningFactory()

    assert desk.get(f"{CONVENINGS}add/").status_code == 403
    desk.post(f"{CONVENINGS}{batch.pk}/change/", {"paragraph": "Autre"})
    batch.refresh_from_db()
    assert batch.paragraph == ""


# --- Enrolments ------------------------------------------------------------------
def test_the_list_of_one_activity_shows_its_room(desk):
    activity = ActivityFactory(title="Cycle plein", capacity=3)
    EnrolmentFactory.create_batch(2, activity=activity, confirmed=True)
    EnrolmentFactory(activity=activity, withdrawn=True)

    page = desk.get(ENROLMENTS, {"activity__id__exact": activity.pk}).text

    assert "2 places tenues sur 3" in page
    assert 'class="seats"' in page
    assert "places tenues" not in desk.get(ENROLMENTS).text


def test_the_list_says_where_people_come_from(desk):
    post = AffiliationFactory(
        organisation__name="Compagnie du Seuil", practising_since=now().year - 4
    )
    EnrolmentFactory(person=post.person, confirmed=True)

    page = desk.get(ENROLMENTS).text

    assert "Compagnie du Seuil" in page
    assert "4 ans" in page


def test_enrolments_are_found_by_name_without_accents(desk):
    EnrolmentFactory(person__family_name="Cissé", confirmed=True)
    EnrolmentFactory(confirmed=True)

    assert desk.get(ENROLMENTS, {"q": "cisse"}).context["cl"].result_count == 1


def test_an_officer_registers_somebody_through_the_service(desk, officer, stranger):
    activity = ActivityFactory(closes_at=now() - timedelta(days=1))

    answer = desk.post(
        f"{ENROLMENTS}inscrire/", {"activity": activity.pk, "person": stranger.pk}
    )

    enrolment = Enrolment.objects.get()
    assert enrolment.state == EnrolmentState.CONFIRMED
    assert OutgoingEmail.objects.get().person == stranger
    assert answer["Location"].endswith(f"?activity__id__exact={activity.pk}")


def test_whom_an_officer_registers_in_a_full_room_waits(desk, stranger):
    activity = ActivityFactory(capacity=1)
    EnrolmentFactory(activity=activity, confirmed=True)

    page = desk.post(
        f"{ENROLMENTS}inscrire/",
        {"activity": activity.pk, "person": stranger.pk},
        follow=True,
    )

    assert "est sur la liste d’attente" in page.text
    assert Enrolment.objects.get(person=stranger).is_waiting


def test_a_full_room_refuses_an_officer_too(desk, stranger):
    activity = ActivityFactory(capacity=1, waiting_list=False)
    EnrolmentFactory(activity=activity, confirmed=True)

    page = desk.post(
        f"{ENROLMENTS}inscrire/", {"activity": activity.pk, "person": stranger.pk}
    )

    assert page.status_code == 200
    assert "plus de place" in page.text
    assert Enrolment.objects.count() == 1


def test_a_form_without_person_says_which_answer_is_missing(desk):
    page = desk.post(f"{ENROLMENTS}inscrire/", {})

    assert set(page.context["form"].errors) == {"activity", "person"}
    assert "<title>Erreur" in page.text


def test_the_form_starts_with_the_activity_of_the_list(desk):
    activity = ActivityFactory(title="Groupe communication")

    page = desk.get(f"{ENROLMENTS}inscrire/", {"activity": activity.pk}).text

    assert "Groupe communication" in page


def test_an_enrolment_is_cancelled_by_its_service(desk, officer):
    enrolment = EnrolmentFactory(confirmed=True)

    desk.post(f"{ENROLMENTS}{enrolment.pk}/etape/cancel/", {"reason": "Doublon"})

    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.CANCELLED
    assert enrolment.ended_at
    assert OutgoingEmail.objects.filter(person=enrolment.person).exists()


def test_nobody_withdraws_in_the_name_of_a_person(desk):
    enrolment = EnrolmentFactory(confirmed=True)

    answer = desk.post(f"{ENROLMENTS}{enrolment.pk}/etape/withdraw/")

    assert answer.status_code == 404
    enrolment.refresh_from_db()
    assert enrolment.state == EnrolmentState.CONFIRMED


def test_an_enrolment_is_written_by_no_form(desk):
    enrolment = EnrolmentFactory(confirmed=True)

    assert desk.get(f"{ENROLMENTS}add/").status_code == 403
    page = desk.get(f"{ENROLMENTS}{enrolment.pk}/change/").text
    assert 'name="_save"' not in page


# --- Meeting places --------------------------------------------------------------
def test_a_meeting_place_leads_to_its_sessions(desk):
    venue = VenueFactory()
    here = SessionFactory(venue=venue)
    SessionFactory()
    url = f"{SESSIONS}?venue__id__exact={venue.pk}"

    assert url in desk.get(f"/gestion/activities/venue/{venue.pk}/change/").text
    assert list(desk.get(url).context["cl"].result_list) == [here]


def test_people_are_looked_up_by_name(desk):
    found = PersonFactory(given_name="Maïté", family_name="Iriarte")
    asked = {"app_label": "activities", "model_name": "facilitator"}

    rows = desk.get(
        "/gestion/autocomplete/", asked | {"field_name": "person", "term": "maite"}
    ).json()["results"]

    assert [row["id"] for row in rows] == [str(found.pk)]
