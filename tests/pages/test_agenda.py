"""The agenda: a month as a grid, and date after date."""

from datetime import date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from agency.activities.states import ActivityState
from agency.core.clock import PARIS
from agency.pages import agenda
from tests.activities.factories import ActivityFactory, SessionFactory

pytestmark = pytest.mark.django_db

DECEMBER = date(2026, 12, 1)


def at(day, hour=9, month=12):
    return datetime(2026, month, day, hour, tzinfo=PARIS)


def session_on(day, hour=9, month=12, **fields):
    starts, ends = at(day, hour, month), at(day, hour + 1, month)
    fields.setdefault("activity", ActivityFactory(closes_at=None))
    return SessionFactory(starts_at=starts, ends_at=ends, **fields)


def test_grid_holds_whole_weeks_that_begin_on_monday():
    month = agenda.month(DECEMBER, AnonymousUser())

    assert [len(week) for week in month.weeks] == [7] * 5
    assert month.weeks[0][0].date == date(2026, 11, 30)
    assert month.weeks[0][0].out
    assert (month.previous, month.next) == (date(2026, 11, 1), date(2027, 1, 1))


def test_session_stands_on_its_day_in_paris():
    # Midnight of the first in Paris is still November in UTC.
    late = session_on(31, hour=22)
    early = session_on(1, hour=0)

    month = agenda.month(DECEMBER, AnonymousUser())

    assert [entry.session for entry in month.entries] == [early, late]
    assert [entry.day.day for entry in month.entries] == [1, 31]


def test_end_of_registration_is_a_date_too():
    activity = ActivityFactory(opens_at=None, closes_at=at(4, 18), title="Cycle : un")

    entry = agenda.month(DECEMBER, AnonymousUser()).entries[0]

    assert (entry.activity, entry.session) == (activity, None)
    assert entry.title == "Inscription \u00e0 \u00ab\u202fCycle : un\u202f\u00bb"


def test_draft_and_other_months_are_left_out():
    session_on(3, activity=ActivityFactory(state=ActivityState.DRAFT, closes_at=None))
    session_on(3, month=10)

    assert agenda.month(DECEMBER, AnonymousUser()).entries == []


@pytest.mark.parametrize("month", ["", "2026-12", "2026-13", "x", "0001-01", "9999-12"])
def test_any_month_in_the_address_has_a_page(client, month):
    assert client.get("/agenda/", {"mois": month}).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_agenda_makes_as_many_queries_whatever_its_dates(
    client, count, django_assert_max_num_queries
):
    for day in range(count):
        session_on(day + 5)

    with django_assert_max_num_queries(4):
        client.get("/agenda/", {"mois": "2026-12"})
