"""The desk of the kernel: activities, sessions, enrolments, convening."""

from datetime import datetime, timedelta

import pytest

from agency.activities import kinds
from agency.activities.models import (
    Activity,
    ActivitySlug,
    Convening,
    Convocation,
    Enrolment,
    Session,
)
from agency.activities.services import convenings
from agency.activities.states import ConveningState, ConvocationState, EnrolmentState
from agency.core.clock import PARIS, now
from agency.core.lifecycle import move
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    ConveningFactory,
    ConvocationFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SeasonFactory,
    SessionFactory,
    VenueFactory,
)
from tests.core.test_admin import form_of, texts
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db
ACTIVITIES = "/gestion/activities/activity/"
SESSIONS = "/gestion/activities/session/"
ENROLMENTS = "/gestion/activities/enrolment/"
CONVENINGS = "/gestion/activities/convening/"
CYCLES = "/gestion/programmes/practicecycle/"
GROUPS = "/gestion/groups/peergroup/"


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


# --- Activities ------------------------------------------------------------------
def test_a_new_activity_starts_with_its_kind(desk):
    page = desk.get(f"{ACTIVITIES}add/").text

    assert all(str(kind.label) in page for kind in kinds.every())
    assert f'href="{CYCLES}add/"' in page
    assert "ce qui s’y dit y reste" in page


def test_a_row_of_the_whole_list_leads_to_the_desk_of_its_kind(desk):
    cycle = PracticeCycleFactory()

    assert f"{CYCLES}{cycle.pk}/change/" in desk.get(ACTIVITIES).text
    answer = desk.get(f"{ACTIVITIES}{cycle.pk}/change/")
    assert answer["Location"] == f"{CYCLES}{cycle.pk}/change/"


@pytest.mark.parametrize("page", ["add/", "1/change/"])
def test_the_whole_list_opens_nothing_to_who_may_not(client, superuser, page):
    ActivityFactory(pk=1)

    assert client.sign_in(superuser).get(f"{ACTIVITIES}{page}").status_code == 403


@pytest.mark.parametrize(
    ("url", "capacity", "confidentiality"),
    [(CYCLES, 15, "sealed"), (GROUPS, 20, "public")],
)
def test_a_new_activity_comes_with_what_its_kind_knows(
    desk, officer, url, capacity, confidentiality
):
    season = SeasonFactory()

    form = desk.get(f"{url}add/").context["adminform"].form

    assert form["season"].value() == season.pk
    assert form["officer"].value() == officer.pk
    assert form["capacity"].value() == capacity
    assert form["confidentiality"].value() == confidentiality


def test_an_officer_makes_a_cycle(desk):
    SeasonFactory()
    data = form_of(desk, f"{CYCLES}add/") | {
        "title": "Produire et diffuser",
        "slug": "produire-et-diffuser",
        "season": SeasonFactory().pk,
        "summary": "Six séances entre pairs.",
        "practice_cycle-0-method": "Groupe Balint",
    }

    desk.post(f"{CYCLES}add/", data)

    cycle = Activity.objects.get(slug="produire-et-diffuser")
    assert (cycle.kind, cycle.state) == ("practice_cycle", "draft")
    assert cycle.practice_cycle.method == "Groupe Balint"


def test_only_staff_can_be_in_charge(desk, stranger, officer):
    choices = desk.get(f"{CYCLES}add/").context["adminform"].form.fields["officer"]

    assert officer in choices.queryset
    assert stranger not in choices.queryset


def test_an_address_that_changes_keeps_leading_to_its_activity(desk):
    activity = ActivityFactory(slug="ancienne")
    url = f"{GROUPS}{activity.pk}/change/"

    desk.post(url, form_of(desk, url) | {"slug": "nouvelle"})

    activity.refresh_from_db()
    assert activity.slug == "nouvelle"
    assert ActivitySlug.objects.get(slug="ancienne").activity == activity


def test_there_are_never_fewer_seats_than_are_held(desk):
    activity = ActivityFactory(capacity=3, title="Avant")
    EnrolmentFactory.create_batch(2, activity=activity, confirmed=True)
    url = f"{GROUPS}{activity.pk}/change/"
    typed = form_of(desk, url) | {"capacity": "1", "title": "Après"}

    page = desk.post(url, typed)

    form = page.context["adminform"].form
    assert "2 places sont déjà tenues" in form.errors["capacity"][0]
    assert 'href="#id_capacity"' in page.text
    activity.refresh_from_db()
    assert (activity.capacity, activity.title, activity.version) == (3, "Avant", 0)


@pytest.mark.parametrize(("typed", "seats"), [("2", 2), ("30", 30), ("", None)])
def test_seats_change_by_their_service(desk, officer, typed, seats):
    activity = ActivityFactory(capacity=3)
    EnrolmentFactory.create_batch(2, activity=activity, confirmed=True)
    url = f"{GROUPS}{activity.pk}/change/"

    assert desk.post(url, form_of(desk, url) | {"capacity": typed}).status_code == 302

    activity.refresh_from_db()
    assert (activity.capacity, activity.version) == (seats, 1)
    entry = JournalEntry.objects.about(activity).get(action="resize")
    assert (entry.by, entry.data) == (officer, {"seats": seats})


def test_an_activity_shows_its_sessions_and_its_enrolments(desk):
    activity = ActivityFactory(sessions=2)
    EnrolmentFactory(activity=activity, confirmed=True)

    page = desk.get(f"{GROUPS}{activity.pk}/change/").text

    assert page.count(SESSIONS) >= 3
    assert f"{SESSIONS}add/?activity={activity.pk}" in page
    assert f"{ENROLMENTS}?activity__id__exact={activity.pk}" in page


def test_an_activity_page_asks_a_constant_number_of_questions(
    desk, django_assert_max_num_queries
):
    activity = PracticeCycleFactory(sessions=3)
    url = f"{CYCLES}{activity.pk}/change/"
    desk.get(url)
    FacilitatorFactory(activity=activity)

    with django_assert_max_num_queries(15) as one:
        desk.get(url)
    FacilitatorFactory.create_batch(2, activity=activity)
    with django_assert_max_num_queries(15) as three:
        desk.get(url)

    assert len(one) == len(three)


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


def convene_url(session):
    return f"{SESSIONS}{session.pk}/convoquer/"


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


# --- Batches ---------------------------------------------------------------------
def test_a_batch_shows_its_result_person_by_person(desk, session):
    desk.post(convene_url(session), {"send": ""})
    batch = Convening.objects.get()

    page = desk.get(f"{CONVENINGS}{batch.pk}/change/")

    assert "2 lettres sur 2" in page.text
    assert page.text.count('href="/documents/') == 3  # one of the two is to print
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
