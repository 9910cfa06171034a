"""The briefing note of a file, and the booklet of a sitting: bookmarks, and no file shut."""

from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from agency.documents.models import IssuedDocument
from grants import booklet
from grants.models import Application, ApplicationRevision
from grants.services import instruction, interests, notes, snapshots, to_read
from tests.grants.commission import MemberFactory, free, in_review, revise
from tests.grants.desk import reported
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting():
    return in_review()


def presented(sitting, **traits):
    """On the agenda through the real steps, with its note."""
    one = reported(sitting=sitting, **traits)
    revise(one)
    content = snapshots.of(one)
    ApplicationRevision.objects.filter(application=one).update(snapshot=content)
    instruction.finish(one, by=one.rapporteur)
    instruction.schedule(one, by=one.rapporteur)
    return one


def read(data):
    return pikepdf.open(BytesIO(data))


def names(pdf):
    with pdf.open_outline() as outline:
        return [str(one.title) for one in outline.root]


def test_a_note_is_made_once_and_anew_after_the_report_changed(sitting):
    one = presented(sitting)
    for _twice in range(2):
        notes.make(one.pk)
    first = IssuedDocument.objects.get(kind=booklet.BRIEFING)
    assert first.version == 1

    instruction.unschedule(one, by=one.rapporteur)
    instruction.reopen(one, by=one.rapporteur)
    notes.make(one.pk)  # taken up again: nothing is made of it
    instruction.finish(one, by=one.rapporteur)
    notes.make(one.pk)

    last = IssuedDocument.objects.get(supersedes=first)
    assert (last.version, last.reference) == (2, first.reference)
    assert booklet.notes([one]) == {one.pk: last}


def test_the_booklet_has_a_bookmark_for_each_file_at_its_page(client, sitting):
    person = MemberFactory(sitting=sitting).person
    files = [presented(sitting) for _n in range(3)]
    for one in files:
        free(one, person)
        notes.make(one.pk)
    client.sign_in(person)

    response = client.get(reverse("grants:commission-booklet", args=[sitting.pk]))

    pdf = read(b"".join(response.streaming_content))
    assert response["Content-Type"] == "application/pdf"
    assert len(names(pdf)) == 3
    for name, one in zip(names(pdf), files, strict=True):
        assert one.number in name
        assert one.show.title in name
    # Each begins on the front of a sheet.
    with pdf.open_outline() as outline:
        places = [one.destination[0] for one in outline.root]
    pages = [pdf.pages.index(pikepdf.Page(place)) for place in places]
    assert all(page % 2 == 0 for page in pages)
    assert str(pdf.Root.Lang) == "fr"


def test_a_file_that_is_shut_to_somebody_is_not_in_their_booklet(sitting):
    person = MemberFactory(sitting=sitting).person
    kept, shut = presented(sitting), presented(sitting)
    for one in (kept, shut):
        free(one, person)
        notes.make(one.pk)
    interests.stand_back(shut, person, "family", by=person)

    files = to_read.queue(sitting, person)
    said = names(read(booklet.booklet(sitting, files, person)))

    assert len(said) == 1
    assert kept.number in said[0]


def test_a_note_that_is_not_made_yet_is_said_on_the_cover(sitting):
    one, late = presented(sitting), presented(sitting)
    notes.make(one.pk)

    pdf = read(booklet.booklet(sitting, [one, late], PersonFactory()))

    assert len(names(pdf)) == 1


def test_a_note_that_the_disk_lost_is_said_and_breaks_no_page(client, sitting):
    person = MemberFactory(sitting=sitting).person
    one = presented(sitting)
    free(one, person)
    notes.make(one.pk)
    document = IssuedDocument.objects.get(kind=booklet.BRIEFING)
    document.file.storage.delete(document.file.name)
    client.sign_in(person)

    address = reverse("grants:commission-booklet", args=[sitting.pk])
    page = client.get(address, follow=True).content.decode()

    assert "réessayez plus tard" in page


def test_what_was_lost_is_made_by_the_sweeper(sitting):
    one = presented(sitting)

    assert notes.sweep() == 1
    notes.make(one.pk)
    assert notes.sweep() == 0


def test_who_stands_back_finds_the_note_nowhere_among_documents(sitting):
    officer = PersonFactory(officer=True)
    one = presented(sitting)
    notes.make(one.pk)
    assert IssuedDocument.objects.visible_to(officer).count() == 1

    interests.stand_back(one, officer, "family", by=officer)

    assert not IssuedDocument.objects.visible_to(officer).exists()
    assert not Application.objects.visible_to(officer).exists()


@pytest.mark.parametrize("who", ["stranger", "undeclared"])
def test_nobody_else_has_a_booklet(client, sitting, who):
    notes.make(presented(sitting).pk)
    person = (
        PersonFactory() if who == "stranger" else MemberFactory(sitting=sitting).person
    )
    client.sign_in(person)

    response = client.get(reverse("grants:commission-booklet", args=[sitting.pk]))

    assert response.status_code == 404
