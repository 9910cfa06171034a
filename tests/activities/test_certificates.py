"""Certificates: only on locked sheets, above the threshold, with exact hours (invariant 17)."""

import pytest

from agency.activities.models import Attendance, AttendanceSheet, Session
from agency.activities.services import attendance, certificates
from agency.activities.services.assiduity import assiduity
from agency.activities.services.sheets import latest
from agency.core.clock import travel
from agency.core.lifecycle import MoveBlocked
from tests.activities.cycles import NOON, Cycle, content, messages
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.documents.reading import tags

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_june():
    with travel(NOON):
        yield


# --- What it says ------------------------------------------------------------------
def test_certificate_of_a_cycle_has_its_sessions_and_exact_hours():
    cycle = Cycle("present", "present", "excused", title="Tenir dans la durée")
    day = cycle.hold(4, None, until=17)
    cycle.attend(day, "present", "left_early")

    document = cycle.settle()
    text = content(document)

    assert document.reference == "ATT-2027-0001"
    assert document.recipient == cycle.person
    assert "Attestation d’assiduité" in text
    assert "atteste que Camille Aubrac a suivi « Tenir dans la durée »" in text
    assert "du 15 janvier au 15 avril 2027" in text
    assert "lundi 15 mars 2027 9 h – 12 h Sur place 3 h 0 h" in text
    assert "jeudi 15 avril 2027 9 h – 17 h Sur place 8 h 8 h" in text
    assert "Total 17 h 14 h" in text
    assert document.code_grouped in text
    assert document.printed["followed"] == 14 * 60
    assert document.printed["planned"] == 17 * 60


def test_certificate_of_a_single_date_is_one_of_participation():
    document = Cycle("remote", title="Rencontre de rentrée").settle()

    assert "Attestation de participation" in content(document)
    assert "a participé à « Rencontre de rentrée »" in content(document)
    assert document.title == "Attestation de participation, Rencontre de rentrée"


def test_certificate_is_tagged_and_describes_its_drawing():
    document = Cycle("present").settle()

    with document.file.open() as stored:
        data = stored.read()

    assert "/Figure" in tags(data)
    assert "Code à lire avec un téléphone" in str(figure(data)["/Alt"])


def figure(data):
    from pypdf.generic import DictionaryObject  # for this test alone

    from tests.documents.reading import opened  # see above

    def found(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            return next((f for f in map(found, node) if f), None)
        if isinstance(node, DictionaryObject):
            here = node.get("/S") == "/Figure"
            return node if here else found(node.get("/K"))
        return None

    return found(opened(data).trailer["/Root"]["/StructTreeRoot"])


def test_certificate_of_a_sealed_group_tells_no_title_of_a_session():
    cycle = Cycle("present")
    Session.objects.update(title="Ce que nous avons dit")

    assert "Ce que nous avons dit" not in content(cycle.settle())


def test_house_without_a_mark_nor_numbers_issues_it_all_the_same(settings):
    bare = {"short_name": "", "siret": "", "licence": "", "legal_form": ""}
    settings.AGENCY = settings.AGENCY | bare

    text = content(Cycle("present").settle())

    assert "atteste que Camille Aubrac" in text
    assert "None" not in text
    assert "SIRET" not in text


# --- Who has one -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("statuses", "given"),
    [
        (("present",) * 4 + ("absent",), True),
        (("late", "left_early", "remote", "present", "excused"), True),
        (("present",) * 3 + ("absent", "excused"), False),
        (("absent", "excused"), False),
    ],
)
def test_threshold_is_eighty_percent_of_the_half_days(statuses, given):
    cycle = Cycle(*statuses)

    assert bool(cycle.settle()) is given
    assert messages().exists() is given


def test_nobody_has_one_while_a_sheet_is_open():
    cycle = Cycle("present", "present")
    cycle.hold(3, "present", locked=False)

    assert cycle.settle() is None
    with pytest.raises(MoveBlocked, match=r"15\smars\s2027"):
        certificates.establish(cycle.activity, by=cycle.officer)


def test_nobody_has_one_while_a_session_is_to_come():
    cycle = Cycle("present")
    SessionFactory(activity=cycle.activity, starts_in=30)

    assert cycle.settle() is None


def test_cancelled_session_was_not_planned():
    cycle = Cycle("present")
    SessionFactory(activity=cycle.activity, number=7, starts_in=30, cancelled=True)

    document = cycle.settle()

    assert document.printed["planned"] == 180
    assert "Attestation de participation" in content(document)


def test_no_certificate_of_no_minute_even_without_a_threshold():
    cycle = Cycle("absent", "absent", attendance_threshold=0)

    assert assiduity(cycle.enrolment).minutes == 0
    assert cycle.settle() is None


def test_half_day_that_the_session_has_no_more_is_worth_nothing():
    cycle = Cycle("present")
    one = Attendance.objects.get().participation
    AttendanceFactory(participation=one, half_day="evening", status="present")

    assert assiduity(cycle.enrolment).minutes == 180


def test_late_entry_is_measured_from_the_entry_and_says_so():
    cycle = Cycle(None, None, "present", "present")

    text = content(cycle.settle())

    assert "Total 6 h 6 h" in text
    assert "L’activité compte 4 séances" in text


def test_whoever_chose_some_dates_is_measured_on_those():
    cycle = Cycle("present", None, "absent", kind=ActivityFactory)

    assert cycle.settle() is None
    assert assiduity(cycle.enrolment).planned == 2


def test_who_left_or_was_excluded_has_none():
    cycle = Cycle("present", "present")
    EnrolmentFactory(activity=cycle.activity, withdrawn=True)
    type(cycle.enrolment).objects.filter(pk=cycle.enrolment.pk).update(
        state="withdrawn", ended_at=NOON
    )

    assert cycle.records() == []
    assert cycle.settle() is None


def test_whoever_came_to_a_single_date_without_being_registered_has_one():
    cycle = Cycle("present", kind=ActivityFactory)
    session = cycle.activity.sessions.get()
    guest = ParticipationFactory(session=session, enrolment=None)
    AttendanceFactory(participation=guest)

    cycle.settle()

    assert latest(guest, kind="certificate").recipient == guest.person


def test_sheet_locked_makes_the_certificates(django_capture_on_commit_callbacks):
    cycle = Cycle("present")
    session = cycle.hold(2, "present", locked=False)
    with django_capture_on_commit_callbacks(execute=True):
        attendance.lock(session, typed_name=cycle.officer.full_name, by=cycle.officer)

    assert cycle.document.printed["followed"] == 360
    assert AttendanceSheet.objects.get(session=session).document is not None
    assert not AttendanceSheet.objects.filter(certified_at=None).exists()
