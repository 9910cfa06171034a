"""An activity from its draft to its end, by hand and by the clock."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agency.activities.models import Activity, AttendanceSheet, Participation
from agency.activities.services import activities
from agency.activities.states import ActivityState, SessionState, SheetState
from agency.core import dates
from agency.core.clock import now, paris
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JobRun, JournalEntry
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    ActivityFactory,
    AttendanceSheetFactory,
    EnrolmentFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

A = ActivityState


@pytest.fixture
def officer():
    return PersonFactory(officer=True)


def state_of(activity):
    return Activity.objects.values_list("state", flat=True).get(pk=activity.pk)


def test_announce_then_open_then_close(officer):
    activity = ActivityFactory(state=A.DRAFT)

    activities.announce(activity, by=officer)
    assert state_of(activity) == A.ANNOUNCED
    activities.open_registration(activity, by=officer)
    assert state_of(activity) == A.OPEN
    activities.close_registration(activity, by=officer)
    assert state_of(activity) == A.CLOSED


def test_opening_tells_those_whose_request_was_kept(officer):
    before = PracticeCycleFactory()
    kept, _refused, _seated, again = (
        EnrolmentFactory(activity=before, keep_for_next=keep, **state)
        for keep, state in (
            (True, {"refused": True}),
            (False, {"refused": True}),
            (True, {"confirmed": True}),
            (True, {"refused": True}),
        )
    )
    after = ActivityFactory(state=A.ANNOUNCED, renewed_from=before)
    EnrolmentFactory(activity=after, person=again.person, confirmed=True)

    activities.open_registration(after, by=officer)
    activities.close_registration(after, by=officer)
    activities.open_registration(after, by=officer)

    told = OutgoingEmail.objects.filter(template="activities/emails/edition_opened")
    assert [email.person for email in told] == [kept.person]
    assert after.title in told.get().text


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("open", "c’est à vous de demander une place"),
        ("application", "sait que votre dossier a été gardé"),
        ("invitation", "sur invitation de l’agence"),
        ("cooptation", "sur invitation de l’agence"),
    ],
)
def test_what_is_told_holds_for_the_way_in(officer, mode, said):
    before = PracticeCycleFactory()
    EnrolmentFactory(activity=before, keep_for_next=True, refused=True)
    after = ActivityFactory(
        state=A.ANNOUNCED, renewed_from=before, registration_mode=mode
    )

    activities.open_registration(after, by=officer)

    told = OutgoingEmail.objects.get(template="activities/emails/edition_opened")
    assert said in told.text


def test_registration_is_not_opened_after_its_end(officer):
    activity = ActivityFactory(state=A.ANNOUNCED, closes_at=now())

    with pytest.raises(MoveBlocked, match="passée"):
        activities.open_registration(activity, by=officer)


def test_complete_waits_for_every_session(officer):
    activity = ActivityFactory(state=A.RUNNING)
    SessionFactory(activity=activity, number=1, starts_in=-3, state=SessionState.HELD)
    planned = SessionFactory(activity=activity, number=2, starts_in=-1)

    with pytest.raises(MoveBlocked, match="prévue"):
        activities.complete(activity, by=officer)

    planned.delete()
    activities.complete(activity, by=officer)
    assert state_of(activity) == A.COMPLETED


def test_complete_waits_for_every_sheet(officer):
    activity = ActivityFactory(state=A.RUNNING)
    with_people, empty = (
        SessionFactory(activity=activity, number=n, starts_in=-n, held=True)
        for n in (2, 1)
    )
    ParticipationFactory(session=with_people)
    sheet = AttendanceSheetFactory(session=with_people)
    day = dates.day_year(paris(with_people.starts_at).date())

    with pytest.raises(MoveBlocked, match=day):
        activities.complete(activity, by=officer)

    AttendanceSheet.objects.filter(pk=sheet.pk).update(
        state=SheetState.LOCKED, locked_at=now()
    )
    activities.complete(activity, by=officer)
    assert not Participation.objects.filter(session=empty).exists()
    assert state_of(activity) == A.COMPLETED


def test_cancel_cancels_the_sessions_to_come_and_keeps_the_past(officer):
    activity = ActivityFactory(state=A.RUNNING)
    past = SessionFactory(
        activity=activity, number=1, starts_in=-3, state=SessionState.HELD
    )
    coming = SessionFactory(activity=activity, number=2, starts_in=3)

    activities.cancel(activity, by=officer, reason="budget")

    past.refresh_from_db()
    coming.refresh_from_db()
    assert (past.state, coming.state) == (SessionState.HELD, SessionState.CANCELLED)
    assert state_of(activity) == A.CANCELLED


def test_clock_closes_what_is_over_and_starts_what_has_begun():
    over = ActivityFactory(state=A.OPEN, closes_at=now() - timedelta(seconds=1))
    waiting = ActivityFactory(state=A.OPEN, closes_at=now() + timedelta(hours=1))
    begun = ActivityFactory(state=A.CLOSED)
    SessionFactory(activity=begun, starts_in=-1)
    announced = ActivityFactory(state=A.ANNOUNCED)
    SessionFactory(activity=announced, starts_in=-1)

    assert activities.turn_states() == 2
    assert activities.turn_states() == 0

    states = [state_of(one) for one in (over, waiting, begun, announced)]
    assert states == [A.CLOSED, A.OPEN, A.RUNNING, A.ANNOUNCED]
    assert JobRun.objects.filter(name="activities.turn_states").exists()


def test_former_address_keeps_leading_to_the_activity(client):
    activity = ActivityFactory(state=A.OPEN, slug="premier")
    activities.rename(activity, "second")

    answer = client.get("/activites/premier/")

    assert (answer.status_code, answer["Location"]) == (301, "/activites/second/")
    assert client.get("/activites/second/").status_code == 200


def test_address_of_another_activity_is_refused_for_ever():
    activity = ActivityFactory(slug="premier")
    activities.rename(activity, "second")
    other = ActivityFactory(slug="autre")

    other.slug = "premier"
    with pytest.raises(ValidationError, match="adresse"):
        other.full_clean()


def test_going_back_to_a_former_address_is_allowed():
    activity = ActivityFactory(slug="premier")
    activities.rename(activity, "second")
    activities.rename(activity, "premier")

    assert Activity.objects.get().slug == "premier"
    assert [one.slug for one in activity.former_slugs.all()] == ["second"]


def test_database_refuses_a_window_that_closes_before_it_opens():
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityFactory(opens_at=now(), closes_at=now() - timedelta(days=1))


def test_title_of_three_hundred_characters_has_a_page(client):
    activity = ActivityFactory(state=A.OPEN, title="A" * 300)

    assert client.get(activity.get_absolute_url()).status_code == 200


def test_markup_in_a_title_stays_text(client):
    activity = ActivityFactory(
        state=A.OPEN, title="<script>alert(1)</script>", description="<img src=x>"
    )

    page = client.get(activity.get_absolute_url()).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<img src=x>" not in page


def test_draft_is_seen_by_those_who_run_activities_alone(client, officer):
    activity = ActivityFactory(state=A.DRAFT)

    assert client.get(activity.get_absolute_url()).status_code == 404
    client.sign_in(PersonFactory(accountant=True))
    assert client.get(activity.get_absolute_url()).status_code == 404
    client.sign_in(officer)
    assert client.get(activity.get_absolute_url()).status_code == 200


def test_resize_never_takes_a_seat_away(officer):
    activity = ActivityFactory(capacity=5)
    EnrolmentFactory.create_batch(3, activity=activity, confirmed=True)

    with pytest.raises(MoveBlocked, match="3"):
        activities.resize(activity, capacity=2, by=officer)
    activities.resize(activity, capacity=3, by=officer)

    activity.refresh_from_db()
    assert activity.capacity == 3
    assert JournalEntry.objects.about(activity).get().action == "resize"


def test_title_of_a_sealed_session_is_not_on_the_public_page(client):
    cycle = PracticeCycleFactory()
    SessionFactory(activity=cycle, title="TITRE-SCELLE")

    assert "TITRE-SCELLE" not in client.get(cycle.get_absolute_url()).text
