"""The attendance sheet on paper: blank to be signed, issued once it is locked."""

import re
from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from agency.activities import sheets as paper
from agency.activities.models import AttendanceSheet
from agency.activities.services import attendance, sheets
from agency.activities.states import ParticipationState
from agency.core.clock import now, travel
from agency.documents import engine
from agency.documents.models import IssuedDocument
from agency.documents.storage import PrivateStorage
from tests.activities.factories import (
    AccessNeedFactory,
    ActivityFactory,
    AttendanceSheetFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    ParticipationFactory,
    PracticeCycleFactory,
    VenueFactory,
)
from tests.activities.mornings import at, morning, one_of
from tests.documents.reading import opened, tags, words
from tests.people.factories import AffiliationFactory, PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db

MILLIMETRE = 72 / 25.4


@pytest.fixture(autouse=True)
def in_the_morning():
    with travel(at(9, 40)):
        yield


@pytest.fixture
def leader():
    return PersonFactory(given_name="Nour", family_name="Belkacem")


def led_by(leader, people=2, **fields):
    session = morning(people, **fields)
    FacilitatorFactory(activity=session.activity, person=leader)
    return session


def locked(session, leader):
    """The sheet of ``session``, countersigned by ``leader``."""
    attendance.fill(session, by=leader)
    return attendance.lock(session, typed_name=leader.full_name, by=leader)


def content(document):
    with document.file.open() as stored:
        return stored.read()


def issued(sheet):
    about = ContentType.objects.get_for_model(AttendanceSheet)
    found = IssuedDocument.objects.filter(content_type=about, object_id=sheet.pk)
    return list(found.order_by("version"))


# --- Blank -------------------------------------------------------------------------
def test_letterhead_without_logo_leaves_no_hole(leader, settings, monkeypatch):
    name = "Agence des Lisières, spectacle vivant en région"
    settings.AGENCY = dict.fromkeys(settings.AGENCY, "") | {"name": name}
    pages = []
    monkeypatch.setattr(engine, "pdf", lambda html: pages.append(html) or b"")

    paper.blank(led_by(leader))

    (page,) = pages
    assert page.count(name) > 1  # at the head, and at the foot of each page
    assert 'class="mark"' not in page
    assert "SIRET" not in page


def test_blank_sheet_says_what_it_must(leader):
    venue = VenueFactory(name="La Filature basse", city="Bréville")
    session = led_by(leader, 0, venue=venue, room="salle Navette", ends_at=at(17))
    for family, organisation in (("Zola", "Les Quatre Vents"), ("Étienne", "Le Seuil")):
        person = PersonFactory(given_name="Awa", family_name=family)
        AffiliationFactory(person=person, organisation__name=organisation)
        ParticipationFactory(session=session, person=person)

    text = words(paper.blank(session))

    assert "Feuille d’émargement" in text
    assert session.activity.title in text
    assert "1 sur 1" in text
    assert "vendredi janvier 2027" in text
    assert "9 h 30 – 17 h" in text
    assert "La Filature basse, salle Navette" in text
    assert "Belkacem, Nour psychosociologue du travail" in text
    assert "Étienne, Awa Le Seuil Zola, Awa Les Quatre Vents" in text
    assert text.count("Signature, matin Signature, après-midi") == 2
    assert "2 personnes attendues" in text
    assert "E : excusé·e. A : absent·e. D : à distance." in text
    assert "cinq ans, dix lorsque l’Europe finance" in text
    assert "lue par l’équipe de l’agence, par qui anime" in text
    assert "Nombre de personnes présentes" in text


def test_blank_sheet_tells_neither_address_nor_need_nor_who_waits(leader):
    session = led_by(leader, 1)
    need = AccessNeedFactory(enrolment=one_of(session).enrolment, text="Une boucle")
    EnrolmentFactory(
        activity=session.activity, waitlisted=True, person__family_name="Attendant"
    )

    text = words(paper.blank(session))

    assert need.enrolment.person.family_name in text
    assert need.enrolment.person.email not in text
    assert "boucle" not in text
    assert "Attendant" not in text


def test_blank_sheet_marks_who_is_excused_and_who_comes_online(leader):
    session = led_by(leader, 1)
    ParticipationFactory(session=session, state=ParticipationState.EXCUSED)
    ParticipationFactory(session=session, mode="remote")

    text = words(paper.blank(session))

    assert "E excusé·e" in text
    assert "D à distance" in text
    assert "3 personnes attendues, dont une excusée" in text


def test_blank_sheet_of_a_sealed_group_has_no_line_for_strangers(leader):
    rows = {}
    for sealed in (False, True):
        kind = PracticeCycleFactory if sealed else ActivityFactory
        session = led_by(leader, 1, activity=kind())
        rows[sealed] = tags(paper.blank(session)).count("/TR")

    assert rows[False] - rows[True] == paper.BLANK_LINES


def test_blank_sheet_of_a_session_without_place_nor_facilitator():
    session = morning(1, venue=None)

    assert "Lieu à préciser" in words(paper.blank(session))


@pytest.mark.parametrize(
    ("people", "pages"),
    [(3, 1), (15, 2), (60, 4), pytest.param(1200, 49, marks=pytest.mark.slow)],
)
def test_blank_sheet_repeats_its_head_and_splits_no_row(people, pages, leader):
    session = led_by(leader, 0, ends_at=at(17))
    for number in range(people):
        person = PersonFactory(given_name="Awa", family_name=f"Diallo {number:04}")
        ParticipationFactory(session=session, person=person, enrolment=None)

    data = paper.blank(session)
    texts = [page.extract_text() for page in opened(data).pages]

    assert len(texts) == pages
    for number, text in enumerate(texts, start=1):
        assert f"page {number} sur {pages}" in text
        assert "Signature, matin" in text or "Nombre de personnes" in text
    assert len(set(re.findall(r"Diallo \d{4}", " ".join(texts)))) == people
    assert opened(data).trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert opened(data).trailer["/Root"]["/Lang"] == "fr"


def test_rows_are_high_enough_for_a_signature(leader):
    session = led_by(leader, 2)
    people = sorted(one.person.list_name for one in session.participations.all())
    heights = {}

    def visit(text, _cm, matrix, _font, _size):
        for name in people:
            if text.strip().startswith(name):
                heights[name] = matrix[5]

    opened(paper.blank(session)).pages[0].extract_text(visitor_text=visit)
    first, second = (heights[name] for name in people)

    assert abs(first - second) >= 9 * MILLIMETRE


# --- Filled ------------------------------------------------------------------------
def test_locked_sheet_becomes_a_document(leader):
    session = led_by(leader, 0, ends_at=at(17))
    awa, bao, chloe = (
        ParticipationFactory(
            session=session, person__given_name="X", person__family_name=name
        )
        for name in ("Awa", "Bao", "Chloé")
    )
    attendance.sign(awa, "morning", by=leader)
    with travel(at(17, 10)):
        attendance.mark(awa, "afternoon", "left_early", by=leader)
        attendance.mark(bao, "morning", "excused", by=leader)
        attendance.mark(bao, "afternoon", "remote", by=leader)
        attendance.mark(chloe, "morning", "present", by=leader, way="paper")
        sheet = locked(session, leader)
        sheets.make(sheet.pk)

    sheet.refresh_from_db()
    document = sheet.document
    text = words(content(document))

    assert document.reference == "EMA-2027-0001"
    assert document.recipient is None
    assert document.issued_by == leader
    assert "Contresignée par Nour Belkacem, le 15 janvier 2027 à 17 h 10" in text
    assert "Awa, X Présent·e signé à 9 h 40 Parti·e avant la fin noté 7 h 30" in text
    assert "Bao, X Excusé·e noté Présent·e en ligne noté 4 h" in text
    assert "Chloé, X Présent·e lu sur la feuille papier × Absent·e noté 3 h 30" in text
    assert "3 personnes présentes sur 3" in text
    assert "2 présent·es × 3 h 30 2 présent·es × 4 h 15 h" in text
    assert "numérisée" not in text


def test_filled_sheet_refers_to_the_scan(leader):
    session = led_by(leader)
    AttendanceSheetFactory(session=session, scan="attendance/feuille.pdf")

    document = sheets.make(locked(session, leader).pk)

    assert "numérisée, est conservée avec celle-ci" in words(content(document))


def test_second_lock_makes_the_second_version(leader):
    session = led_by(leader)
    sheet = locked(session, leader)
    first = sheets.make(sheet.pk)
    again = sheets.make(sheet.pk)
    with travel(now() + timedelta(hours=1)):
        attendance.unlock(sheet, by=leader, reason="Un nom oublié")
        sheet.refresh_from_db()
        assert sheet.document is None
        assert sheets.make(sheet.pk) is None
        attendance.mark(one_of(session), "morning", "present", by=leader)
        second = sheets.make(locked(session, leader).pk)

    assert again is None
    assert issued(sheet) == [first, second]
    assert (second.reference, second.version) == (first.reference, 2)
    assert second.supersedes == first
    assert "Annule et remplace la version 1" in words(content(second))


def test_unlocked_and_locked_before_it_was_made_is_made_once(leader):
    session = led_by(leader)
    sheet = locked(session, leader)
    attendance.unlock(sheet, by=leader, reason="Un nom oublié")
    sheet = locked(session, leader)

    sheets.make(sheet.pk)

    assert [one.version for one in issued(sheet)] == [1]


def test_made_of_an_earlier_lock_is_replaced_not_taken_for_the_next(leader):
    """Its worker died between the file and the sheet, then the sheet changed."""
    session = led_by(leader)
    sheet = locked(session, leader)
    stale = AttendanceSheet.objects.select_related("session__activity").get(pk=sheet.pk)
    first = paper.filled(stale, supersedes=None)
    with travel(now() + timedelta(hours=1)):
        attendance.unlock(sheet, by=leader, reason="Un nom oublié")
        sheet = locked(session, leader)
        sheets.make(sheet.pk)

    sheet.refresh_from_db()
    assert sheet.document.supersedes == first


def test_full_disk_keeps_the_number_and_the_sweeper_tries_again(leader, monkeypatch):
    sheet = locked(led_by(leader), leader)

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(PrivateStorage, "_save", full)
        with pytest.raises(OSError, match="No space"):
            sheets.make(sheet.pk)
    assert sheets.sweep() == 0  # its bell may still ring
    with travel(now() + timedelta(minutes=3)):
        assert sheets.sweep() == 1
        sheets.make(sheet.pk)
        assert sheets.sweep() == 0

    sheet.refresh_from_db()
    assert sheet.document.reference == "EMA-2027-0001"
    assert issued(sheet) == [sheet.document]


# --- Who reads it ------------------------------------------------------------------
def made(leader, activity):
    sheet = locked(led_by(leader, 2, activity=activity), leader)
    sheets.make(sheet.pk)
    sheet.refresh_from_db()
    return sheet


def status(client, person, address):
    client.logout()
    client.sign_in(person)
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer)
    return answer.status_code


def test_filled_sheet_of_a_sealed_group_is_for_its_officer_alone(client, leader):
    officer = PersonFactory(officer=True)
    sheet = made(leader, PracticeCycleFactory(officer=officer))
    member = sheet.session.participations.first().person
    address = sheet.document.get_absolute_url()

    answers = {
        who: status(client, person, address)
        for who, person in {
            "officer": officer,
            "colleague": PersonFactory(officer=True),
            "direction": PersonFactory(direction=True),
            "stranger": PersonFactory(),
            "member": member,
            "leader": leader,
        }.items()
    }

    assert answers.pop("officer") == 200
    assert set(answers.values()) == {404}


def test_filled_sheet_of_an_open_group_is_read_by_those_who_run_activities(
    client, leader
):
    sheet = made(leader, ActivityFactory())
    address = sheet.document.get_absolute_url()

    assert status(client, PersonFactory(officer=True), address) == 200
    assert status(client, PersonFactory(), address) == 404


def test_whoever_leads_reads_the_filled_sheet_in_their_workspace(client, leader):
    RoleFactory(person=leader, role="facilitator")
    sheet = made(leader, PracticeCycleFactory())
    session = sheet.session
    address = reverse("activities:animation-filled", args=[session.uuid])

    assert status(client, leader, address) == 200
    assert (
        address
        in client.get(
            reverse("activities:animation-session", args=[session.uuid])
        ).content.decode()
    )
    assert status(client, PersonFactory(), address) == 404


def test_filled_sheet_is_not_found_before_it_is_made(client, leader):
    session = led_by(leader)
    address = reverse("activities:animation-filled", args=[session.uuid])

    assert status(client, leader, address) == 404


def test_blank_sheet_on_the_desk_is_for_whoever_knows_the_group(client, leader):
    officer = PersonFactory(officer=True)
    sealed = led_by(leader, 1, activity=PracticeCycleFactory(officer=officer))
    address = reverse("admin:activities_session_sheet", args=[sealed.pk])

    assert status(client, officer, address) == 200
    assert status(client, PersonFactory(officer=True), address) == 404
    assert status(client, PersonFactory(direction=True), address) == 404


def test_desk_page_leads_to_the_sheets(client, leader):
    officer = PersonFactory(officer=True)
    session = led_by(leader, 1)
    client.sign_in(officer)
    page = reverse("admin:activities_session_attendance", args=[session.pk])

    assert reverse("admin:activities_session_sheet", args=[session.pk]) in (
        client.get(page).text
    )
    sheet = locked(session, leader)
    assert "La feuille contresignée est en préparation" in client.get(page).text
    sheets.make(sheet.pk)
    sheet.refresh_from_db()
    assert sheet.document.get_absolute_url() in client.get(page).text
