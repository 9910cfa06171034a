"""What the desk sees and decides when a session changes, is cancelled or postponed."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from agency.activities.models import Convening, Session
from agency.activities.services import (
    announcing,
    convenings,
    postponing,
    sessions,
)
from agency.activities.states import ConveningState, SessionState
from agency.core.clock import PARIS, now
from agency.mail.models import OutgoingEmail
from tests.activities.announced import convene, edit, join, session_of
from tests.activities.factories import (
    ActivityFactory,
    AgendaItemFactory,
    EnrolmentFactory,
    FacilitatorFactory,
)
from tests.core.desk import form_of
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

V = ConveningState


@pytest.fixture
def officer():
    return PersonFactory(given_name="Maud", family_name="Ferrand", officer=True)


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def made(batch):
    """What the workers do."""
    convenings.make(batch.pk, list(batch.convocations.values_list("pk", flat=True)))


def page(session, name="change", *args):
    return reverse(f"admin:activities_session_{name}", args=[session.pk, *args])


def move_page(notice, name):
    return reverse("admin:activities_convening_move", args=[notice.pk, name])


# --- A change ---------------------------------------------------------------------
def test_edit_of_the_form_prepares_the_notice_and_says_when_it_leaves(desk):
    session = session_of(1)

    desk.post(page(session), form_of(desk, page(session)) | {"room": "Salle haute"})

    notice = announcing.scheduled(session)
    assert notice.by.given_name == "Maud"
    shown = desk.get(page(session))
    hour = shown.context["notice"]["due_at"]
    assert now() < hour <= now() + announcing.QUIET
    assert "Les personnes concernées seront prévenues à" in shown.text
    for name in ("send_now", "hold_back"):
        assert move_page(notice, name) in shown.text


def test_edit_of_the_agenda_alone_is_noticed(desk, officer):
    session = session_of(1)
    AgendaItemFactory(session=session, title="Tour de table")
    convene(session, officer)
    typed = form_of(desk, page(session))
    [name] = [key for key, value in typed.items() if value == "Tour de table"]

    desk.post(page(session), typed | {name: "Les tournées"})

    assert announcing.scheduled(session).before["agenda"] == ["Tour de table"]


def test_what_was_typed_back_prepares_nothing(desk):
    session = session_of(1, starts_at=datetime(2031, 1, 16, 9, 30, tzinfo=PARIS))
    desk.post(page(session), form_of(desk, page(session)) | {"room": "Salle haute"})
    desk.post(page(session), form_of(desk, page(session)) | {"room": ""})

    assert announcing.scheduled(session) is None


def test_notice_is_sent_now_or_held_back_with_a_reason(
    desk, django_capture_on_commit_callbacks
):
    session = session_of(1)
    edit(session, later=1)
    notice = announcing.scheduled(session)

    refused = desk.post(move_page(notice, "hold_back"), {"reason": ""})
    assert "Écrivez pourquoi personne n’est prévenu" in refused.text
    desk.post(move_page(notice, "hold_back"), {"reason": "faute de frappe"})
    notice.refresh_from_db()
    assert notice.state == V.HELD_BACK
    about = reverse("admin:activities_convening_change", args=[notice.pk])
    assert "Personne n’a été prévenu" in desk.get(about).text

    edit(session, later=1)
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(move_page(announcing.scheduled(session), "send_now"), {"reason": ""})
    assert OutgoingEmail.objects.count() == 1


def test_page_of_what_will_leave_shows_before_and_after(desk):
    session = session_of(1)
    edit(session, room="Salle haute")
    notice = announcing.scheduled(session)

    shown = desk.get(reverse("admin:activities_convening_change", args=[notice.pk]))

    assert [change.after for change in shown.context["changes"]] == ["Salle haute"]
    assert "Salle haute" in shown.text


def test_page_of_a_session_tells_its_story(desk, officer):
    session = session_of(2)
    convene(session, officer)
    edit(session, later=1)
    announcing.send_now(announcing.scheduled(session), by=officer)

    shown = desk.get(page(session))

    assert [one.purpose for one in shown.context["story"]] == ["change", "convene"]
    for batch in Convening.objects.all():
        assert batch.get_absolute_url() in shown.text


def test_story_costs_the_same_however_long(
    desk, officer, django_assert_max_num_queries
):
    session = session_of(1)
    convene(session, officer)
    desk.get(page(session))
    with django_assert_max_num_queries(15) as one:
        desk.get(page(session))
    for _time in range(3):
        edit(session, later=1)
        notice = announcing.scheduled(session)
        announcing.send_now(notice, by=officer)
        made(notice)
    with django_assert_max_num_queries(15) as more:
        desk.get(page(session))

    assert len(one) == len(more)


def test_another_officer_of_a_sealed_group_sees_when_and_neither_who_nor_buttons(
    client,
):
    activity = ActivityFactory(confidentiality="sealed")
    session = session_of(1, activity=activity)
    edit(session, later=1)
    notice = announcing.scheduled(session)
    client.sign_in(PersonFactory(officer=True))

    shown = client.get(page(session))

    assert "Les personnes concernées seront prévenues à" in shown.text
    assert shown.context["story"] == []
    assert shown.context["notice"]["steps"] == []
    for name in ("send_now", "hold_back"):
        answer = client.post(move_page(notice, name), {"reason": "x"})
        assert answer.status_code in (403, 404)
    assert announcing.scheduled(session) == notice


# --- Cancelled ----------------------------------------------------------------------
def test_confirmation_says_whom_and_asks_for_two_reasons(
    desk, django_capture_on_commit_callbacks
):
    session = session_of(2)
    join(session, PersonFactory(email=None))
    EnrolmentFactory(activity=session.activity, waitlisted=True)
    FacilitatorFactory(activity=session.activity)
    confirm = page(session, "move", "cancel")

    asked = desk.get(confirm).text
    for said in ("3 personnes attendues.", "1 personne qui attend", "1 sans adresse"):
        assert said in asked
    with django_capture_on_commit_callbacks(execute=True):
        desk.post(confirm, {"reason": "brouille", "told_reason": "Le lieu ferme."})

    session.refresh_from_db()
    assert (session.state, session.told_reason) == (
        SessionState.CANCELLED,
        "Le lieu ferme.",
    )
    shown = desk.get(page(session)).text
    assert "Le lieu ferme." in shown
    batch = Convening.objects.get()
    result = desk.get(batch.get_absolute_url()).text
    assert "Annulation annoncée" in result
    assert "AVIS-" in result
    assert "Anime la séance" in result


def test_activity_asks_for_what_people_read_too(client):
    activity = ActivityFactory(sessions=2)
    EnrolmentFactory(activity=activity, confirmed=True)
    client.sign_in(PersonFactory(direction=True))
    confirm = reverse("admin:groups_peergroup_move", args=[activity.pk, "cancel"])
    assert "1 personne attendue." in client.get(confirm).text

    client.post(confirm, {"reason": "", "told_reason": "Faute de budget."})

    batch = Convening.objects.get(activity=activity)
    assert batch.paragraph == "Faute de budget."
    assert client.get(batch.get_absolute_url()).status_code == 200
    rooms = client.get(reverse("admin:activities_convening_changelist"))
    assert activity.title in rooms.text


# --- Postponed ------------------------------------------------------------------------
def typed_date(days, start="10:00", end="12:00"):
    day = (now() + timedelta(days=days)).date().isoformat()
    return {
        "starts_at_0": day,
        "starts_at_1": start,
        "ends_at_0": day,
        "ends_at_1": end,
    }


def test_postponed_to_a_date_leads_to_the_new_session(desk):
    session = session_of(1)

    answer = desk.post(
        page(session, "postpone"), typed_date(30) | {"told_reason": "Grève."}
    )

    session.refresh_from_db()
    assert session.state == SessionState.POSTPONED
    assert answer.headers["Location"] == page(session.postponed_to)
    shown = desk.get(page(session)).text
    assert page(session.postponed_to) in shown
    assert "Reportée" in shown


def test_date_to_come_is_set_later_from_the_same_page(desk):
    session = session_of(1)
    desk.post(page(session, "postpone"), {"told_reason": "Grève."})
    session.refresh_from_db()
    assert session.postponed_to is None
    assert "Fixer la nouvelle date" in desk.get(page(session)).text

    empty = desk.post(page(session, "postpone"), {})
    assert set(empty.context["form"].errors) == {"starts_at", "ends_at"}
    desk.post(page(session, "postpone"), typed_date(40))

    session.refresh_from_db()
    assert session.postponed_to is not None
    assert Convening.objects.filter(purpose="postponement").count() == 2


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (typed_date(-3), "starts_at"),
        (typed_date(30, end="09:00"), "ends_at"),
        (typed_date(30) | {"ends_at_0": "", "ends_at_1": ""}, "ends_at"),
        ({"starts_at_0": "2027-03-28", "starts_at_1": "02:30"}, "starts_at"),
    ],
)
def test_impossible_new_date_is_told_beside_its_field(desk, typed, field):
    session = session_of(1)

    answer = desk.post(page(session, "postpone"), typed)

    assert field in answer.context["form"].errors
    session.refresh_from_db()
    assert session.state == SessionState.PLANNED


def test_what_is_over_is_not_postponed(desk, officer):
    session = session_of(1)
    sessions.cancel_session(Session.objects.get(pk=session.pk), by=officer)

    answer = desk.post(page(session, "postpone"), typed_date(30))

    assert answer.status_code == 302
    assert Session.objects.count() == 1


# --- The people concerned ---------------------------------------------------------------
def test_own_pages_say_that_it_is_off_and_when_it_takes_place(client, officer):
    session = session_of(1)
    one = session.participations.get()
    postponing.postpone(
        Session.objects.get(pk=session.pk),
        by=officer,
        starts_at=session.starts_at + timedelta(days=7),
        ends_at=session.ends_at + timedelta(days=7),
        told_reason="Grève des trains.",
        reason="SECRET",
    )
    client.sign_in(one.person)

    for url in (
        one.enrolment.get_absolute_url(),
        session.activity.get_absolute_url(),
        reverse("pages:own-space"),
    ):
        shown = client.get(url).text
        assert "Reportée" in shown
        assert "Nouvelle date" in shown
        assert "SECRET" not in shown
    assert "Grève des trains." in client.get(one.enrolment.get_absolute_url()).text


def test_own_pages_show_the_current_letter_alone(client, officer):
    session = session_of(1)
    convene(session, officer)
    edit(session, later=1)
    announcing.send_now(announcing.scheduled(session), by=officer)
    made(Convening.objects.get(purpose="change"))
    one = session.participations.get()
    old, current = one.person.documents.order_by("version")
    client.sign_in(one.person)

    for url in (one.enrolment.get_absolute_url(), reverse("pages:own-space")):
        shown = client.get(url).text
        assert str(current.uuid) in shown
        assert str(old.uuid) not in shown
