"""Needs of access and of meals: who reads them, and when they are gone."""

from datetime import timedelta

import pytest

from agency.activities.choices import NeedKind
from agency.activities.models import AccessNeed, Answer, Application
from agency.activities.services import retention
from agency.core.clock import now, travel
from tests.activities.factories import (
    AccessNeedFactory,
    ApplicationFactory,
    EnrolmentFactory,
    QuestionFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
ROOM = "/gestion/activities/accessneed/"
DAY = timedelta(days=1)
SECRET = "Une place pour un fauteuil"
STRANGERS = ("officer", "secretary", "direction", "accountant", "decider", "superuser")


@pytest.fixture
def need():
    return AccessNeedFactory(text=SECRET)


# --- Who reads ---------------------------------------------------------------
@pytest.mark.parametrize("role", STRANGERS)
def test_the_rest_of_the_house_reads_nothing(client, need, role):
    person = PersonFactory(**{role: True})
    client.sign_in(person)

    pages = [ROOM, f"{ROOM}?q=fauteuil", f"{ROOM}{need.pk}/change/"]
    answers = [client.get(url) for url in (*pages, f"{ROOM}exporter/csv/")]

    assert not AccessNeed.objects.visible_to(person).exists()
    assert all(SECRET not in one.text for one in answers)
    assert [one.status_code for one in answers[2:]] == [answers[2].status_code, 404]
    assert answers[2].status_code in (403, 404)


def test_the_officer_in_charge_reads_those_of_their_activities(client, need):
    other = AccessNeedFactory(text="Un chien d’assistance")
    client.sign_in(need.enrolment.activity.officer)

    page = client.get(ROOM)

    assert SECRET in page.text
    assert other.text not in page.text
    assert SECRET in client.get(f"{ROOM}{need.pk}/change/").text
    assert client.get(f"{ROOM}{other.pk}/change/").status_code == 404


def test_the_disability_officer_reads_all_of_them(client, need):
    other = AccessNeedFactory(text="Un chien d’assistance", kind=NeedKind.DIET)
    client.sign_in(PersonFactory(disability_officer=True))

    page = client.get(ROOM)

    assert SECRET in page.text
    assert other.text in page.text


def test_nobody_takes_the_list_away_nor_searches_it(client, need):
    client.sign_in(need.enrolment.activity.officer)

    page = client.get(ROOM)

    assert client.get(f"{ROOM}exporter/csv/").status_code == 404
    assert 'name="q"' not in page.text
    assert "exporter/" not in page.text


def test_the_next_date_comes_first(client, need):
    activity = need.enrolment.activity
    later = AccessNeedFactory(enrolment__activity__officer=activity.officer)
    SessionFactory(activity=later.enrolment.activity, starts_in=5)
    SessionFactory(activity=activity, starts_in=20)
    client.sign_in(activity.officer)

    rows = client.get(ROOM).context["cl"].result_list

    assert [one.pk for one in rows] == [later.pk, need.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_the_room_asks_a_constant_number_of_questions(
    client, count, django_assert_max_num_queries
):
    for _one in range(count):
        AccessNeedFactory()
    client.sign_in(PersonFactory(disability_officer=True))

    with django_assert_max_num_queries(12):
        client.get(ROOM)


def test_one_reads_ones_own_and_no_other_page_shows_it(client, need):
    enrolment = need.enrolment
    client.force_login(enrolment.person)
    assert SECRET in client.get(enrolment.get_absolute_url()).text

    client.sign_in(enrolment.activity.officer)
    page = client.get(f"/gestion/activities/enrolment/{enrolment.pk}/change/")
    assert SECRET not in page.text


# --- When they are gone ------------------------------------------------------
def left():
    return AccessNeed.objects.count()


def test_a_need_is_gone_thirty_days_after_the_last_session(need):
    SessionFactory(activity=need.enrolment.activity, starts_in=1)
    last = SessionFactory(activity=need.enrolment.activity, starts_in=60)
    SessionFactory(activity=need.enrolment.activity, starts_in=90, cancelled=True)

    with travel(last.ends_at + 29 * DAY):
        retention.forget()
        assert left() == 1
    with travel(last.ends_at + 31 * DAY):
        retention.forget()
        assert left() == 0


def test_a_need_is_gone_thirty_days_after_one_left(need):
    SessionFactory(activity=need.enrolment.activity, starts_in=200)
    gone = AccessNeedFactory(
        enrolment=EnrolmentFactory(activity=need.enrolment.activity, withdrawn=True)
    )

    with travel(now() + 31 * DAY):
        retention.forget()

    assert AccessNeed.objects.get() == need
    assert gone.pk != need.pk


def test_a_need_is_not_kept_for_want_of_a_date(need):
    with travel(now() + 31 * DAY):
        retention.forget()

    assert left() == 0


@pytest.mark.parametrize(("kept", "remain"), [(False, 0), (True, 1)])
def test_what_a_refused_candidate_wrote_goes_after_six_months(kept, remain):
    enrolment = EnrolmentFactory(refused=True, keep_for_next=kept)
    ApplicationFactory(enrolment=enrolment)
    question = QuestionFactory(activity=enrolment.activity)
    Answer.objects.create(enrolment=enrolment, question=question, value="Oui")
    running = ApplicationFactory()

    with travel(now() + 182 * DAY):
        retention.forget()
        assert Application.objects.count() == 2
    with travel(now() + 184 * DAY):
        retention.forget()
        retention.forget()

    assert Application.objects.exclude(pk=running.pk).count() == remain
    assert Answer.objects.count() == remain
