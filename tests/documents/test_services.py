import errno
import hashlib
import os
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from agency.core.clock import now, travel
from agency.core.dates import NBSP
from agency.core.models import JournalEntry
from agency.documents import engine, kinds, services
from agency.documents.models import DocumentSequence, IssuedDocument
from agency.documents.storage import private_storage
from tests.documents.factories import KIND, issue
from tests.documents.reading import words
from tests.people.factories import OrganisationFactory, PersonFactory

YEAR = datetime(2026, 11, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_november():
    with travel(YEAR):
        yield


def stored(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def read(document):
    with document.file.open() as file:
        return file.read()


@pytest.mark.django_db
def test_issued_document_is_stored_numbered_and_journalled(officer, private_files):
    document = issue(by=officer)
    data = read(document)

    assert document.reference == "LET-2026-0001"
    assert document.version == 1
    assert document.issued_at == YEAR
    assert document.size == len(data)
    assert document.sha256 == hashlib.sha256(data).hexdigest()
    assert services.verify(document)
    assert [path.read_bytes() for path in stored(private_files)] == [data]
    entry = JournalEntry.objects.about(document).get()
    assert (entry.action, entry.by) == ("issue", officer)
    assert entry.data["sha256"] == document.sha256


@pytest.mark.django_db
def test_paper_carries_reference_date_and_fingerprint():
    document = issue()

    text = words(read(document))

    assert "LET-2026-0001, version 1" in text
    assert "le 12 novembre 2026" in text
    fingerprint = services.short_hash(document.content_hash).replace(NBSP, " ")
    assert f"Empreinte du document : {fingerprint}." in text
    assert services.UNKNOWN not in text


@pytest.mark.django_db
def test_numbers_follow_each_other_by_year():
    first, second = issue(), issue()
    with travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):  # 2027 in Paris
        third = issue()

    assert [d.reference for d in (first, second, third)] == [
        "LET-2026-0001",
        "LET-2026-0002",
        "LET-2027-0001",
    ]


@pytest.mark.django_db
def test_document_asked_for_again_is_the_same():
    about, recipient = OrganisationFactory(), PersonFactory()
    first = issue(about=about, recipient=recipient)

    second = issue(about=about, recipient=recipient, title="Autre")

    assert second == first
    assert second.title == first.title
    assert DocumentSequence.objects.get().last == 1


@pytest.mark.django_db
def test_document_for_nobody_is_one_too():
    about = OrganisationFactory()

    assert issue(about=about, recipient=None) == issue(about=about, recipient=None)


@pytest.mark.django_db
def test_new_version_keeps_the_reference_and_the_old_file():
    about, recipient = OrganisationFactory(), PersonFactory()
    first = issue(about=about, recipient=recipient)
    before = read(first)

    second = issue(about=about, recipient=recipient, supersedes=first)

    assert (second.reference, second.version) == (first.reference, 2)
    assert "Annule et remplace la version 1" in words(read(second))
    first.refresh_from_db()
    assert read(first) == before
    assert services.verify(first)
    assert list(IssuedDocument.objects.current()) == [second]
    assert DocumentSequence.objects.get().last == 1


@pytest.mark.django_db
def test_changed_file_does_not_verify():
    document = issue()
    path = private_storage().path(document.file.name)
    with open(path, "ab") as file:
        file.write(b" ")

    assert not services.verify(document)


@pytest.mark.django_db
def test_title_of_500_characters_is_shortened_in_lists_only():
    assert len(issue(title="T" * 500).title) == 400


@pytest.mark.django_db
def test_full_disk_leaves_no_file_and_loses_no_number(monkeypatch, private_files):
    about, recipient = OrganisationFactory(), PersonFactory()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space left"):
            issue(about=about, recipient=recipient)

    assert stored(private_files) == []
    assert not IssuedDocument.objects.visible_to(recipient).exists()
    assert not JournalEntry.objects.exists()
    document = issue(about=about, recipient=recipient)
    assert document.reference == "LET-2026-0001"
    assert len(stored(private_files)) == 1


@pytest.mark.django_db
def test_page_that_cannot_be_laid_out_loses_no_number(monkeypatch):
    about = OrganisationFactory()

    def broken(html):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(engine, "pdf", broken)
        with pytest.raises(RuntimeError):
            issue(about=about, recipient=None)

    assert issue().reference == "LET-2026-0002"
    assert issue(about=about, recipient=None).reference == "LET-2026-0001"


@pytest.mark.django_db
def test_journal_away_leaves_no_file(monkeypatch, private_files):
    def away(*args, **kwargs):
        raise OSError

    monkeypatch.setattr(services.journal, "record", away)

    with pytest.raises(OSError):  # noqa: PT011 whatever it says
        issue()

    assert stored(private_files) == []


@pytest.mark.django_db
def test_worker_that_was_overtaken_gets_the_document_of_the_other(
    monkeypatch, private_files
):
    """Two workers at one letter: the second finishes while the first lays it out."""
    about, recipient = OrganisationFactory(), PersonFactory()
    lay_out, winners = engine.pdf, []

    def slow(html):
        if not winners:
            winners.append(None)
            winners[0] = issue(about=about, recipient=recipient)
        return lay_out(html)

    monkeypatch.setattr(engine, "pdf", slow)

    loser = issue(about=about, recipient=recipient)

    assert loser == winners[0]
    assert loser.sha256 == winners[0].sha256
    assert len(stored(private_files)) == 1
    assert JournalEntry.objects.count() == 1


@pytest.mark.django_db
def test_undone_transaction_leaves_a_file_that_the_sweeper_takes(private_files):
    kept = issue()
    with transaction.atomic():
        issue()
        transaction.set_rollback(True)
    assert len(stored(private_files)) == 2
    assert services.sweep_files() == 0  # it may be from a moment ago

    with travel(now() + timedelta(days=400)):
        assert services.sweep_files() == 1

    assert services.verify(kept)
    assert len(stored(private_files)) == 1


def test_private_file_has_no_address():
    with pytest.raises(ValueError, match="no address"):
        private_storage().url("documents/x.pdf")


def test_kinds_do_not_share_a_prefix(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", {})
    kinds.register(kinds.DocumentKind("a", "AAA", "A"))

    with pytest.raises(ValueError, match="clashes"):
        kinds.register(kinds.DocumentKind("b", "AAA", "B"))
    assert kinds.choices() == [("a", "A")]


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_get_eight_numbers_and_one_letter_each():
    """Eight threads issue eight letters and, all of them, the same ninth."""
    shared = {"about": OrganisationFactory(), "recipient": PersonFactory()}
    own = [{"about": OrganisationFactory(), "recipient": None} for _ in range(8)]
    start, made, same = threading.Barrier(8), [], []

    def work(mine):
        try:
            start.wait()
            with travel(YEAR):
                made.append(issue(**mine).reference)
                same.append(issue(**shared).pk)
        finally:
            engine.cool()
            connection.close()

    threads = [threading.Thread(target=work, args=[mine]) for mine in own]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 8
    assert len(same) == 8
    assert len(set(same)) == 1
    assert IssuedDocument.objects.filter(kind=KIND).count() == 9
    assert DocumentSequence.objects.get().last == 9
    assert JournalEntry.objects.filter(action="issue").count() == 9
