"""Whoever holds a paper asks whether it is ours, and learns nothing else."""

import pytest
from django.urls import reverse

from agency.core.clock import now
from agency.documents import codes, services, views
from agency.documents.models import IssuedDocument
from agency.people.services import erasure
from tests.documents.factories import issue
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

SAID = {"name": "Camille Aubrac", "followed": 720, "planned": 900}
UNKNOWN = "Ce code n’est celui d’aucun document"
TOLD = ("Camille", "Aubrac", "LET-", "12\xa0h", "Version", "effacées")


def certificate(**changes):
    given = {"printed": SAID, "recipient": PersonFactory()} | changes
    return issue(**given)


def page(client, code):
    answer = client.get(reverse("documents:document-check", args=[code]))
    assert answer.status_code == 200
    return answer


def test_code_cannot_be_guessed_nor_misread():
    made = {codes.new() for _one in range(200)}

    assert len(made) == 200
    assert {len(code) for code in made} == {16}
    assert len(codes.ALPHABET) ** codes.LENGTH > 2**78
    assert set("01ILOU").isdisjoint(codes.ALPHABET)
    assert codes.clean(codes.grouped(min(made))) == min(made)


def test_page_says_what_the_paper_says(client):
    document = certificate()

    answer = page(client, document.code_grouped)

    assert "Cette attestation est authentique" in answer.text
    assert "Camille Aubrac" in answer.text
    assert "12\xa0h sur 15\xa0h prévues" in answer.text
    assert f"{document.reference}, version 1" in answer.text
    assert document.title not in answer.text
    assert document.recipient.email not in answer.text
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "write",
    [
        str.lower,
        lambda code: f" {code} ",
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " ").lower(),
        lambda code: code.replace("-", "\u2013"),
        lambda code: "\u00a0".join(code),
    ],
)
def test_spaces_dashes_and_case_are_forgiven(client, write):
    document = certificate()

    form = client.get(
        reverse("documents:document-verify"), {"code": write(document.code_grouped)}
    )

    assert "Cette attestation est authentique" in form.text


def forged(code):
    """The same code but for its last sign."""
    other = next(sign for sign in codes.ALPHABET if sign != code[-1])
    return code[:-1] + other


@pytest.mark.parametrize(
    "write",
    [
        forged,
        lambda code: code[:-1],
        lambda code: code[:4],
        lambda code: f"{code}A",
        lambda code: code[::-1],
        lambda code: "0" * 16,
        lambda code: "%",
        lambda code: "' OR 1=1 --",
        lambda code: "\x00" * 16,
        lambda code: "\u0131" * 16,
    ],
)
def test_forged_or_cut_code_is_answered_alike_and_tells_nothing(client, write):
    document = certificate()

    answer = client.get(
        reverse("documents:document-verify"), {"code": write(document.code)}
    )

    assert UNKNOWN in answer.text or "Erreur" in answer.text
    assert [word for word in TOLD if word in answer.text] == []


def test_code_that_is_nearly_right_is_answered_as_one_that_is_all_wrong(client):
    near, far = forged(certificate().code), "Z" * 16

    answers = {page(client, code).text.replace(code, "") for code in (near, far)}

    assert len(answers) == 1


def test_replaced_one_names_its_successor_and_the_successor_is_authentic(client):
    first = certificate(about=PersonFactory())
    second = certificate(about=first.about, recipient=first.recipient, supersedes=first)

    old, new = page(client, first.code), page(client, second.code)

    assert "n’est plus valable" in old.text
    assert "La version 2, du" in old.text
    assert "authentique" not in old.text.split("</h2>")[0]
    assert "Cette attestation est authentique" in new.text
    assert "version 2" in new.text


def test_withdrawn_one_says_so_and_so_does_what_it_had_replaced(client):
    first = certificate(about=PersonFactory())
    second = certificate(about=first.about, recipient=first.recipient, supersedes=first)
    services.withdraw(second)

    for one in (first, second):
        assert "Cette attestation a été retirée" in page(client, one.code).text


def test_erased_person_is_not_named(client):
    person = PersonFactory(given_name="Camille", family_name="Aubrac")
    document = certificate(recipient=person)
    erasure.erase(person, by=person)

    answer = page(client, document.code)

    assert "Les données de cette personne ont été effacées" in answer.text
    assert "Aubrac" not in answer.text
    assert document.reference not in answer.text


def test_one_that_is_being_made_is_not_known_yet(client):
    document = certificate()
    IssuedDocument.objects.update(file="", printed=None)

    assert UNKNOWN in page(client, document.code).text


def test_successor_that_is_being_made_replaces_nothing_yet(client):
    first = certificate(about=PersonFactory())
    second = certificate(about=first.about, recipient=first.recipient, supersedes=first)
    IssuedDocument.objects.filter(pk=second.pk).update(file="", printed=None)

    assert "Cette attestation est authentique" in page(client, first.code).text


def test_other_documents_bear_no_code(client):
    document = issue()

    assert document.code is None
    assert document.printed is None
    assert client.get(reverse("documents:document-verify")).status_code == 200


def test_whoever_tries_many_codes_is_stopped(client, monkeypatch):
    monkeypatch.setattr(views, "TRIES", {"verify": "3/10m/ip"})
    document = certificate()
    for _one in range(3):
        page(client, "ZZZZ-ZZZZ-ZZZZ-ZZZZ")

    answer = client.get(reverse("documents:document-check", args=[document.code]))

    assert answer.status_code == 429
    assert "Aubrac" not in answer.text
    assert client.get(reverse("documents:document-verify")).status_code == 200


def test_page_asks_the_database_twice(client, django_assert_num_queries):
    document = certificate()

    with django_assert_num_queries(2):
        page(client, document.code)


def test_withdrawn_once(client):
    document = certificate()
    services.withdraw(document)
    moment = document.withdrawn_at
    services.withdraw(IssuedDocument.objects.get(pk=document.pk))

    document.refresh_from_db()
    assert document.withdrawn_at == moment <= now()


def test_drawing_is_that_of_the_address():
    path, side = codes.qr("https://plateau.example/verifier/ABCD-EFGH-JKMN-PQRS/")

    assert side >= 29
    # The corner that every such drawing has: seven dark modules, then a light one.
    assert path.startswith("M0 0h7v1h-7z")
