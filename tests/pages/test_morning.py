"""The officer's morning: what waits, what comes, what has left, what was done."""

import uuid
from datetime import datetime, timedelta

import pytest

from agency.activities.services import activities
from agency.activities.states import ActivityState
from agency.core import journal
from agency.core.clock import PARIS, now, travel
from agency.core.lifecycle import move
from agency.mail.models import OutgoingEmail
from agency.mail.states import EmailState
from agency.pages import morning
from agency.pages.morning import Sort, Thing
from tests.activities.factories import (
    ActivityFactory,
    ConveningFactory,
    ConvocationFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.documents.factories import issue
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
DESK = "/gestion/"
TEAM = f"{DESK}?pour=equipe"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=PARIS)


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def lines(response):
    return {line.title: line for line in response.context["lines"]}


def message(**fields):
    given = {"template": "t", "to": "x@y.example", "subject": "s", "created_at": now()}
    return OutgoingEmail.objects.create(**given | {"key": uuid.uuid4().hex} | fields)


# --- The greeting ------------------------------------------------------------------
def test_the_day_is_set_like_a_poster_above_a_greeting(client):
    client.sign_in(PersonFactory(officer=True, given_name="Nour"))

    with travel(MONDAY):
        page = client.get(DESK).text

    assert 'datetime="2026-11-23"' in page
    assert "Bonjour Nour" in page
    assert "Envois depuis vendredi" in page


def test_a_quiet_morning_says_so(desk):
    page = desk.get(DESK).text

    assert "Rien n’attend de décision." in page
    assert "Aucun courriel n’a été refusé." in page
    assert "Aucune séance dans les sept jours." in page
    assert "Rien n’est en fabrication." in page


@pytest.mark.parametrize(
    ("day", "since"), [(23, 20), (24, 23), (21, 20), (22, 20), (27, 26)]
)
def test_the_last_working_day_skips_the_week_end(day, since):
    with travel(MONDAY.replace(day=day)):
        assert morning.last_working_day().day == since


def awaited_at(session):
    return ParticipationFactory(session=session)


# --- What waits --------------------------------------------------------------------
def test_sessions_of_twenty_days_wait_to_be_convened(desk):
    for days in (3, 30):
        awaited_at(SessionFactory(starts_in=days))
    convened = awaited_at(SessionFactory(starts_in=4))
    ConvocationFactory(convening__session=convened.session, participation=convened)
    SessionFactory(starts_in=5)  # nobody is expected there

    line = lines(desk.get(TEAM))["Séance à convoquer"]

    assert (line.count, line.shape, line.word) == (1, "late", "séance dans 3 jours")
    assert desk.get(line.url).context["cl"].result_count == 1


def test_a_session_in_two_weeks_is_not_late_yet(desk):
    awaited_at(SessionFactory(starts_in=15))

    assert lines(desk.get(TEAM))["Séance à convoquer"].shape == "todo"


def test_drafts_and_closed_registrations_wait(desk):
    ActivityFactory.create_batch(4, draft=True)
    ActivityFactory(closed=True, title="Groupe complet")

    found = lines(desk.get(TEAM))

    assert found["Brouillons à annoncer"].count == 4
    assert found["Brouillons à annoncer"].detail.endswith("et d’autres")
    closed = found["Activité aux inscriptions closes"]
    assert closed.detail == "Groupe complet"
    assert desk.get(closed.url).context["cl"].result_count == 1


def test_what_failed_waits(desk):
    row = ConvocationFactory()
    move(row, "fail", error="Panne", settled_at=now())
    message(state=EmailState.FAILED)
    PersonFactory(email_refused_at=now())

    found = lines(desk.get(TEAM))

    assert found["Lettre en échec"].count == 1
    assert found["Courriel refusé"].count == 1
    assert found["Adresse à corriger"].count == 1
    for line in found.values():
        assert desk.get(line.url).status_code == 200


def test_the_sentence_counts_everything_that_waits(desk):
    ActivityFactory.create_batch(2, draft=True)
    awaited_at(SessionFactory(starts_in=10))

    assert "Trois choses attendent une décision." in desk.get(TEAM).text


def test_an_app_registers_its_own_things(desk, monkeypatch):
    monkeypatch.setattr(morning, "_loaders", [])
    for order, title in ((2, "Seconde"), (1, "Première")):
        thing = Thing(Sort(lambda n, title=title: title, DESK, "Bientôt"), "")
        morning.register(lambda user, thing=thing: [thing], order=order)
    morning.register(lambda user: [])

    assert list(lines(desk.get(DESK))) == ["Première", "Seconde"]


# --- What comes, what is made, what left -------------------------------------------------
def test_the_week_shows_its_sessions_and_who_is_convened(desk):
    session = SessionFactory(starts_in=3, activity__title="Groupe communication")
    ParticipationFactory.create_batch(2, session=session)
    SessionFactory(starts_in=9, activity__title="Plus tard")

    page = desk.get(TEAM)

    assert [row.session for row in page.context["week"]] == [session]
    assert "2 attendu·es" in page.text


def test_an_empty_week_says_when_the_next_session_is(desk):
    for days in (30, 9):
        session = SessionFactory(starts_in=days, activity__title=f"Dans {days} jours")

    page = desk.get(TEAM)

    assert page.context["next_session"] == session
    assert "La prochaine\u202f:" in page.text
    assert "Dans 9 jours, " in page.text


def test_batches_being_made_show_their_progress(desk):
    batch = ConveningFactory(session__activity__title="Groupe médiation")
    ConvocationFactory.create_batch(2, convening=batch)
    move(batch.convocations.first(), "fail", error="Panne", settled_at=now())

    page = desk.get(DESK).text

    assert 'max="2" value="1"' in page
    assert "1 erreur" in page


def test_the_outbox_is_counted_since_the_last_working_day(desk):
    long_ago = now() - timedelta(days=10)
    for moment in (long_ago, now()):
        message(created_at=moment, state=EmailState.SENT, sent_at=moment)
        message(created_at=moment, state=EmailState.FAILED)
        message(created_at=moment)

    outbox = desk.get(DESK).context["outbox"]

    # What waits is told however old it is.
    assert [outbox[key] for key in ("sent", "refused", "waiting")] == [1, 1, 2]


# --- What was done -----------------------------------------------------------------------
def test_an_officer_reads_their_own_last_gestures(desk, officer, direction):
    mine, other = ActivityFactory(draft=True), ActivityFactory(draft=True)
    activities.announce(mine, by=officer)
    activities.announce(other, by=direction)

    gestures = desk.get(DESK).context["gestures"]

    assert [gesture["about"].pk for gesture in gestures] == [mine.pk]


def test_direction_reads_those_of_everybody(client, officer, direction):
    activities.announce(ActivityFactory(draft=True), by=officer)
    client.sign_in(direction)

    (gesture,) = client.get(DESK).context["gestures"]

    assert (gesture["own"], gesture["what"]) == (False, "Annoncée")


def test_a_gesture_about_what_one_may_not_see_is_not_told(client, accountant):
    hidden = ActivityFactory(draft=True)
    journal.record(hidden, "change", by=accountant, fields=["title"])

    assert client.sign_in(accountant).get(DESK).context["gestures"] == []


def test_the_letters_of_a_batch_do_not_hide_the_gestures(desk, officer):
    activity = ActivityFactory(draft=True)
    activities.announce(activity, by=officer)
    for _letter in range(5):
        issue(by=officer)

    gestures = desk.get(DESK).context["gestures"]

    assert [gesture["about"].pk for gesture in gestures] == [activity.pk]


def test_a_list_taken_away_is_named_among_the_gestures(desk):
    PersonFactory()
    desk.get("/gestion/people/person/exporter/csv/")

    (gesture,) = desk.get(DESK).context["gestures"]

    assert gesture["what"] == "Liste exportée"
    assert gesture["about"].startswith("Personnes, ")


# --- Who sees what -------------------------------------------------------------------------
def test_an_accountant_decides_nothing_here(client, accountant):
    SessionFactory(starts_in=3)
    ActivityFactory(draft=True)

    page = client.sign_in(accountant).get(DESK)

    assert page.context["lines"] == []
    assert page.context["outbox"] is None
    assert "Convoquer une séance" not in page.text
    assert "En fabrication" not in page.text
    assert "Les séances à convoquer" not in page.text


def test_the_index_counts_what_one_may_see(client, accountant, officer):
    ActivityFactory(draft=True)
    ActivityFactory()

    def count(person):
        chapters = client.sign_in(person).get(DESK).context["index"]
        rows = {row["label"]: row["count"] for c in chapters for row in c["models"]}
        return rows["Activités"]

    assert (count(accountant), count(officer)) == (1, 2)


def test_the_page_asks_a_constant_number_of_questions(
    desk, officer, django_assert_max_num_queries
):
    counts = []
    for _round in range(2):
        for _row in range(2):
            session = SessionFactory(starts_in=3)
            ParticipationFactory(session=session)
            batch = ConveningFactory(session=SessionFactory(starts_in=5))
            ConvocationFactory(convening=batch)
            activity = ActivityFactory(draft=True)
            ActivityFactory(state=ActivityState.CLOSED)
            PersonFactory(email_refused_at=now())
        activities.announce(activity, by=officer)
        desk.get(TEAM)
        with django_assert_max_num_queries(15) as asked:
            desk.get(TEAM)
        counts.append(len(asked))

    assert counts[0] == counts[1]
