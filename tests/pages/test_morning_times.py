"""The lines of the morning: what is late, today, soon; their cost and their filters."""

from datetime import date, datetime, timedelta

import pytest

from agency.activities.models import Enrolment
from agency.core.clock import PARIS, today, travel
from agency.core.due import When, falling, when
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.pages.mornings import (
    DESK,
    TEAM,
    THURSDAY,
    ago,
    convened_in,
    lines,
    lived_in,
    over,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_afternoon():
    with travel(THURSDAY):
        yield


# --- How soon -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("away", "moment"),
    [
        (-1, When.LATE),
        (0, When.TODAY),
        (1, When.WEEK),
        (6, When.WEEK),
        (7, When.LATER),
    ],
)
def test_days_fall_into_four_moments(away, moment):
    assert when(today() + timedelta(days=away)) == moment


def test_what_has_no_day_is_for_later():
    assert when(None) == When.LATER


@pytest.mark.parametrize(
    "day", [date(2026, 11, 26), date(2026, 10, 25), date(2027, 3, 28)]
)
def test_a_day_begins_at_midnight_in_paris_on_a_clock_change_too(day):
    last = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=PARIS)
    first = datetime(day.year, day.month, day.day, tzinfo=PARIS)

    for moment in (first, last):
        with travel(moment):
            assert when(first) == when(last) == When.TODAY
            assert when(first - timedelta(seconds=1)) == When.LATE
    with travel(last + timedelta(seconds=1)):
        assert when(last) == When.LATE


@pytest.mark.parametrize(
    "day", [date(2026, 11, 26), date(2026, 10, 25), date(2027, 3, 28)]
)
def test_a_list_and_the_page_agree_at_midnight(day):
    start = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    activity = ActivityFactory(officer=PersonFactory(officer=True))
    seconds = (-1, 0, 3600 * 25, 3600 * 24 * 8)
    expires = [start + timedelta(seconds=one) for one in seconds]
    for moment in expires:
        EnrolmentFactory(activity=activity, offered=True, offer_expires_at=moment)

    for at in (start, start + timedelta(hours=22, minutes=59)):
        with travel(at):
            for moment in When:
                rows = Enrolment.objects.filter(falling("offer_expires_at", moment))
                told = [one for one in expires if when(one) == moment]
                assert sorted(rows.values_list("offer_expires_at", flat=True)) == told


def test_a_session_is_late_to_convene_from_seven_days_on(client):
    person = PersonFactory(officer=True)
    activity = ActivityFactory(officer=person)
    for days in (7, 8, 9, 15, 16, 21):
        convened_in(days, activity)
    client.sign_in(person)

    told = {(line.moment, line.count) for line in lines(client, DESK)}

    assert told == {
        (When.LATE, 1),
        (When.TODAY, 1),
        (When.WEEK, 1),
        (When.LATER, 2),
    }


def test_a_sheet_is_late_from_the_second_day_on(client):
    person = PersonFactory(officer=True)
    activity = ActivityFactory(officer=person, running=True)
    for days in (0, 1, 2):
        over(days, activity)
    # Of six months ago: nobody locks it in the morning.
    over(200, activity)

    # A commission whose members are not known here: there is no sheet.
    SessionFactory(
        activity=activity, starts_at=ago(days=5, hours=3), ends_at=ago(days=5)
    )

    told = [(line.moment, line.count) for line in lines(client.sign_in(person))]

    assert told == [(When.LATE, 1), (When.TODAY, 1), (When.WEEK, 1)]


def test_what_is_late_comes_first_and_says_so_by_word_and_shape(client):
    person = PersonFactory(officer=True)
    lived_in(person)

    shown = lines(client.sign_in(person), DESK)

    order = [list(When).index(line.moment) for line in shown]
    assert order == sorted(order)
    assert {line.shape for line in shown if line.moment == When.LATE} == {"late"}
    assert shown[0].moment == When.LATE


def test_many_lines_are_folded_below_the_first_ones(client):
    person = PersonFactory(officer=True)
    for _n in range(13):
        activity = ActivityFactory(officer=person)
        EnrolmentFactory(activity=activity, under_review=True)

    page = client.sign_in(person).get(DESK)

    (group,) = page.context["moments"]
    assert (len(group["shown"]), len(group["folded"])) == (5, 8)
    assert "8 autres lignes" in page.text


# --- The cost ---------------------------------------------------------------------------
@pytest.mark.slow
def test_the_page_asks_as_much_with_five_rows_as_with_fifty(
    client, django_assert_max_num_queries
):
    person = PersonFactory(direction=True)
    client.sign_in(person)
    counts = []
    for times in (1, 4):
        lived_in(PersonFactory(officer=True), times)
        lived_in(person, times)
        for address in (TEAM, f"{DESK}?pour={person.pk}"):
            client.get(address)
            with django_assert_max_num_queries(15) as asked:
                client.get(address)
            counts.append(len(asked))

    assert len(set(counts)) == 1, counts


# --- The filters of the lists -------------------------------------------------------------
def test_a_filter_of_the_morning_stands_in_the_list_only_when_asked_for(client):
    person = PersonFactory(officer=True, given_name="Nour", family_name="Haddad")
    convened_in(3, ActivityFactory(officer=person))
    convened_in(12, ActivityFactory(officer=person))
    convened_in(4, ActivityFactory())
    client.sign_in(person)
    sessions = "/gestion/activities/session/"

    asked = client.get(f"{sessions}?attend=convoquer.retard&pour={person.pk}")

    assert asked.context["cl"].result_count == 1
    assert "À convoquer, En retard" in asked.text
    assert "Nour Haddad" in asked.text
    assert "ce qui attend" not in client.get(sessions).text
    # What means nothing leaves nothing out.
    for query in ("?attend=rien", "?attend=", "?pour=n²", "?pour=999999"):
        assert client.get(sessions + query).context["cl"].result_count == 3
