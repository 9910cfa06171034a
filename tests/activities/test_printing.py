"""The letters on paper of a batch: the stored pages in one file, then posted."""

import pytest
from pypdf import PdfReader

from agency.activities.models import Convening
from agency.activities.services import convenings, enrolments, printing
from agency.activities.services.expected import expect
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.documents.models import IssuedDocument
from agency.people.services import erasure
from tests.activities.factories import ActivityFactory, EnrolmentFactory, SessionFactory
from tests.core.desk import texts
from tests.documents.reading import opened
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
CONVENINGS = "/gestion/activities/convening/"
FAMILIES = ("Aubrac", "Brun", "Çelik")


@pytest.fixture
def desk(client, officer):
    return client.sign_in(officer)


def batch_of(by, *, paragraph="", **activity):
    """Three people without an address, and one with, convened."""
    session = SessionFactory(activity=ActivityFactory(**activity), starts_in=15)
    for family_name in reversed(FAMILIES):
        awaited(session, family_name=family_name, email=None)
    awaited(session, family_name="Diallo")
    convening = convenings.convene(session, by=by, paragraph=paragraph)
    ids = list(convening.convocations.values_list("pk", flat=True))
    convenings.make(convening.pk, ids)
    return Convening.objects.get(pk=convening.pk)


def awaited(session, **person):
    enrolment = EnrolmentFactory(
        activity=session.activity, confirmed=True, person=PersonFactory(**person)
    )
    expect(enrolment, sessions=[session])


def url_of(convening):
    return f"{CONVENINGS}{convening.pk}/lettres/"


def readers(pdf):
    """The family name on each page that has one, None for a blank page."""
    said = [page.extract_text() for page in opened(pdf).pages]
    return [next((n for n in FAMILIES if n in text), None) for text in said]


def test_letters_are_in_one_file_each_on_the_front_of_a_sheet(desk, officer):
    convening = batch_of(officer)

    answer = desk.get(url_of(convening))

    assert answer["Content-Type"] == "application/pdf"
    assert readers(answer.content) == ["Aubrac", None, "Brun", None, "Çelik"]
    assert not opened(answer.content).pages[1].extract_text().strip()
    assert "no-store" in answer["Cache-Control"]


def test_letter_of_two_pages_takes_no_blank_page(desk, officer):
    convening = batch_of(officer, paragraph="\n\n".join(["Une ligne."] * 30))

    pages = opened(desk.get(url_of(convening)).content).pages

    assert [bool(page.extract_text().strip()) for page in pages] == [True] * 6


def test_pages_are_those_that_are_stored(officer):
    convening = batch_of(officer)
    letter = IssuedDocument.objects.get(recipient__family_name="Aubrac")
    with letter.file.open() as stored:
        [page] = PdfReader(stored).pages
        before = page.get_contents().get_data()

    printed = opened(printing.letters(convening)).pages[0]

    assert printed.get_contents().get_data() == before
    assert printed.mediabox == page.mediabox


def test_nobody_who_has_an_address_is_among_them(officer):
    assert "Diallo" not in str(readers(printing.letters(batch_of(officer))))


def test_person_erased_since_is_left_out_of_the_file_and_of_the_page(desk, officer):
    convening = batch_of(officer)
    gone = PersonFactory._meta.model.objects.get(family_name="Brun")

    erasure.erase(gone, by=gone)

    assert readers(desk.get(url_of(convening)).content) == ["Aubrac", None, "Çelik"]
    assert "Brun" not in desk.get(f"{CONVENINGS}{convening.pk}/change/").text


def test_person_who_withdrew_since_is_posted_nothing(officer):
    convening = batch_of(officer)
    one = convening.session.activity.enrolments.get(person__family_name="Çelik")

    enrolments.withdraw(one, by=one.person)

    assert readers(printing.letters(convening)) == ["Aubrac", None, "Brun"]


def test_batch_without_paper_has_no_file(desk, officer):
    session = SessionFactory(starts_in=15)
    awaited(session)
    convening = convenings.convene(session, by=officer)

    assert desk.get(url_of(convening)).status_code == 404
    with pytest.raises(MoveBlocked):
        printing.mark_posted(convening, by=officer)


def test_file_that_is_away_is_told_on_the_page(desk, officer):
    convening = batch_of(officer)
    letter = IssuedDocument.objects.get(recipient__family_name="Brun")
    letter.file.storage.delete(letter.file.name)

    page = desk.get(url_of(convening), follow=True)

    assert "disque" in texts(page)[0]


def test_letters_are_noted_as_posted_once_and_by_whom(desk, officer):
    convening = batch_of(officer)
    url = url_of(convening)

    first = desk.post(url, follow=True)
    again = desk.post(url, follow=True)

    entry = JournalEntry.objects.about(convening).get(action="post_letters")
    assert (entry.by, entry.data) == (officer, {"letters": 3})
    assert str(officer) in first.text
    assert "déjà" in texts(again)[0]


def test_letters_made_anew_are_to_post_again(officer):
    convening = batch_of(officer)
    printing.mark_posted(convening, by=officer)
    row = convening.convocations.first()
    type(row).objects.filter(pk=row.pk).update(state="failed")

    convenings.resume(convening, by=officer)

    convening.refresh_from_db()
    assert convening.posted_at is None


@pytest.mark.parametrize("role", ["accountant", "superuser", "stranger"])
def test_others_print_nothing(client, request, officer, role):
    convening = batch_of(officer)
    client.sign_in(request.getfixturevalue(role))

    assert client.get(url_of(convening)).status_code in (403, 404)
    assert client.post(url_of(convening)).status_code in (403, 404)


def test_colleague_prints_no_letter_of_a_sealed_group(client, officer):
    convening = batch_of(officer, officer=officer, confidentiality="sealed")

    assert client.sign_in(officer).get(url_of(convening)).status_code == 200
    colleague = client.sign_in(PersonFactory(officer=True))
    assert colleague.get(url_of(convening)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_file_costs_one_query_however_many_letters(
    officer, count, django_assert_num_queries
):
    convening = batch_of(officer)
    rows = convening.convocations.filter(state="paper").order_by("pk")
    type(convening.convocations.first()).objects.filter(
        pk__in=rows.values_list("pk", flat=True)[count:]
    ).update(state="dropped")

    with django_assert_num_queries(1):
        assert printing.letters(convening)
