"""Attendance on the desk: the officer fills, locks, unlocks; the list says what is left."""

import pytest
from django.urls import reverse

from agency.activities.models import Attendance, AttendanceSheet, Session
from agency.activities.services import attendance
from agency.activities.states import SessionState, SheetState
from agency.core.clock import travel
from agency.core.models import JournalEntry
from tests.activities.factories import (
    AttendanceFactory,
    AttendanceSheetFactory,
    ParticipationFactory,
    PracticeCycleFactory,
)
from tests.activities.mornings import at, morning, one_of
from tests.activities.test_animation_tablet import pdf, upload
from tests.people.factories import AffiliationFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    with travel(at(9, 40)):
        yield


@pytest.fixture
def officer():
    return PersonFactory(given_name="Maud", family_name="Ferrand", officer=True)


@pytest.fixture
def desk(client, officer):
    client.sign_in(officer)
    return client


@pytest.fixture
def session():
    return morning()


def page_of(session, name="attendance"):
    return reverse(f"admin:activities_session_{name}", args=[session.pk])


def pressed(client, session, do, **data):
    return client.post(page_of(session), {"do": do} | data, follow=True)


def lock(client, session):
    pressed(client, session, "fill")
    return pressed(client, session, "lock", name="Maud Ferrand")


def test_officer_notes_and_locks(desk, session):
    one, other = session.participations.order_by("pk")
    data = {f"{one.pk}-morning": "present", f"{other.pk}-morning": "excused"}

    pressed(desk, session, "note", **data)
    page = pressed(desk, session, "lock", name="Ferrand Maud")

    known = dict(Attendance.objects.values_list("participation", "status"))
    assert known == {one.pk: "present", other.pk: "excused"}
    assert "Contresignée et verrouillée" in page.text
    assert "<select" not in page.text
    assert Session.objects.get().state == SessionState.HELD


def test_officer_sees_the_attendance_of_a_sealed_group(desk, officer):
    session = morning(1, activity=PracticeCycleFactory(officer=officer))

    page = desk.get(page_of(session)).text

    assert one_of(session).person.family_name in page
    assert "Rien de ce qui se dit" in page
    assert "walkin" not in page


@pytest.mark.parametrize("role", ["accountant", "superuser", "disability_officer"])
def test_those_who_do_not_run_activities_stay_outside(client, session, role):
    client.sign_in(PersonFactory(**{role: True}))

    for name in ("attendance", "scan"):
        assert client.get(page_of(session, name)).status_code in (403, 404)
    assert client.post(page_of(session), {"do": "fill"}).status_code in (403, 404)
    assert not Attendance.objects.exists()


def test_unlocking_asks_for_a_reason(desk, session):
    lock(desk, session)

    page = pressed(desk, session, "unlock", reason="")
    assert AttendanceSheet.objects.get().state == SheetState.LOCKED
    assert "field--error" in page.text

    pressed(desk, session, "unlock", reason="Une personne oubliée")

    sheet = AttendanceSheet.objects.get()
    assert sheet.state == SheetState.OPEN
    entry = JournalEntry.objects.about(sheet).get(action="unlock")
    assert entry.data["reason"] == "Une personne oubliée"


def test_unlocking_twice_says_that_it_has_changed(desk, session):
    page = pressed(desk, session, "unlock", reason="Déjà ouverte")

    assert "entre-temps" in page.text


def test_refusal_stands_at_its_field_and_keeps_what_was_typed(desk, session):
    page = pressed(desk, session, "lock", name="Maud Ferrand").text

    assert "Rien n’est noté pour 2 personnes" in page
    assert 'value="Maud Ferrand"' in page
    assert "<title>Erreur" in page


def test_walk_in_of_an_open_activity(desk, session):
    stranger = PersonFactory()

    pressed(desk, session, "walkin", person=stranger.pk)

    added = session.participations.get(person=stranger)
    assert added.enrolment is None


def test_walk_in_that_is_refused_says_why(desk, officer):
    session = morning(1, activity=PracticeCycleFactory(officer=officer))

    page = pressed(desk, session, "walkin", person=PersonFactory().pk)

    assert session.participations.count() == 1
    assert page.status_code == 200


def test_walk_in_without_anybody_is_asked_for(desk, session):
    page = pressed(desk, session, "walkin")

    assert "field--error" in page.text


def test_scan_is_sent_and_read(desk, session):
    assert desk.get(page_of(session, "scan")).status_code == 404

    pressed(desk, session, "scan", scan=upload(pdf()))

    assert page_of(session, "scan") in desk.get(page_of(session)).text
    assert b"".join(desk.get(page_of(session, "scan"))).startswith(b"%PDF-")


def test_list_says_what_is_left_to_enter(desk, session):
    url = reverse("admin:activities_session_changelist")
    later = morning(0, starts_at=at(9, day=20), ends_at=at(12, day=20))

    left = desk.get(url, {"quand": "a-emarger"}).text
    assert "À saisir" in left
    assert later.activity.title not in rows_of(left)

    lock(desk, session)

    assert "Verrouillée" in desk.get(url).text
    assert 'id="result_list"' not in desk.get(url, {"quand": "a-emarger"}).text


def rows_of(page):
    return page.split('id="result_list"')[1].split("</table>")[0]


def test_page_of_a_session_leads_there(desk, session):
    page = desk.get(reverse("admin:activities_session_change", args=[session.pk]))

    assert page_of(session) in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_sessions_asks_as_much(desk, count, django_assert_num_queries):
    # Two already: a filter appears with its second value.
    for _one in range(count + 2):
        AttendanceSheetFactory(session=morning(1))

    with django_assert_num_queries(11):
        desk.get(reverse("admin:activities_session_changelist"))


@pytest.mark.parametrize("count", [1, 3, 20])
def test_page_asks_as_much_however_many_people(desk, count, django_assert_num_queries):
    session = morning(0)
    for _one in range(count):
        person = AffiliationFactory().person
        AttendanceFactory(
            participation=ParticipationFactory(session=session, person=person)
        )
    AttendanceSheetFactory(session=session)

    with django_assert_num_queries(8):
        assert desk.get(page_of(session)).status_code == 200


def test_hours_of_a_locked_session_do_not_change(session, officer):
    from agency.activities.admin.sessions import SessionForm  # the desk is loaded

    attendance.fill(session, by=officer)
    attendance.lock(session, typed_name="Maud Ferrand", by=officer)
    fresh = Session.objects.select_related("attendance_sheet").get(pk=session.pk)

    class Form(SessionForm):
        class Meta(SessionForm.Meta):
            fields = ("number", "half_days_set")

    sent = {"number": 1, "version": fresh.version, "half_days_set": ""}
    same = Form(sent, instance=fresh)
    changed = Form(sent | {"half_days_set": "day"}, instance=fresh)

    assert "verrouillées" in str(changed.non_field_errors())
    assert not same.non_field_errors()
