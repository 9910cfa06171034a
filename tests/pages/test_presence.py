"""The sessions of the morning: expected, excused, signed, locked; live on the day."""

from datetime import datetime, timedelta

import pytest

from agency.activities.choices import AttendanceWay, HalfDay
from agency.activities.services import attendance
from agency.core.clock import PARIS, travel
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    AttendanceSheetFactory,
    ConvocationFactory,
    EnrolmentFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
DESK = "/gestion/"
LIVE = "/gestion/presences/"


def at(hour, minute=0, day=26):
    return datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


@pytest.fixture
def nour():
    return PersonFactory(officer=True)


@pytest.fixture
def desk(client, nour):
    return client.sign_in(nour)


def gathering(nour, people=12, **fields):
    """A session of Thursday morning, its people in order."""
    fields = {"starts_at": at(9, 30), "ends_at": at(12, 30)} | fields
    fields.setdefault("activity", ActivityFactory(officer=nour, title="Médiation"))
    session = SessionFactory(**fields)
    found = ParticipationFactory.create_batch(people, session=session)
    return session, found


def signed(rows, half_day=HalfDay.MORNING, **fields):
    for row in rows:
        moment = at(9, 40)
        AttendanceFactory(
            participation=row,
            half_day=half_day,
            **{"signed_at": moment, "way": AttendanceWay.PRESSED} | fields,
        )


def states(page):
    rows = page.context["day"] + page.context["week"] + page.context["past"]
    return [row.state for row in rows]


# --- Before, during, after ------------------------------------------------------------
def test_a_session_to_come_says_who_is_expected_away_and_waits(desk, nour):
    with travel(at(8)):
        session, people = gathering(
            nour, 3, starts_at=at(9, 30, 28), ends_at=at(12, 30, 28)
        )
        people[0].state = "excused"
        people[0].save()
        EnrolmentFactory(activity=session.activity, waitlisted=True)
        page = desk.get(DESK)

        (row,) = page.context["week"]
        assert row.people == "2 attendu·es, 1 excusé·e, 1 en liste d’attente"
        assert row.state == ("À convoquer", "failed")
        assert row.url == f"/gestion/activities/session/{session.pk}/change/"
        assert "samedi 28\u00a0novembre" in page.text


def test_a_session_that_is_convened_says_so_and_leads_to_its_letters(desk, nour):
    with travel(at(8)):
        session, people = gathering(
            nour, 1, starts_at=at(9, 30, 28), ends_at=at(12, 30, 28)
        )
        letter = ConvocationFactory(convening__session=session, participation=people[0])
        page = desk.get(DESK)

        (row,) = page.context["week"]
        assert row.state == ("Convoquée", "confirmed")
        assert (
            f"/gestion/activities/convening/{letter.convening_id}/change/" in page.text
        )
        query = f"?activity__id__exact={session.activity_id}"
        assert f"/gestion/activities/enrolment/{query}" in page.text


def test_signatures_are_counted_while_it_runs(desk, nour):
    session, people = gathering(nour)
    signed(people[:9])

    with travel(at(10)):
        page = desk.get(DESK)
        (row,) = page.context["day"]

        assert row.state == ("9 signatures sur 12", "running")
        assert row.url == f"/gestion/activities/session/{session.pk}/presences/"
        assert desk.get(row.url).status_code == 200


def test_the_afternoon_is_signed_for_itself(desk, nour):
    _session, people = gathering(nour, ends_at=at(17))
    signed(people[:9])
    signed(people[:2], HalfDay.AFTERNOON)

    with travel(at(11)):
        assert states(desk.get(DESK)) == [("9 signatures sur 12", "running")]
    with travel(at(14)):
        assert states(desk.get(DESK)) == [("2 signatures sur 12", "running")]


def test_what_the_facilitator_noted_is_no_signature(desk, nour):
    _session, people = gathering(nour)
    signed(people[:4])
    signed(people[4:5], signed_at=None, way=AttendanceWay.NOTED)

    with travel(at(10)):
        assert states(desk.get(DESK)) == [("5 présent·es sur 12", "running")]


def test_a_sheet_waits_to_be_locked_then_says_who_came(desk, nour):
    session, people = gathering(nour)
    signed(people[:11])

    for day, shape in ((26, "submitted"), (27, "submitted"), (28, "failed")):
        with travel(at(14, 0, day)):
            assert states(desk.get(DESK)) == [("Feuille à verrouiller", shape)]
    AttendanceSheetFactory(session=session, locked=True)
    with travel(at(14, 0, 28)):
        page = desk.get(DESK)
        assert states(page) == [("Feuille verrouillée", "confirmed")]
        assert page.context["past"][0].people == "11 présent·es sur 12"
    with travel(at(14, 0, 4) + timedelta(days=30)):
        assert states(desk.get(DESK)) == []


def test_a_cancelled_session_is_not_awaited(desk, nour):
    gathering(nour, state="cancelled")

    with travel(at(8)):
        assert states(desk.get(DESK)) == []


def test_each_scope_has_its_own_sessions(desk, nour):
    other = PersonFactory(officer=True)
    gathering(nour, 1)
    gathering(other, 1, activity=ActivityFactory(officer=other, title="Production"))

    with travel(at(8)):
        assert "Production, séance" not in desk.get(DESK).text
        assert "Production, séance" in desk.get(f"{DESK}?pour=equipe").text
        assert "Médiation, séance" not in desk.get(f"{DESK}?pour={other.pk}").text


# --- Who may read what -------------------------------------------------------------------
def test_the_sheet_of_a_sealed_group_is_its_officers_alone(client, nour):
    cycle = PracticeCycleFactory(officer=nour)
    session, people = gathering(nour, 6, activity=cycle)
    signed(people[:5])
    for role in ("officer", "direction", "secretary"):
        client.sign_in(PersonFactory(**{role: True}))
        with travel(at(10)):
            page = client.get(f"{DESK}?pour=equipe")
            (row,) = page.context["day"]

            assert row.url == f"/gestion/activities/session/{session.pk}/change/"
            assert row.links == []
            assert row.state == ("5 signatures sur 6", "running")
            assert client.get(row.url).status_code == 200
        assert people[0].person.family_name not in page.text


@pytest.mark.parametrize("role", ["accountant", "disability_officer", "decider"])
def test_others_read_the_sessions_and_no_more(client, nour, role):
    session, people = gathering(nour, 3)
    people[0].state = "excused"
    people[0].save()

    with travel(at(8)):
        page = client.sign_in(PersonFactory(**{role: True})).get(DESK)

    (row,) = page.context["day"]
    assert (row.people, row.links) == ("2 attendu·es", [])
    assert row.url == f"/gestion/activities/session/{session.pk}/change/"


# --- Live -----------------------------------------------------------------------------
def seen(page):
    return f"{page.context['live_url']}&vu={page.context['seen']}"


def test_the_day_is_asked_again_and_says_nothing_when_nothing_moved(desk, nour):
    _session, people = gathering(nour)
    signed(people[:8])

    with travel(at(10)):
        page = desk.get(DESK)
        assert page.context["pace"] == 3
        assert 'hx-trigger="every 3s"' in page.text
        assert desk.get(seen(page)).status_code == 204
        attendance.sign(people[8], HalfDay.MORNING, by=nour)
        moved = desk.get(seen(page))

    assert moved.status_code == 200
    assert "9 signatures sur 12" in moved.text
    assert "<html" not in moved.text
    with travel(at(10)):
        assert desk.get(seen(moved)).status_code == 204


@pytest.mark.parametrize(
    ("hour", "pace"), [((8, 0), 60), ((8, 30), 3), ((12, 30), 3), ((12, 31), 0)]
)
def test_it_is_asked_often_from_an_hour_before_until_the_end(desk, nour, hour, pace):
    gathering(nour)

    with travel(at(*hour)):
        page = desk.get(DESK)

    assert page.context["pace"] == pace
    assert ("hx-get" in page.text) == bool(pace)


def test_the_beginning_is_news_by_itself(desk, nour):
    gathering(nour)
    with travel(at(8)):
        page = desk.get(DESK)

    with travel(at(8, 45)):
        assert desk.get(seen(page)).status_code == 200


def test_the_live_part_keeps_its_scope(desk, nour):
    other = PersonFactory(officer=True)
    gathering(nour, 1)
    gathering(other, 1, activity=ActivityFactory(officer=other, title="Production"))

    with travel(at(10)):
        for address in (DESK, f"{DESK}?pour={other.pk}", f"{DESK}?pour=equipe"):
            page = desk.get(address)
            part = desk.get(page.context["live_url"])
            assert [row.session for row in part.context["day"]] == [
                row.session for row in page.context["day"]
            ]
            assert desk.get(seen(page)).status_code == 204


@pytest.mark.parametrize(
    "day", [at(8, 0, 26), datetime(2026, 10, 25, 0, 30, tzinfo=PARIS)]
)
def test_today_ends_at_midnight_in_paris(desk, nour, day):
    midnight = day.replace(hour=0, minute=0) + timedelta(days=1)
    for start in (midnight - timedelta(minutes=1), midnight):
        gathering(nour, 1, starts_at=start, ends_at=start + timedelta(hours=2))

    with travel(day):
        page = desk.get(DESK)

    assert len(page.context["day"]) == len(page.context["week"]) == 1


# --- Many ----------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["officer", "direction"])
def test_as_many_questions_for_thirty_sessions_as_for_three(
    client, role, django_assert_max_num_queries
):
    person = PersonFactory(**{role: True})
    client.sign_in(person)
    counts = []
    for more in (3, 27):
        for n in range(more):
            day = 23 + n % 8
            start = at(10, 0, day)
            _session, people = gathering(
                person, 2, starts_at=start, ends_at=start + timedelta(hours=3)
            )
            signed(people[:1])
        with travel(at(11, 0, 25)):
            for address in (DESK, LIVE):
                client.get(address)
                with django_assert_max_num_queries(15) as asked:
                    page = client.get(address)
                counts.append(len(asked))

    assert counts[:2] == counts[2:]
    assert "autres séances" in client_page(client, at(11, 0, 25))
    assert page.status_code == 200


def client_page(client, moment):
    with travel(moment):
        return client.get(DESK).text
