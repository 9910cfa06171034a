"""Issue a document: number it, make it once, store it for good."""

import hashlib
import secrets
from datetime import timedelta
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.text import Truncator

from agency.core import journal
from agency.core.clock import now, paris
from agency.core.dates import NBSP
from agency.documents import codes, engine, kinds
from agency.documents.models import DocumentSequence, IssuedDocument
from agency.documents.storage import private_storage

# Stands in the page until the page itself is known, and its fingerprint with it.
UNKNOWN = NBSP.join(["0000"] * 3)
TITLE_LENGTH = 400
KEPT_UNCLAIMED = timedelta(days=1)


def issue(
    kind,
    *,
    title,
    about,
    recipient,
    template,
    context,
    by=None,
    supersedes=None,
    printed=None,
):
    """Make the PDF of ``template`` and store it as a new document.

    A document is one of its kind, about one object, for one recipient, after one
    earlier version: asked for again, it is the one already issued. To change it,
    supersede it.

    First its number is taken, in a row without a file that nobody sees; then, with no
    lock held, it is laid out and written; last the row receives the file. A worker
    that dies in between leaves that row, and whoever tries again finishes it: no
    number is lost, none is given twice. Of two who finish it together one wins, and
    both get the same document.

    ``printed``: what it says of its reader, for whoever checks it with the code that
    such a document then bears (``codes``).
    """
    coded = printed is not None
    document = _reserve(kind, title, about, recipient, by, supersedes, coded=coded)
    if document.file:
        return document
    context = context | {"document": document}
    name, data, content_hash = _make(document, template, context)
    return _finish(document, name, data, content_hash, by, printed=printed)


@transaction.atomic
def _reserve(kind, title, about, recipient, by, supersedes, *, coded=False):
    """The row of the document to be, with its reference and version and no file."""
    same = {
        "kind": kind,
        "content_type": ContentType.objects.get_for_model(about),
        "object_id": about.pk,
        "recipient": recipient,
        "supersedes": supersedes,
    }
    moment = now()
    # Locked before it is read: two who reserve the same document take turns.
    sequence = _lock(kinds.get(kind).prefix, paris(moment).year)
    reserved = IssuedDocument.objects.filter(**same).first()
    return reserved or IssuedDocument.objects.create(
        **same,
        title=Truncator(title).chars(TITLE_LENGTH),
        reference=supersedes.reference if supersedes else _next_number(sequence),
        version=supersedes.version + 1 if supersedes else 1,
        size=0,
        issued_at=moment,
        issued_by=by,
        code=codes.new() if coded else None,
    )


def _lock(prefix, year):
    """The sequence of this year, held until the end of the transaction."""
    ours = DocumentSequence.objects.filter(prefix=prefix, year=year)
    if not ours.update(last=F("last")):
        DocumentSequence.objects.get_or_create(prefix=prefix, year=year)
        ours.update(last=F("last"))
    return ours


def _next_number(sequence):
    sequence.update(last=F("last") + 1)
    taken = sequence.get()
    return f"{taken.prefix}-{taken.year}-{taken.last:04d}"


def _make(document, template, context):
    """Write the PDF under a name of ours; return the name, the bytes, the fingerprint.

    A document cannot carry the hash of its own file. What it carries is the hash of
    the page it was made from, in which twelve zeros stand where the hash will be. The
    row keeps both: ``content_hash``, whose beginning anybody reads on the paper, and
    ``sha256``, which proves that the file was not touched.
    """
    document.fingerprint = UNKNOWN
    html = engine.source(template, context)
    content_hash = hashlib.sha256(html.encode()).hexdigest()
    document.fingerprint = short_hash(content_hash)
    data = engine.pdf(html.replace(UNKNOWN, document.fingerprint))
    folder = f"documents/{paris(document.issued_at).year}"
    name = f"{folder}/{document.uuid}-{secrets.token_hex(4)}.pdf"
    return private_storage().save(name, ContentFile(data)), data, content_hash


def short_hash(digest):
    """7f3a 09c2 e41b: what a person can read aloud."""
    return NBSP.join(digest[start : start + 4] for start in (0, 4, 8))


def _finish(document, name, data, content_hash, by, *, printed):
    """Give the row its file, unless another worker did a moment ago."""
    storage = private_storage()
    proof = {
        "sha256": hashlib.sha256(data).hexdigest(),
        "content_hash": content_hash,
    }
    try:
        with transaction.atomic():
            ours = IssuedDocument.objects.filter(pk=document.pk, file="").update(
                file=name, size=len(data), printed=printed, **proof
            )
            if ours:
                journal.record(
                    document, "issue", by=by, version=document.version, **proof
                )
    except BaseException:
        storage.delete(name)
        raise
    if not ours:
        storage.delete(name)
    document.refresh_from_db()
    return document


@transaction.atomic
def withdraw(document, *, by=None, reason=""):
    """Note that a document is no longer true and that nothing replaces it; once."""
    ours = IssuedDocument.objects.filter(pk=document.pk, withdrawn_at=None)
    document.withdrawn_at = now()
    if ours.update(withdrawn_at=document.withdrawn_at):
        data = {"reason": reason} if reason else {}
        journal.record(document, "withdraw_document", by=by, **data)


def verify(document):
    """Is the stored file the one that was issued?"""
    with document.file.open() as stored:
        digest = hashlib.file_digest(stored, "sha256").hexdigest()
    return digest == document.sha256


def sweep_files():
    """Delete the files of transactions that were undone; return how many.

    Only those older than a day, so that none is taken from under its own issue.
    """
    storage = private_storage()
    root = Path(storage.location) / "documents"
    limit = (now() - KEPT_UNCLAIMED).timestamp()
    old = [p for p in root.rglob("*") if p.is_file() and p.stat().st_mtime < limit]
    names = {str(path.relative_to(storage.location)): path for path in old}
    kept = set(IssuedDocument.objects.exclude(file="").values_list("file", flat=True))
    orphans = names.keys() - kept
    for name in orphans:
        names[name].unlink(missing_ok=True)
    return len(orphans)
