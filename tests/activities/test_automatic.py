"""Convening by itself: fifteen days before, by day, each person once or not at all."""

from datetime import datetime, timedelta

import pytest

from agency.activities.models import Convening, Convocation
from agency.activities.services import automatic, convenings
from agency.activities.services.expected import expect
from agency.activities.states import ConvocationState
from agency.celery import app
from agency.core.clock import PARIS, travel
from agency.core.models import JobRun
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
SESSIONS = "/gestion/activities/session/"
CONVENINGS = "/gestion/activities/convening/"
GROUPS = "/gestion/groups/peergroup/"
# A Friday; fifteen days before is a Thursday, 3 December.
STARTS = datetime(2026, 12, 18, 9, 30, tzinfo=PARIS)


def at(month, day, hour=12, minute=0):
    return travel(datetime(2026, month, day, hour, minute, tzinfo=PARIS))


@pytest.fixture
def session():
    return session_of(ActivityFactory(convene_automatically=True), people=2)


def session_of(activity, *, people=1, **changes):
    session = SessionFactory(activity=activity, **{"starts_at": STARTS} | changes)
    for _one in range(people):
        come(session)
    return session


def come(session, **person):
    enrolment = EnrolmentFactory(
        activity=session.activity, confirmed=True, person=PersonFactory(**person)
    )
    expect(enrolment, sessions=[session])
    return enrolment.person


@pytest.fixture
def beat(django_capture_on_commit_callbacks):
    """Run the job as beat does, and the tasks it rings."""

    def run():
        with django_capture_on_commit_callbacks(execute=True):
            return automatic.convene_due()

    return run


# --- When --------------------------------------------------------------------
def test_session_is_convened_on_the_fifteenth_day_before(session, beat):
    with at(12, 2, 21, 59):
        assert beat() == 0
    with at(12, 3, 8):
        assert beat() == 1

    batch = Convening.objects.get()
    assert (batch.session, batch.by, batch.state) == (session, None, "done")
    assert OutgoingEmail.objects.count() == 2


def test_activity_that_is_not_ticked_waits_for_its_officer(beat):
    session_of(ActivityFactory())

    with at(12, 10):
        assert beat() == 0


@pytest.mark.parametrize(("hour", "minute"), [(22, 0), (23, 30), (3, 0), (7, 59)])
def test_nobody_is_convened_at_night(session, beat, hour, minute):
    with at(12, 5, hour, minute):
        assert beat() == 0


def test_batch_that_the_night_overtakes_waits_for_the_morning(
    session, beat, django_capture_on_commit_callbacks
):
    with at(12, 3, 21, 59):
        automatic.convene_due()
    ids = list(Convocation.objects.values_list("pk", flat=True))
    with at(12, 3, 22, 1):
        convenings.make(Convening.objects.get().pk, ids)
        assert not OutgoingEmail.objects.exists()
    with at(12, 4, 8), django_capture_on_commit_callbacks(execute=True):
        convenings.sweep()

    assert OutgoingEmail.objects.count() == 2


def test_run_twice_late_or_after_a_day_away_convenes_each_once(session, beat):
    # Beat was down on the third.
    for moment in (at(12, 4, 9), at(12, 4, 9, 5), at(12, 7), at(12, 17)):
        with moment:
            beat()

    assert Convening.objects.count() == 1
    assert OutgoingEmail.objects.count() == 2


def test_two_that_run_at_once_convene_each_once(session, beat, monkeypatch):
    """Both have read that nobody is convened before either writes."""
    with at(12, 3):
        due = list(automatic.due())
        assert beat() == 1
        monkeypatch.setattr(automatic, "due", lambda: due)
        assert beat() == 0

    assert Convocation.objects.count() == 2


def test_nobody_is_convened_once_the_session_has_begun(session, beat):
    with travel(STARTS):
        assert beat() == 0
    with travel(STARTS - timedelta(minutes=1)):
        assert beat() == 1


def test_letters_of_workers_that_come_back_too_late_are_dropped(session, beat):
    with travel(STARTS - timedelta(hours=1)):
        automatic.convene_due()
    ids = list(Convocation.objects.values_list("pk", flat=True))
    with travel(STARTS + timedelta(minutes=1)):
        convenings.make(Convening.objects.get().pk, ids)

    states = set(Convocation.objects.values_list("state", flat=True))
    assert states == {ConvocationState.DROPPED}
    assert not OutgoingEmail.objects.exists()


def test_session_without_a_place_waits_for_it_until_the_seventh_day(beat):
    activity = ActivityFactory(convene_automatically=True)
    session_of(activity, venue=None)

    with at(12, 10, 21):
        assert beat() == 0
    with at(12, 11, 8):
        assert beat() == 1


def test_place_that_is_found_lets_the_letters_leave(beat):
    activity = ActivityFactory(convene_automatically=True)
    session = session_of(activity, venue=None)
    session.venue = SessionFactory().venue
    session.save()

    with at(12, 4):
        assert beat() == 1


def test_online_session_needs_no_place(beat):
    activity = ActivityFactory(convene_automatically=True)
    session_of(activity, remote=True)

    with at(12, 3):
        assert beat() == 1


def test_one_session_that_fails_keeps_back_no_other(session, beat, monkeypatch):
    other = session_of(session.activity, starts_at=STARTS + timedelta(hours=5))
    convene = convenings.convene

    def fails_for_the_first(one, **how):
        if one.pk == session.pk:
            raise ValueError("the rules of the house changed")
        return convene(one, **how)

    monkeypatch.setattr(convenings, "convene", fails_for_the_first)
    with at(12, 3):
        assert beat() == 1

    assert Convening.objects.get().session == other


def test_beat_rings_it_and_keeps_no_memory(session):
    lines = app.conf.beat_schedule.values()
    [line] = [one for one in lines if one["task"].endswith("tasks.convene_due")]
    assert line["schedule"] <= 600

    with at(12, 3):
        app.tasks[line["task"]]()
    assert JobRun.objects.get(name="activities.convene_due")
    assert Convening.objects.get().session == session


# --- Who comes later ---------------------------------------------------------
def test_latecomer_is_convened_at_the_next_run(session, beat, officer):
    with at(11, 28):
        batch = convenings.convene(session, by=officer, paragraph="Venez à pied.")
        convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))
    with at(11, 29):
        late = come(session)
        assert beat() == 1

    message = OutgoingEmail.objects.get(person=late)
    assert "Venez à pied." in message.text
    assert OutgoingEmail.objects.count() == 3


def test_latecomer_of_the_night_is_convened_in_the_morning(session, beat):
    with at(12, 3):
        beat()
    with at(12, 3, 23):
        late = come(session)
        assert beat() == 0
    with at(12, 4, 8):
        assert beat() == 1

    assert OutgoingEmail.objects.filter(person=late).count() == 1


def test_latecomer_to_what_an_officer_convenes_is_theirs(beat, officer):
    session = session_of(ActivityFactory())
    with at(12, 3):
        convenings.convene(session, by=officer)
        come(session)
        assert beat() == 0


def test_letter_that_failed_is_not_made_again_every_five_minutes(
    session, beat, monkeypatch
):
    monkeypatch.setattr(
        convenings.documents, "session_convocation", lambda one: 1 / 0, raising=True
    )
    for minute in (0, 5, 10):
        with at(12, 3, 9, minute):
            beat()

    assert Convening.objects.count() == 1
    assert Convocation.objects.filter(state=ConvocationState.FAILED).count() == 2


# --- What the desk says ------------------------------------------------------
@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def test_pages_say_when_it_leaves(desk, session):
    pages = [f"{GROUPS}{session.activity_id}/change/", SESSIONS]
    pages += [f"{SESSIONS}{session.pk}/{page}/" for page in ("change", "convoquer")]
    with at(12, 1):
        for page in pages:
            assert "artira seule le 3\xa0décembre" in desk.get(page).text
    with at(12, 5):
        assert "artira seule le 5\xa0décembre" in desk.get(pages[1]).text


def test_pages_say_nothing_once_it_has_left(desk, session, beat):
    with at(12, 3):
        beat()
        for page in (f"{GROUPS}{session.activity_id}/change/", SESSIONS):
            text = desk.get(page).text
            assert "artira seule" not in text
            assert "Convoquée" in text


def test_morning_asks_for_no_hand_before_the_fifteenth_day(desk, session):
    session_of(ActivityFactory(), starts_at=STARTS + timedelta(hours=1))
    url = f"{SESSIONS}?quand=a-convoquer"

    def asked():
        return list(desk.get(url).context["cl"].result_list)

    with at(12, 1):
        assert session not in asked()
        assert len(asked()) == 1
        assert "Séance à convoquer" in desk.get("/gestion/?pour=equipe").text
    # Nothing left by itself since: somebody must look.
    with at(12, 5):
        assert session in asked()


def test_batch_says_that_it_left_by_itself(desk, session, beat):
    with at(12, 3):
        beat()
        batch = Convening.objects.get()
        page = desk.get(f"{CONVENINGS}{batch.pk}/change/").text
        rows = desk.get(CONVENINGS).text

    assert "Envoi automatique" in page
    assert "Envoi automatique" in rows
    assert "None" not in page


def test_sealed_group_convened_by_itself_is_told_to_its_officer_alone(client, beat):
    activity = ActivityFactory(convene_automatically=True, confidentiality="sealed")
    session_of(activity)
    with at(12, 3):
        beat()
        batch = Convening.objects.get()
        url = f"{CONVENINGS}{batch.pk}/change/"
        assert client.sign_in(activity.officer).get(url).status_code == 200
        colleague = PersonFactory(officer=True)
        assert client.sign_in(colleague).get(url).status_code == 404


def test_looking_costs_the_same_however_many_sessions_wait(django_assert_num_queries):
    activity = ActivityFactory(convene_automatically=True)
    for hours in range(3):
        session = session_of(activity, starts_at=STARTS + timedelta(hours=hours))
        ParticipationFactory(session=session)
    with at(12, 3), django_assert_num_queries(1):
        assert len([one.activity.title for one in automatic.due()]) == 3
