"""The tablet, the notes and the paper of a facilitator."""

from datetime import datetime
from io import BytesIO

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from agency.activities.choices import AttendanceStatus, HalfDay
from agency.activities.models import (
    Attendance,
    AttendanceSheet,
    Session,
)
from agency.activities.services import attendance
from agency.activities.states import SheetState
from agency.core import dates
from agency.core.clock import PARIS, travel
from agency.core.models import JournalEntry
from tests.activities.animated import INDEX, url
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
)
from tests.activities.mornings import at, morning, one_of
from tests.documents.reading import words
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning():
    with travel(at(9, 40)):
        yield


@pytest.fixture
def session():
    return morning()


@pytest.fixture
def led(client, leader):
    client.force_login(leader)
    return client


@pytest.fixture
def leader(session):
    """Somebody who leads the activity of ``session``."""
    person = PersonFactory(given_name="Nour", family_name="Belkacem")
    FacilitatorFactory(activity=session.activity, person=person)
    return person


MORNING = HalfDay.MORNING


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
def test_blank_sheet_is_a_pdf_for_whoever_leads(led, leader):
    session = morning(2, activity=Session.objects.get().activity, ends_at=at(17))

    answer = led.get(url("paper", session))

    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert "Signature, matin Signature, après-midi" in words(answer.content)
    assert "Belkacem, Nour" in words(answer.content)


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
