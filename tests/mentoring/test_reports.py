"""The report of an edition: each press a version, twice one, and never a name in it."""

import pytest
from django.urls import reverse

from agency.documents.models import IssuedDocument
from mentoring.models import MentoringEdition
from mentoring.services import reports
from tests.documents.reading import words
from tests.mentoring import year_papers
from tests.mentoring.factories import PairFactory, RunningEditionFactory
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

ROOM = "admin:mentoring_mentoringedition"


@pytest.fixture
def edition(officer):
    one = RunningEditionFactory(officer=officer, confidentiality="sealed")
    PairFactory.create_batch(6, activity=one, active=True)
    return MentoringEdition.objects.get(pk=one.pk)


def press(client, edition, after=""):
    return client.post(reverse(f"{ROOM}_report", args=[edition.pk]), {"after": after})


def test_it_is_established_from_the_dashboard_and_read_there(client, officer, edition):
    client.sign_in(officer)

    press(client, edition)

    report = reports.last(edition)
    assert (report.version, report.reference[:5]) == (1, "BILM-")
    page = client.get(reverse(f"{ROOM}_dashboard", args=[edition.pk])).text
    assert report.get_absolute_url() in page
    file = client.get(report.get_absolute_url())
    assert b"".join(file.streaming_content)[:5] == b"%PDF-"
    file.close()


def test_a_second_press_on_the_same_page_establishes_nothing(client, officer, edition):
    client.sign_in(officer)

    press(client, edition)
    press(client, edition)

    assert IssuedDocument.objects.filter(kind="mentoring_report").count() == 1


def test_a_new_version_replaces_the_one_that_was_seen(client, officer, edition):
    client.sign_in(officer)
    press(client, edition)
    first = reports.last(edition)

    press(client, edition, after=first.pk)

    second = reports.last(edition)
    assert (second.version, second.reference) == (2, first.reference)
    assert second.supersedes == first


def test_direction_establishes_it_too_and_a_colleague_does_not(client, edition):
    client.sign_in(PersonFactory(direction=True))
    press(client, edition)
    assert reports.last(edition).version == 1

    colleague = PersonFactory(officer=True)
    RunningEditionFactory(officer=colleague)
    client.sign_in(colleague)
    assert press(client, edition, after=reports.last(edition).pk).status_code == 404
    assert reports.last(edition).version == 1


def test_nobody_of_a_pair_is_named_in_it():
    edition = year_papers.full_edition()

    document = reports.establish(edition, by=edition.officer, seen="")

    with document.file.open() as stored:
        text = words(stored.read())
    for pair in edition.pairs.select_related("mentor", "mentee"):
        assert pair.mentor.family_name not in text.split()
        assert pair.mentee.family_name not in text.split()


def test_whoever_is_in_a_pair_does_not_receive_it(client, edition):
    report = reports.establish(edition, by=edition.officer, seen="")
    client.sign_in(edition.pairs.first().mentor)

    assert client.get(report.get_absolute_url()).status_code == 404
