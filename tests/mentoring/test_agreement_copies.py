"""The agreement on paper, and the messages that bring it: once, in order, never lost."""

from datetime import timedelta

import pytest

from agency.core.clock import now, travel
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from mentoring import documents, tasks
from mentoring.models import PairAgreement
from mentoring.services import agreement_copies, agreements, pairs
from tests.documents.reading import opened, words
from tests.mentoring.agreements import all_sign, pending_pair, signed, worded
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db
EMAILS = "mentoring/emails"


@pytest.fixture
def pair():
    return pending_pair()


def made(pair):
    agreement = agreements.in_force(pair)
    tasks.make_agreement(agreement.pk)
    return documents.issued_for(agreement)


def read(document):
    with document.file.open() as file:
        return file.read()


def told():
    rows = OutgoingEmail.objects.filter(template__startswith=EMAILS).order_by("pk")
    return [one.template.removeprefix(f"{EMAILS}/") for one in rows]


def test_the_message_that_a_pair_is_formed_brings_it(pair):
    assert told() == []

    document = made(pair)
    made(pair)

    assert told() == ["pair_confirmed"] * 2
    for email in OutgoingEmail.objects.all():
        assert email.attachments.get().document == document
        assert f"/mentorat/binomes/{pair.uuid}/convention/" in email.text
    assert (document.reference[:4], document.recipient) == ("CVT-", None)
    text = words(read(document))
    assert all(name in text for name in (pair.mentor.full_name, pair.mentee.full_name))
    assert pair.mentor.family_name not in document.title


def test_corrected_it_replaces_the_version_before(pair):
    first = made(pair)
    signed(pair, pair.mentor)
    old = agreements.in_force(pair)
    agreements.correct(pair, worded(old, objectives="Autre chose."), by=None)

    second = made(pair)

    assert (second.supersedes, second.reference) == (first, first.reference)
    assert told()[2:] == ["agreement_corrected"] * 2
    assert "Autre chose." in words(read(second))


def test_a_text_replaced_before_it_was_made_is_told_once_as_corrected(pair):
    old = agreements.in_force(pair)
    agreements.correct(pair, worded(old, objectives="Autre chose."), by=None)

    tasks.make_agreement(old.pk)
    made(pair)

    assert told() == ["agreement_corrected"] * 2


def test_signed_by_the_three_it_bears_the_proof(pair):
    made(pair)
    all_sign(pair)

    document = made(pair)

    assert document.reference.startswith("CVM-")
    assert told()[2:] == ["agreement_signed"] * 2
    pages = opened(read(document)).pages
    proof = pages[-1].extract_text().replace("\n", " ")
    squeezed = words(read(document)).replace("\u202f", "").replace(" ", "")
    assert "Preuve des signatures" in words(read(document))
    assert agreements.in_force(pair).sha256 in squeezed
    assert all(
        one.typed_name.split()[-1] in words(read(document))
        for one in agreements.in_force(pair).names.values()
    )
    assert "eIDAS" in proof or "eIDAS" in words(read(document))


def test_a_text_changed_in_the_database_has_no_signed_copy(pair, caplog):
    all_sign(pair)
    PairAgreement.objects.update(introduction="Autre chose.")

    assert made(pair) is None
    assert "changed after it was signed" in caplog.text
    assert told() == []


def test_signed_on_paper_the_text_stays_the_document(pair):
    first = made(pair)
    pairs.activate(pair, paper_on=now().date() - timedelta(days=1))

    assert made(pair) == first
    assert told() == ["pair_confirmed"] * 2


def test_a_pair_that_ended_is_told_nothing_of_it(pair):
    agreement = agreements.in_force(pair)
    pairs.end_early(pair, by=pair.mentor, category="time")

    tasks.make_agreement(agreement.pk)

    assert "pair_confirmed" not in told()
    assert not IssuedDocument.objects.exists()


def test_a_bell_that_nobody_heard_is_rung_again(
    pair, django_capture_on_commit_callbacks
):
    assert agreement_copies.sweep() == 0  # rung a moment ago
    with travel(now() + timedelta(minutes=5)):
        with django_capture_on_commit_callbacks(execute=True):
            assert agreement_copies.sweep() == 1
        assert documents.issued_for(agreements.in_force(pair)) is not None
        assert told() == ["pair_confirmed"] * 2
        assert agreement_copies.sweep() == 0
        all_sign(pair)
        with django_capture_on_commit_callbacks(execute=True):
            tasks.sweep_agreements()
        assert agreement_copies.sweep() == 0
    assert told()[2:] == ["agreement_signed"] * 2


def test_its_document_is_known_to_its_officer_alone(pair):
    document = made(pair)
    seen = IssuedDocument.objects.visible_to

    assert document in seen(pair.activity.officer)
    for person in (PersonFactory(officer=True), PersonFactory(direction=True)):
        assert document not in seen(person)
