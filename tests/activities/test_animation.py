"""The workspace of facilitators: their sessions and no other, the tablet, the sheet."""

from datetime import datetime, timedelta
from io import BytesIO
from urllib.parse import urlencode

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from agency.activities.choices import AttendanceStatus, HalfDay
from agency.activities.models import (
    Attendance,
    AttendanceSheet,
    CharterSignature,
    Session,
)
from agency.activities.services import attendance
from agency.activities.states import ParticipationState, SessionState, SheetState
from agency.core import dates
from agency.core.clock import PARIS, travel
from agency.core.models import JournalEntry
from tests.activities.factories import (
    AccessNeedFactory,
    ActivityFactory,
    AttendanceFactory,
    AttendanceSheetFactory,
    CharterFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    SessionFactory,
    publish,
)
from tests.activities.test_attendance import at, morning, one_of
from tests.people.factories import AffiliationFactory, PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db

MORNING = HalfDay.MORNING
INDEX = "/animation/"


@pytest.fixture(autouse=True)
def in_the_morning():
    with travel(at(9, 40)):
        yield


@pytest.fixture
def session():
    return morning()


@pytest.fixture
def leader(session):
    """Somebody who leads the activity of ``session``."""
    person = PersonFactory(given_name="Nour", family_name="Belkacem")
    FacilitatorFactory(activity=session.activity, person=person)
    return person


@pytest.fixture
def led(client, leader):
    client.force_login(leader)
    return client


def url(name, session, *more):
    return reverse(f"activities:animation-{name}", args=[session.uuid, *more])


def pages(session):
    one = one_of(session)
    return [
        url("session", session),
        url("tablet", session),
        url("sign", session, one.pk, "morning"),
        url("paper", session),
        url("scan", session),
    ]


# --- Who finds what ------------------------------------------------------------
def test_facilitator_finds_their_sessions_and_no_other(led, session):
    other = morning(1, activity=ActivityFactory(title="Le groupe des autres"))

    page = led.get(INDEX)

    assert session.activity.title in page.text
    assert "Le groupe des autres" not in page.text
    assert led.get(url("session", session)).status_code == 200
    assert {led.get(one).status_code for one in pages(other)} == {404}


@pytest.mark.parametrize("role", ["officer", "direction", "superuser"])
def test_no_role_opens_the_workspace_of_a_sealed_group(client, role):
    session = morning(1, activity=PracticeCycleFactory())
    client.sign_in(PersonFactory(**{role: True}))

    assert {client.get(one).status_code for one in pages(session)} == {404}


def test_role_given_afterwards_closes_a_sealed_room(client):
    session = morning(1, activity=PracticeCycleFactory())
    person = FacilitatorFactory(activity=session.activity).person
    RoleFactory(person=person, role="officer")
    client.sign_in(person)

    assert client.get(url("session", session)).status_code == 404


def test_facilitator_removed_mid_cycle_loses_every_page_at_once(led, session, leader):
    one = one_of(session)
    assert led.get(url("session", session)).status_code == 200

    leader.facilitations.all().delete()

    assert {led.get(page).status_code for page in pages(session)} == {404}
    assert session.activity.title not in led.get(INDEX).text
    # Two tabs were open: what they send writes nothing.
    key = f"{one.pk}-morning"
    note = led.post(url("session", session), {"do": "note", key: "present"})
    sign = led.post(url("sign", session, one.pk, "morning"))
    assert (note.status_code, sign.status_code) == (404, 404)
    assert not Attendance.objects.exists()


@pytest.mark.parametrize(("days", "status"), [(59, 200), (61, 404)])
def test_access_ends_sixty_days_after_the_last_session(led, session, days, status):
    SessionFactory(
        activity=session.activity,
        state=SessionState.CANCELLED,
        starts_at=at(9) + timedelta(days=300),
        ends_at=at(12) + timedelta(days=300),
    )
    with travel(at(12, 30) + timedelta(days=days)):
        led.force_login(session.activity.facilitators.get().person)

        assert led.get(url("session", session)).status_code == status


def test_activity_without_dates_is_led_until_it_is_over(client):
    person = FacilitatorFactory().person
    ended = FacilitatorFactory(activity__cancelled=True).person

    client.force_login(person)
    assert "Aucune séance n’est encore fixée." in client.get(INDEX).text
    client.force_login(ended)
    assert "Vous n’animez pas de séance." in client.get(INDEX).text


def test_menu_names_the_workspace_to_those_who_lead_alone(led, client):
    assert ">Animation</a>" in led.get(reverse("people:personal-data")).text

    client.force_login(PersonFactory())
    assert ">Animation</a>" not in client.get(reverse("people:personal-data")).text


def test_undertaking_comes_first(led, session, leader):
    charter = CharterFactory(use="facilitator")
    pages_of = [INDEX, url("session", session), url("tablet", session)]

    for page in pages_of:
        back = urlencode({"next": page})
        assert led.get(page).headers["Location"] == f"/animation/engagement/?{back}"
    refused = led.post(url("session", session), {"do": "fill"})
    assert refused.status_code == 302
    assert not Attendance.objects.exists()

    version = charter.in_force()
    CharterSignature.objects.create(
        person=leader,
        version=version,
        typed_name=leader.full_name,
        sha256=version.sha256,
    )
    assert {led.get(page).status_code for page in pages_of} == {200}


def test_new_version_of_the_undertaking_is_signed_anew(led, session, leader):
    charter = CharterFactory(use="facilitator")
    first = charter.in_force()
    CharterSignature.objects.create(person=leader, version=first, typed_name="Nour B.")
    assert led.get(INDEX).status_code == 200

    with travel(at(9, 50)):
        second = charter.versions.create(number=2, introduction="Autrement.")
        publish(second)

    assert led.get(INDEX).status_code == 302


# --- One session ---------------------------------------------------------------
def test_roster_says_names_and_organisations_and_nothing_private(led, session):
    need = AccessNeedFactory(
        enrolment=one_of(session).enrolment, text="Une boucle magnétique"
    )
    person = need.enrolment.person
    AffiliationFactory(person=person, organisation__name="Compagnie du Fleuve")
    EnrolmentFactory(
        activity=session.activity, waitlisted=True, person__family_name="Attendant"
    )

    for page in (
        url("session", session),
        url("tablet", session),
        url("paper", session),
    ):
        text = led.get(page).text
        assert person.family_name in text
        assert "Compagnie du Fleuve" in text
        assert person.email not in text
        assert "boucle magnétique" not in text
        assert "Attendant" not in text


def test_those_excused_are_listed(led, session):
    ParticipationFactory(
        session=session,
        person__family_name="Excoffier",
        state=ParticipationState.EXCUSED,
        excused_at=at(8, day=13),
    )

    page = led.get(url("session", session)).text

    assert "Excusé·es" in page
    assert "a prévenu le mercredi 13" in page
    assert "2 personnes attendues, 1 excusée" in led.get(INDEX).text


@pytest.mark.parametrize("count", [1, 3, 20])
def test_pages_ask_as_much_however_many_people(led, count, django_assert_num_queries):
    session = morning(0, activity=Session.objects.first().activity)
    for _one in range(count):
        person = AffiliationFactory().person
        AttendanceFactory(
            participation=ParticipationFactory(session=session, person=person)
        )
    AttendanceSheetFactory(session=session)

    for name, most in (("session", 11), ("tablet", 9), ("paper", 11)):
        with django_assert_num_queries(most):
            assert led.get(url(name, session)).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_asks_as_much_however_many_sessions(
    led, leader, count, django_assert_num_queries
):
    for _one in range(count):
        FacilitatorFactory(activity=morning(1).activity, person=leader)

    with django_assert_num_queries(6):
        page = led.get(INDEX)

    assert page.text.count("Séance 1") == count + 1


# --- The tablet ----------------------------------------------------------------
def test_each_presses_their_name_and_confirms(led, session, leader):
    one = one_of(session)
    sign = url("sign", session, one.pk, "morning")
    assert sign in led.get(url("tablet", session)).text
    assert f"C’est bien moi\u202f: {one.person.full_name}" in led.get(sign).text

    page = led.post(sign, follow=True).text

    known = Attendance.objects.get()
    assert (known.status, known.signed_at) == (AttendanceStatus.PRESENT, at(9, 40))
    assert known.recorded_by == leader
    assert f"Merci, {one.person.full_name}" in page
    assert f"Signé à {dates.hour(at(9, 40))}" in page
    assert sign not in page


def test_tablet_shows_the_half_day_of_the_hour(led):
    session = morning(1, activity=Session.objects.get().activity, ends_at=at(17))
    one = one_of(session)

    assert (
        url("sign", session, one.pk, "morning") in led.get(url("tablet", session)).text
    )
    with travel(at(13, 50)):
        led.force_login(session.activity.facilitators.get().person)
        page = led.get(url("tablet", session)).text
    assert url("sign", session, one.pk, "afternoon") in page


def test_nobody_signs_the_afternoon_in_the_morning(led):
    session = morning(1, activity=Session.objects.get().activity, ends_at=at(17))

    page = led.get(url("tablet", session) + "?demi-journee=afternoon").text
    told = led.post(url("sign", session, one_of(session).pk, "afternoon"), follow=True)

    assert "On signe à partir du" in page
    assert "On signe à partir du" in told.text
    assert not Attendance.objects.exists()


def test_person_of_another_session_does_not_sign_here(led, session):
    stranger = ParticipationFactory()

    assert led.get(url("sign", session, stranger.pk, "morning")).status_code == 404
    assert led.get(url("sign", session, one_of(session).pk, "night")).status_code == 404


# --- Noting and countersigning -------------------------------------------------
def pressed(client, session, do, **data):
    return client.post(url("session", session), {"do": do} | data, follow=True)


def test_facilitator_notes_late_and_absent(led, session):
    one, other = session.participations.order_by("pk")
    data = {f"{one.pk}-morning": "late", f"{other.pk}-morning": ""}

    page = pressed(led, session, "note", **data)

    assert "1 demi-journée notée" in page.text
    assert Attendance.objects.get().status == "late"


def test_stale_page_leaves_what_another_tablet_wrote(led, session, leader):
    one, other = session.participations.order_by("pk")
    attendance.mark(one, MORNING, "late", by=leader)

    # This page was opened before: nothing was known of anybody.
    stale = {f"{one.pk}-morning": "", f"{one.pk}-morning-was": ""}
    pressed(led, session, "note", **stale, **{f"{other.pk}-morning": "absent"})

    assert dict(Attendance.objects.values_list("participation", "status")) == {
        one.pk: "late",
        other.pk: "absent",
    }


def test_signature_is_kept_until_the_box_is_ticked(led, session, leader):
    one = one_of(session)
    attendance.sign(one, MORNING, by=leader)
    change = {f"{one.pk}-morning": "absent", f"{one.pk}-morning-was": "present"}

    page = pressed(led, session, "note", **change)
    assert "malgré la signature" in page.text
    assert Attendance.objects.get().status == "present"

    pressed(led, session, "note", **change, **{f"{one.pk}-morning-over": "on"})
    assert Attendance.objects.get().status == "absent"


def test_transcribed_sheet_says_so(led, session):
    pressed(
        led, session, "note", paper="on", **{f"{one_of(session).pk}-morning": "present"}
    )

    assert Attendance.objects.get().way == "paper"


def test_forged_status_and_button_are_refused(led, session):
    forged = {"do": "note", f"{one_of(session).pk}-morning": "asleep"}

    assert led.post(url("session", session), forged).status_code == 400
    assert led.post(url("session", session), {"do": "unlock"}).status_code == 400
    assert not Attendance.objects.exists()


def test_countersigning_from_the_page(led, session, leader):
    page = pressed(led, session, "lock", name="Nour Belkacem")
    assert "Rien n’est noté pour 2 personnes" in page.text
    assert 'value="Nour Belkacem"' in page.text

    pressed(led, session, "fill")
    page = pressed(led, session, "lock", name="Nour Belkacem")

    assert "contresignée par Nour Belkacem" in page.text
    assert "<select" not in page.text
    assert AttendanceSheet.objects.get().state == SheetState.LOCKED
    assert "Verrouillée" in led.get(INDEX).text


def test_two_tabs_one_locks_the_other_is_told(led, session, leader):
    attendance.fill(session, by=leader)
    attendance.lock(session, typed_name="Nour Belkacem", by=leader)
    one = one_of(session)

    page = pressed(led, session, "note", **{f"{one.pk}-morning": "present"})

    assert "La feuille est verrouillée" in page.text
    assert set(Attendance.objects.values_list("status", flat=True)) == {"absent"}


def test_somebody_unexpected_is_added(led, session):
    had = EnrolmentFactory(activity=session.activity, confirmed=True)
    waits = EnrolmentFactory(activity=session.activity, waitlisted=True)

    refused = pressed(led, session, "add", enrolment=waits.pk)
    assert "Choisissez une personne" in refused.text
    pressed(led, session, "add", enrolment=had.pk)

    assert session.participations.filter(person=had.person).exists()
    assert not session.participations.filter(person=waits.person).exists()


def test_before_the_day_the_page_only_says_who_comes(led, leader):
    activity = ActivityFactory()
    FacilitatorFactory(activity=activity, person=leader)
    session = morning(
        1, activity=activity, starts_at=at(9, day=20), ends_at=at(12, day=20)
    )

    page = led.get(url("session", session)).text

    assert "Qui vient" in page
    assert one_of(session).person.family_name in page
    assert "<select" not in page


def test_nobody_expected_is_said(led, leader):
    session = morning(0, activity=Session.objects.get().activity)

    for name in ("session", "tablet"):
        assert "personne" in led.get(url(name, session)).text.lower()


# --- The paper sheet -----------------------------------------------------------
def test_blank_sheet_has_a_column_for_each_half_day(led, leader):
    session = morning(2, activity=Session.objects.get().activity, ends_at=at(17))

    page = led.get(url("paper", session)).text

    assert "Signature<br>Matin" in page
    assert "Signature<br>Après-midi" in page
    assert "Nour Belkacem" in page
    assert page.count("&nbsp;</td>") == 4


def picture(kind="JPEG", size=(800, 1100)):
    out = BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def pdf(*, script=False, password=None, pages=1, attached=False):
    out = BytesIO()
    with pikepdf.new() as made:
        for _one in range(pages):
            made.add_blank_page()
        if script:
            made.Root.OpenAction = pikepdf.Dictionary(
                S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)")
            )
        if attached:
            made.attachments["virus.exe"] = b"MZ"
        lock = pikepdf.Encryption(owner=password, user=password) if password else False
        made.save(out, encryption=lock)
    return out.getvalue()


def upload(content, name="feuille.pdf"):
    return SimpleUploadedFile(name, content, "application/pdf")


@pytest.mark.parametrize("content", [picture(), picture("PNG"), pdf()])
def test_scan_is_kept_as_a_pdf_and_handed_to_the_facilitator_alone(
    led, session, content
):
    page = pressed(led, session, "scan", scan=upload(content, "photo.bin"))

    assert "La feuille numérisée est gardée" in page.text
    sheet = AttendanceSheet.objects.get()
    answer = led.get(url("scan", session))
    body = b"".join(answer)
    assert answer["Content-Type"] == "application/pdf"
    assert "inline" in answer["Content-Disposition"]
    assert body.startswith(b"%PDF-")
    assert JournalEntry.objects.about(sheet).filter(action="scan").count() == 1
    led.force_login(PersonFactory())
    assert led.get(url("scan", session)).status_code == 404


def test_replaced_scan_leaves_no_file_behind(led, session, private_files):
    for _time in range(2):
        pressed(led, session, "scan", scan=upload(pdf()))

    kept = [path for path in private_files.rglob("*") if path.is_file()]
    assert [path.suffix for path in kept] == [".pdf"]
    assert AttendanceSheet.objects.get().scan.name.endswith(kept[0].name)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"MZ rien d\xc3\xa9crit", "Un PDF, un JPEG ou un PNG"),
        (pdf(script=True), "contient un programme"),
        (pdf(attached=True), "contient un programme"),
        (pdf(password="secret"), "mot de passe"),
        (pdf(pages=21), "Plus de 20 pages"),
        (pdf()[:120], "abîmé"),
        (picture()[:40], "illisible"),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), "dépasse 10"),
    ],
)
def test_unfit_scan_is_refused_with_its_cure(led, session, content, sentence):
    page = pressed(led, session, "scan", scan=upload(content))

    assert sentence in page.text
    assert not AttendanceSheet.objects.exclude(scan="").exists()


def test_scan_that_was_not_chosen_is_asked_for(led, session):
    assert "Choisissez le fichier" in pressed(led, session, "scan").text


def test_scan_is_not_replaced_once_the_sheet_is_locked(led, session, leader):
    attendance.fill(session, by=leader)
    attendance.lock(session, typed_name="Nour Belkacem", by=leader)

    pressed(led, session, "scan", scan=upload(pdf()))

    assert not AttendanceSheet.objects.get().scan


def test_days_are_those_of_paris(led, session):
    """At half past midnight in Paris, it is still the day before in UTC."""
    night = morning(
        1,
        activity=session.activity,
        starts_at=datetime(2027, 1, 16, 9, tzinfo=PARIS),
        ends_at=datetime(2027, 1, 16, 12, tzinfo=PARIS),
    )
    with travel(datetime(2027, 1, 16, 0, 30, tzinfo=PARIS)):
        led.force_login(session.activity.facilitators.get().person)
        assert "<select" in led.get(url("session", night)).text
