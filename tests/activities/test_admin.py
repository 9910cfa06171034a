"""The desk of the kernel: activities, sessions, enrolments, convening."""

import pytest

from agency.activities import kinds
from agency.activities.models import (
    Activity,
    ActivitySlug,
)
from agency.core.models import JournalEntry
from tests.activities.desk import ENROLMENTS, SESSIONS
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SeasonFactory,
    SessionFactory,
)
from tests.core.desk import form_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    session = SessionFactory(starts_in=15, activity__title="Groupe administration")
    ParticipationFactory(session=session, person__given_name="Rose")
    ParticipationFactory(session=session, person__email=None)
    return session


ACTIVITIES = "/gestion/activities/activity/"
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
