"""Certificates are made once and kept true, whatever goes wrong."""

from datetime import datetime, timedelta

import pytest

from agency.activities.services import certificates
from agency.activities.services.sheets import latest
from agency.core.clock import PARIS, travel
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from agency.documents.storage import PrivateStorage
from agency.people.services import erasure
from tests.activities.cycles import NOON, Cycle, content, messages
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    ParticipationFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_june():
    with travel(NOON):
        yield


# --- Once, and kept true -----------------------------------------------------------
def test_settled_twice_makes_and_sends_once():
    cycle = Cycle("present", "present")

    first = cycle.settle()
    certificates.make(cycle.activity.pk, [cycle.person.pk])

    assert cycle.settle() == first
    assert IssuedDocument.objects.count() == 1
    email = messages().get()
    assert email.to == cycle.person.email
    assert email.attachments.get().document == first


def test_message_waits_for_the_morning():
    with travel(datetime(2027, 6, 30, 23, 30, tzinfo=PARIS)):
        Cycle("present").settle()

    assert messages().get().next_attempt_at == datetime(2027, 7, 1, 8, tzinfo=PARIS)


def test_without_an_address_it_is_printed():
    cycle = Cycle("present", person=PersonFactory(email=None, family_name="Sansmail"))

    document = cycle.settle()

    assert "Sansmail" in content(document)
    assert not messages().exists()
    assert [one.is_due for one in cycle.records()] == [False]


def test_corrected_sheet_makes_a_second_version():
    cycle = Cycle("present", "present", "present", "present", "absent")
    first = cycle.settle()
    last = cycle.activity.sessions.get(number=5)

    cycle.relock(last, "present")
    second = cycle.settle()

    assert second.supersedes == first
    assert (second.reference, second.version) == (first.reference, 2)
    assert second.code != first.code
    assert "Annule et remplace la version 1" in content(second)
    assert [one.subject.split("\u202f:")[0] for one in messages().order_by("pk")] == [
        "Attestation disponible",
        "Attestation remplacée",
    ]


def test_sheet_locked_again_without_a_change_replaces_nothing():
    cycle = Cycle("present", "present")
    first = cycle.settle()

    cycle.relock(cycle.activity.sessions.get(number=2), "present")

    assert cycle.settle() == first
    assert messages().count() == 1


def test_same_hours_on_other_days_are_another_certificate():
    cycle = Cycle("present", "present", "present", "present", "absent")
    first = cycle.settle()
    cycle.relock(cycle.activity.sessions.get(number=4), "absent")
    cycle.relock(cycle.activity.sessions.get(number=5), "present")

    second = cycle.settle()

    assert second.printed["followed"] == first.printed["followed"]
    assert second.version == 2


def test_no_longer_earned_is_withdrawn_and_given_again_when_it_is():
    cycle = Cycle("present", "present", "present", "present", "absent")
    first = cycle.settle()
    session = cycle.activity.sessions.get(number=4)

    cycle.relock(session, "absent")
    cycle.settle()
    first.refresh_from_db()

    assert first.withdrawn_at == NOON
    assert not IssuedDocument.objects.current().exists()
    assert JournalEntry.objects.about(first).filter(action="withdraw_document").exists()
    cycle.relock(session, "present")
    assert cycle.settle().supersedes == first


def test_erased_person_gets_none():
    cycle = Cycle("present", "present")
    erasure.erase(cycle.person, by=cycle.person)

    assert cycle.settle() is None


def test_erased_after_leaves_no_name():
    cycle = Cycle("present")
    document = cycle.settle()
    type(cycle.activity).objects.filter(pk=cycle.activity.pk).update(state="completed")

    erasure.erase(cycle.person, by=cycle.person)
    cycle.settle()

    document.refresh_from_db()
    assert (document.file.name, document.printed) == ("", None)
    assert IssuedDocument.objects.count() == 1


# --- When things go wrong ----------------------------------------------------------
def test_full_disk_loses_nothing_and_the_sweeper_rings_again(monkeypatch):
    cycle = Cycle("present", "present")

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(PrivateStorage, "_save", full)
        with pytest.raises(OSError, match="No space"):
            cycle.settle()
    assert not messages().exists()
    with travel(NOON + timedelta(minutes=3)):
        assert certificates.sweep() == 1
        document = cycle.settle()
        assert certificates.sweep() == 0

    assert document.reference == "ATT-2027-0001"
    assert messages().count() == 1


def test_worker_that_died_before_the_message_is_finished(monkeypatch):
    cycle = Cycle("present")

    def killed(*args, **kwargs):
        raise SystemExit

    with monkeypatch.context() as life:
        life.setattr(certificates.emails, "certificate_available", killed)
        with pytest.raises(SystemExit):
            cycle.settle()
    first = cycle.document

    assert cycle.settle() == first
    assert messages().count() == 1


def test_one_bad_certificate_never_stops_the_others(monkeypatch):
    cycle = Cycle("present", kind=ActivityFactory)
    session = cycle.activity.sessions.get()
    other = ParticipationFactory(session=session)
    AttendanceFactory(participation=other)
    make = certificates.certificates.certificate

    def picky(record, **kwargs):
        if record.person == cycle.person:
            raise ValueError("bad")
        return make(record, **kwargs)

    monkeypatch.setattr(certificates.certificates, "certificate", picky)
    cycle.settle()

    assert cycle.document is None
    assert latest(other.enrolment, kind="certificate").file
    assert certificates.sweep() == 0  # just locked: the bell may still ring


def test_begun_with_what_is_no_longer_true_is_replaced_at_once():
    """Reserved, then the sheet was corrected before the file was written."""
    cycle = Cycle("present", "present", "present", "present", "absent")
    stale = cycle.records()[0]
    cycle.relock(cycle.activity.sessions.get(number=5), "present")
    certificates.make_one(stale)

    document = cycle.settle()

    assert document.printed["followed"] == 900
    assert document.version == 2


def test_long_ago_is_left_to_the_officer():
    Cycle("present")

    with travel(NOON + timedelta(days=8)):
        assert certificates.sweep() == 0


@pytest.mark.parametrize("count", [1, 3, 20])
def test_records_ask_as_much_however_many_people(count, django_assert_num_queries):
    cycle = Cycle("present", "present")
    for _one in range(count):
        enrolment = EnrolmentFactory(activity=cycle.activity, confirmed=True)
        for session in cycle.activity.sessions.order_by("pk"):
            one = ParticipationFactory(
                session=session, person=enrolment.person, enrolment=enrolment
            )
            AttendanceFactory(participation=one)
    cycle.records()  # content types are known

    with django_assert_num_queries(7):
        assert len(cycle.records()) == count + 1
