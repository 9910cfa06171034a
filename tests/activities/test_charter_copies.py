"""A charter on paper: to read before one signs; signed, with the proof, for its signer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.activities import emails
from agency.activities.choices import CharterUse
from agency.activities.models import CharterClause, CharterSignature
from agency.activities.printed import charters as printed
from agency.activities.services import charter_copies, charters
from agency.core.clock import now, travel
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from tests.activities.factories import (
    CharterClauseFactory,
    CharterFactory,
    CharterVersionFactory,
    EnrolmentFactory,
    FacilitatorFactory,
    PracticeCycleFactory,
    publish,
)
from tests.documents import printed as made
from tests.documents.reading import fonts, opened, tags, words
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
LATER = timedelta(minutes=3)


@pytest.fixture(autouse=True)
def on_the_day():
    with travel(made.SIGNED_AT):
        yield


@pytest.fixture
def signature():
    return made.signature()


def taken(client, url):
    """(status, the bytes) of a file, which is closed once it is read."""
    answer = client.get(url)
    data = b"".join(answer) if answer.streaming else answer.content
    return answer.status_code, data


def by_four(digest):
    return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


# --- What the paper says -----------------------------------------------------
def test_signed_charter_bears_the_whole_text_and_the_whole_proof(signature):
    text = words(made.read(printed.issue_signed(signature)))

    for said in (
        "Charte des groupes fermés",
        *(title for title, _text in made.ARTICLES),
        "Pendant le groupe et après.",
        "Awa Diallo",
        "Métiers de la production",
        "version 1, en vigueur depuis le",
        "mardi 1er décembre 2026, 9 h 04 et 33 s, heure de Paris (UTC+1)",
        by_four(signature.sha256),
        by_four(signature.address_hash),
        "signature électronique simple",
        "article 25",
        "L’article 1367 du Code civil",
        "CHA-2026-0001",
        "page 2 sur 2",
    ):
        assert said in text, said


def test_nobody_else_of_the_group_is_named(signature):
    data = made.read(printed.issue_signed(signature))

    assert "Autremembre" not in words(data)
    assert "Autremembre" not in words(made.read(printed.issue_text(signature.version)))


def test_the_proof_stands_on_a_page_of_its_own(signature):
    pages = opened(made.read(printed.issue_signed(signature))).pages

    assert "Preuve de la signature" in pages[-1].extract_text()
    assert "Preuve de la signature" not in pages[0].extract_text()


@pytest.mark.parametrize("make", [made.charter, made.signed_charter])
def test_paper_is_tagged_in_french_with_its_own_fonts(make):
    data = make()
    root = opened(data).trailer["/Root"]

    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data()
    assert {"/H1", "/H2", "/L", "/LI"} <= set(tags(data))
    assert all("/FontFile2" in one and "+" in name for name, one, _way in fonts(data))


def test_text_with_markup_and_long_articles_stays_whole():
    version = CharterVersionFactory(introduction="<b>gras</b> & =HYPERLINK(1)")
    CharterClauseFactory(version=version, title="T" * 160, text="Mot à mot. " * 900)
    publish(version)

    text = words(made.read(printed.issue_text(version)))

    assert text.count("Mot ") == 900
    assert "<b>gras</b> & =HYPERLINK(1)" in text


def test_agency_without_anything_but_a_name_signs_nothing_blank(settings, signature):
    bare = dict.fromkeys(settings.AGENCY, "")
    settings.AGENCY = bare | {"name": "Agence des Lisières"}

    text = words(made.read(printed.issue_signed(signature)))

    assert "SIRET" not in text
    assert "None" not in text


# --- Made in the background, once ------------------------------------------------
def test_signing_makes_the_copy_of_the_signer(django_capture_on_commit_callbacks):
    charter = CharterFactory()
    cycle = PracticeCycleFactory(charter=charter)
    enrolment = EnrolmentFactory(activity=cycle, accepted=True)
    version = charter.in_force()
    said = {"sha256": version.sha256, "typed_name": enrolment.person.full_name}

    with django_capture_on_commit_callbacks(execute=True):
        signed = charters.sign(
            enrolment, version=version, address="", by=enrolment.person, **said
        )
    charter_copies.make_signed(signed.pk)

    copy = printed.issued_signed(signed)
    assert (copy.recipient, copy.about) == (enrolment.person, signed)
    charter_copies.make_signed(signed.pk)
    assert IssuedDocument.objects.filter(kind=printed.SIGNED).count() == 1


def rung(monkeypatch):
    found = []
    monkeypatch.setattr(
        charter_copies.bell, "ring", lambda task, pk: found.append((task.name, pk))
    )
    return found


def test_a_lost_bell_is_found_again(signature, monkeypatch):
    bells = rung(monkeypatch)
    with travel(made.SIGNED_AT + LATER):
        assert charter_copies.sweep() == 2

    ((text, version), (signed, pk)) = bells
    assert text.endswith("make_charter_text")
    assert signed.endswith("make_signed_charter")
    assert (version, pk) == (signature.version_id, signature.pk)


def test_what_is_made_is_not_rung_for_again(signature):
    printed.issue_text(signature.version)
    printed.issue_signed(signature)

    with travel(made.SIGNED_AT + LATER):
        assert charter_copies.sweep() == 0


def test_what_was_just_signed_is_left_to_its_own_bell(signature):
    CharterSignature.objects.update(signed_at=now())
    printed.issue_text(signature.version)

    assert charter_copies.sweep() == 0


def test_a_copy_that_was_begun_and_not_written_is_rung_for(signature, monkeypatch):
    printed.issue_text(signature.version)
    printed.issue_signed(signature)
    IssuedDocument.objects.filter(kind=printed.SIGNED).update(file="")
    bells = rung(monkeypatch)

    with travel(made.SIGNED_AT + LATER):
        charter_copies.sweep()

    assert [pk for _task, pk in bells] == [signature.pk]


def test_an_erased_signer_gets_no_copy(signature):
    signature.person.erased_at = now()
    signature.person.save()

    charter_copies.make_signed(signature.pk)
    with travel(made.SIGNED_AT + LATER):
        charter_copies.sweep()

    assert not IssuedDocument.objects.filter(kind=printed.SIGNED).exists()


def test_a_text_changed_under_its_signature_is_told_and_not_printed(signature, caplog):
    CharterClause.objects.filter(version=signature.version).update(text="Autre chose.")

    charter_copies.make_signed(signature.pk)

    assert "changed after it was signed" in caplog.text
    assert not IssuedDocument.objects.exists()


def test_a_draft_is_not_issued():
    draft = CharterVersionFactory()

    charter_copies.make_text(draft.pk)

    assert not IssuedDocument.objects.exists()


def test_a_new_version_signed_is_a_new_document(signature):
    first = printed.issue_signed(signature)
    charter = signature.version.charter
    second = charters.new_version(charter, by=PersonFactory(officer=True))
    publish(second)
    again = charters.sign(
        signature.enrolment,
        version=second,
        sha256=second.sha256,
        typed_name=signature.person.full_name,
        address="",
        by=signature.person,
    )

    copy = printed.issue_signed(again)

    assert copy.reference != first.reference
    assert "version 2" in words(made.read(copy))
    assert IssuedDocument.objects.current().filter(kind=printed.SIGNED).count() == 2


# --- Who reads it ------------------------------------------------------------
def test_it_is_among_their_documents_and_on_their_pages(client, signature):
    copy = printed.issue_signed(signature)
    client.sign_in(signature.person)
    enrolment = signature.enrolment

    for page in (
        reverse("pages:own-documents"),
        enrolment.get_absolute_url(),
        reverse("activities:enrolment-sign", args=[enrolment.uuid]),
    ):
        assert copy.get_absolute_url() in client.get(page).text
    assert taken(client, copy.get_absolute_url())[0] == 200


@pytest.mark.parametrize("role", ["officer", "secretary", "direction", "superuser"])
def test_of_a_sealed_group_the_officer_in_charge_alone(client, signature, role):
    url = printed.issue_signed(signature).get_absolute_url()

    client.sign_in(PersonFactory(**{role: True}))
    assert taken(client, url)[0] == 404
    client.sign_in(signature.enrolment.activity.officer)
    assert taken(client, url)[0] == 200


def test_another_member_reads_nothing(client, signature):
    url = printed.issue_signed(signature).get_absolute_url()
    other = EnrolmentFactory(activity=signature.enrolment.activity, confirmed=True)

    assert taken(client.sign_in(other.person), url)[0] == 404


def test_an_undertaking_is_read_by_the_office(client):
    signed = made.signature(enrolment=None, person=PersonFactory())
    url = printed.issue_signed(signed).get_absolute_url()

    assert taken(client.sign_in(PersonFactory(officer=True)), url)[0] == 200
    assert taken(client.sign_in(signed.person), url)[0] == 200
    assert taken(client.sign_in(PersonFactory()), url)[0] == 404


# --- To read before one signs --------------------------------------------------
def test_the_page_leads_to_the_text_on_paper(client):
    cycle = PracticeCycleFactory(charter=CharterFactory())
    enrolment = EnrolmentFactory(activity=cycle, accepted=True)
    client.sign_in(enrolment.person)
    url = reverse("activities:enrolment-charter", args=[enrolment.uuid])

    assert (
        url
        in client.get(reverse("activities:enrolment-sign", args=[enrolment.uuid])).text
    )
    draft = client.get(url)
    assert (draft.status_code, draft["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in draft["Cache-Control"]
    assert not IssuedDocument.objects.exists()

    printed.issue_text(cycle.charter.in_force())
    assert "TXC-" in words(taken(client, url)[1])


def test_the_text_is_not_for_strangers(client):
    cycle = PracticeCycleFactory(charter=CharterFactory())
    enrolment = EnrolmentFactory(activity=cycle, accepted=True)
    url = reverse("activities:enrolment-charter", args=[enrolment.uuid])

    assert taken(client.sign_in(PersonFactory(officer=True)), url)[0] == 404


def test_a_facilitator_reads_their_undertaking_on_paper(client):
    charter = CharterFactory(use=CharterUse.FACILITATOR)
    leader = FacilitatorFactory().person
    url = reverse("activities:undertaking-text")

    page = client.sign_in(leader).get(url)
    assert charter.title in words(page.content)
    assert taken(client.sign_in(PersonFactory()), url)[0] == 404


def test_the_message_brings_the_text_once_it_is_made():
    cycle = PracticeCycleFactory(charter=CharterFactory())
    printed.issue_text(cycle.charter.in_force())
    emails.charter_to_sign(EnrolmentFactory(activity=cycle, accepted=True))

    email = OutgoingEmail.objects.get()
    assert [one.document.kind for one in email.attachments.all()] == [printed.TEXT]
    assert "Son texte est joint" in email.text


def test_the_message_leaves_without_a_text_that_is_not_made():
    cycle = PracticeCycleFactory(charter=CharterFactory())
    emails.charter_to_sign(EnrolmentFactory(activity=cycle, accepted=True))

    email = OutgoingEmail.objects.get()
    assert not email.attachments.exists()
    assert "Son texte est joint" not in email.text
