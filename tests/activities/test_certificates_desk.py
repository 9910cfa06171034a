"""Certificates on the desk, and on the page of whoever earned one."""

import pytest
from django.urls import reverse

from agency.core.clock import travel
from agency.core.models import JournalEntry
from agency.mail.states import EmailState
from tests.activities.cycles import NOON, Cycle, messages
from tests.activities.factories import (
    ActivityFactory,
    AttendanceFactory,
    EnrolmentFactory,
    ParticipationFactory,
    SessionFactory,
)
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_june():
    with travel(NOON):
        yield


# --- On the desk, and one's own page -----------------------------------------------
def page_of(activity):
    return reverse("admin:activities_activity_certificates", args=[activity.pk])


def test_officer_reads_why_somebody_has_none_and_presses_the_button(client):
    cycle = Cycle("present", "present", "absent", kind=ActivityFactory)
    glad = EnrolmentFactory(activity=cycle.activity, confirmed=True)
    for session in cycle.activity.sessions.order_by("pk"):
        one = ParticipationFactory(session=session, person=glad.person, enrolment=glad)
        AttendanceFactory(participation=one)
    client.sign_in(cycle.officer)

    page = client.get(page_of(cycle.activity)).text
    assert "0 attestation établie sur 1." in page
    assert "2 séances sur 3 suivies\u202f; il en faut 80\u202f%." in page
    answer = client.post(page_of(cycle.activity), follow=True)

    assert "1 attestation est en préparation." in answer.text
    assert "1 attestation établie sur 1." in client.get(page_of(cycle.activity)).text
    assert JournalEntry.objects.about(cycle.activity).filter(action="certify").exists()


def test_page_says_which_sheet_is_missing(client):
    cycle = Cycle("present", kind=ActivityFactory)
    cycle.hold(2, "present", locked=False)
    client.sign_in(cycle.officer)

    page = client.get(page_of(cycle.activity)).text
    refused = client.post(page_of(cycle.activity), follow=True).text

    assert "15\xa0février\xa02027" in page
    assert "Établir les attestations" not in page
    assert "verrouillée" in refused
    assert cycle.document is None


def test_nothing_is_asked_of_the_sheets_to_come(client):
    cycle = Cycle("present", kind=ActivityFactory)
    SessionFactory(activity=cycle.activity, starts_in=30)
    client.sign_in(cycle.officer)

    page = client.get(page_of(cycle.activity)).text

    assert "Sa dernière séance a lieu le" in page
    assert "contresignez" not in page
    assert "Établir les attestations" not in page


def test_names_of_a_sealed_group_are_for_its_officer(client):
    cycle = Cycle("present")
    document = cycle.settle()
    for role in ("officer", "direction"):
        client.sign_in(PersonFactory(**{role: True}))
        assert client.get(page_of(cycle.activity)).status_code == 404
        assert client.get(document.get_absolute_url()).status_code == 404
    client.sign_in(cycle.officer)

    assert "Aubrac" in client.get(page_of(cycle.activity)).text


def test_own_page_says_why_there_is_none_yet(client):
    cycle = Cycle("present", "present", "absent")
    client.force_login(cycle.person)

    page = client.get(cycle.enrolment.get_absolute_url()).text

    assert "2 séances sur 3 suivies\u202f; il en faut 80\u202f%." in page
    assert "6\xa0h suivies sur 9\xa0h prévues." in page


def test_own_page_counts_half_days_where_a_session_has_two(client):
    cycle = Cycle("present")
    cycle.attend(cycle.hold(2, None, until=17), "absent", "absent")
    client.force_login(cycle.person)

    page = client.get(cycle.enrolment.get_absolute_url()).text

    assert "1 demi-journée sur 3 suivie\u202f; il en faut 80\u202f%." in page


def test_own_page_leads_to_the_certificate(client):
    cycle = Cycle("present")
    client.force_login(cycle.person)
    url = cycle.enrolment.get_absolute_url()
    assert "Votre attestation est en préparation" in client.get(url).text

    document = cycle.settle()

    page = client.get(url).text
    assert page.count(document.get_absolute_url()) == 2  # said, and among documents
    assert messages().get().state == EmailState.QUEUED
