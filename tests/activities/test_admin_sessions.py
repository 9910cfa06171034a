"""Sessions on the desk, and convening from there."""

from datetime import datetime

import pytest

from agency.activities.models import (
    Convening,
    Convocation,
    Session,
)
from agency.activities.states import ConvocationState
from agency.core.clock import PARIS, travel
from agency.mail.models import OutgoingEmail
from tests.activities.desk import CONVENINGS, SESSIONS, convene_url
from tests.activities.factories import (
    ActivityFactory,
    ConveningFactory,
    ConvocationFactory,
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.core.desk import form_of, texts

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


# --- Sessions --------------------------------------------------------------------
def session_data(activity, **more):
    """What an officer types for a new session, one empty point of the agenda below it."""
    return {
        "activity": activity.pk,
        "number": "1",
        "starts_at_0": "2027-01-15",
        "starts_at_1": "09:30",
        "ends_at_0": "2027-01-15",
        "ends_at_1": "12:30",
        "format": "onsite",
        "agenda_items-TOTAL_FORMS": "0",
        "agenda_items-INITIAL_FORMS": "0",
    } | more


def test_a_new_session_expects_everybody_confirmed(desk):
    enrolment = EnrolmentFactory(confirmed=True)
    EnrolmentFactory(activity=enrolment.activity, withdrawn=True)

    with travel(datetime(2026, 12, 1, 9, tzinfo=PARIS)):
        desk.post(f"{SESSIONS}add/", session_data(enrolment.activity))

    session = Session.objects.get()
    assert session.starts_at == datetime(2027, 1, 15, 9, 30, tzinfo=PARIS)
    assert [p.person for p in session.participations.expected()] == [enrolment.person]


def test_a_session_that_moves_tells_calendars(desk):
    session = SessionFactory()
    url = f"{SESSIONS}{session.pk}/change/"

    desk.post(url, form_of(desk, url) | {"room": "Salle haute"})

    session.refresh_from_db()
    assert (session.room, session.sequence) == ("Salle haute", 1)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"ends_at_1": "08:00"}, "ends_at", "La séance finit avant de commencer"),
        (
            {"starts_at_0": "2027-03-28", "starts_at_1": "02:30"},
            "starts_at",
            "n’existe pas",
        ),
        ({"starts_at_0": "hier"}, "starts_at", "date"),
    ],
)
def test_an_impossible_hour_is_told_beside_its_field(desk, typed, field, sentence):
    answer = desk.post(f"{SESSIONS}add/", session_data(ActivityFactory(), **typed))

    form = answer.context["adminform"].form
    assert sentence in form.errors[field][0]
    assert not form.non_field_errors()
    assert f'href="#id_{field}"' in answer.text
    assert "<title>Erreur" in answer.text
    assert not Session.objects.exists()


def test_a_session_stays_with_its_activity(desk):
    session, other = SessionFactory(), ActivityFactory()
    url = f"{SESSIONS}{session.pk}/change/"

    page = desk.get(url)
    desk.post(url, form_of(desk, url) | {"activity": other.pk, "room": "Salle 2"})

    assert "activity" not in page.context["adminform"].form.fields
    moved = Session.objects.get(pk=session.pk)
    assert (moved.activity, moved.room) == (session.activity, "Salle 2")


def test_a_new_session_takes_the_next_number(desk):
    activity = ActivityFactory(sessions=2)

    form = desk.get(f"{SESSIONS}add/", {"activity": activity.pk}).context["adminform"]

    assert form.form["number"].value() == 3


def test_sessions_to_convene_are_those_of_twenty_days(desk):
    soon, convened, far = (SessionFactory(starts_in=days) for days in (5, 6, 40))
    for session in (soon, convened, far):
        ParticipationFactory(session=session)
    batch = ConveningFactory(session=convened)
    ConvocationFactory(convening=batch, participation=convened.participations.get())

    page = desk.get(SESSIONS, {"quand": "a-convoquer"})

    assert list(page.context["cl"].result_list) == [soon]
    assert "À convoquer" in page.text


@pytest.mark.parametrize(("when", "count"), [("a-venir", 1), ("passees", 2), ("x", 3)])
def test_sessions_are_filtered_by_date(desk, when, count):
    SessionFactory(starts_in=5)
    SessionFactory.create_batch(2, past=True)

    assert desk.get(SESSIONS, {"quand": when}).context["cl"].result_count == count


# --- Convening -------------------------------------------------------------------
@pytest.fixture
def session():
    session = SessionFactory(starts_in=15, activity__title="Groupe administration")
    ParticipationFactory(session=session, person__given_name="Rose")
    ParticipationFactory(session=session, person__email=None)
    return session


def test_the_page_says_who_will_be_convened_and_how(desk, session):
    page = desk.get(convene_url(session))

    assert len(page.context["by_mail"]) == 1
    assert len(page.context["on_paper"]) == 1
    assert "2 personnes à convoquer" in page.text
    assert "Envoyer 2 convocations" in page.text
    assert not Convening.objects.exists()


def test_the_message_is_read_as_a_real_person_with_the_paragraph(desk, session):
    reader = session.participations.get(person__given_name="Rose")
    typed = {"paragraph": "Le parking est fermé.", "reader": reader.pk}

    page = desk.post(convene_url(session), typed | {"preview": ""})

    assert "Rose" in page.context["letter"].text
    assert "Le parking est fermé." in page.context["letter"].text
    assert not OutgoingEmail.objects.exists()
    assert not Convening.objects.exists()


def test_the_letter_is_read_before_it_is_sent(desk, session):
    reader = session.participations.get(person__given_name="Rose")
    url = f"{convene_url(session)}apercu/"

    typed = desk.post(url, {"reader": reader.pk, "paragraph": "Bonjour"})
    linked = desk.get(url, {"personne": reader.pk})

    assert typed["Content-Type"] == linked["Content-Type"] == "application/pdf"
    assert typed.content.startswith(b"%PDF")


@pytest.mark.parametrize("person", ["0", "x"])
def test_the_letter_of_nobody_is_no_page(desk, session, person):
    url = f"{convene_url(session)}apercu/"

    assert desk.get(url, {"personne": person}).status_code == 404


def test_one_button_convenes_everybody(desk, officer, session):
    answer = desk.post(convene_url(session), {"paragraph": "À bientôt", "send": ""})

    batch = Convening.objects.get()
    assert answer["Location"] == f"{CONVENINGS}{batch.pk}/change/"
    assert (batch.by, batch.paragraph) == (officer, "À bientôt")
    states = Convocation.objects.order_by("state").values_list("state", flat=True)
    assert list(states) == [ConvocationState.MADE, ConvocationState.PAPER]


def test_a_second_press_convenes_nobody_twice(desk, session):
    for _press in range(2):
        answer = desk.post(convene_url(session), {"send": ""}, follow=True)

    assert Convening.objects.count() == 1
    assert "convoqué" in texts(answer)[0]
    assert OutgoingEmail.objects.count() == 1


def test_a_paragraph_too_long_is_kept_and_told(desk, session):
    page = desk.post(convene_url(session), {"paragraph": "x" * 1201, "send": ""})

    assert page.context["form"].errors["paragraph"]
    assert not Convening.objects.exists()


def test_a_session_that_is_over_convenes_nobody(desk):
    over = SessionFactory(past=True)
    ParticipationFactory(session=over)

    page = desk.get(convene_url(over)).text

    assert 'name="send"' not in page
    desk.post(convene_url(over), {"send": ""})
    assert not Convening.objects.exists()


@pytest.mark.parametrize("role", ["accountant", "superuser", "stranger"])
def test_others_convene_nobody(client, request, session, role):
    client.sign_in(request.getfixturevalue(role))

    assert client.post(convene_url(session), {"send": ""}).status_code == 403
    assert client.get(f"{convene_url(session)}apercu/").status_code == 403


def test_the_page_of_a_session_offers_to_convene(desk, session):
    page = desk.get(f"{SESSIONS}{session.pk}/change/").text

    assert convene_url(session) in page
    desk.post(convene_url(session), {"send": ""})
    page = desk.get(f"{SESSIONS}{session.pk}/change/").text
    assert f"{CONVENINGS}{Convening.objects.get().pk}/change/" in page


@pytest.mark.parametrize("state", ["cancelled", "postponed"])
def test_a_session_that_does_not_take_place_is_only_read(desk, state):
    session = SessionFactory(activity=ActivityFactory(), state=state)

    page = desk.get(f"{SESSIONS}{session.pk}/change/").text
    desk.post(f"{SESSIONS}{session.pk}/change/", {"title": "Autre titre"})

    session.refresh_from_db()
    assert 'name="starts_at_0"' not in page
    assert 'name="_save"' not in page
    assert "Attendu" not in page
    assert session.title != "Autre titre"
