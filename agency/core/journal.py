"""The audit trail: who did what to which object, chained so that a gap shows."""

import hashlib
import json
from types import SimpleNamespace

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError

from agency.core.clock import now
from agency.core.rows import insert_unless_there

GENESIS = "0" * 64
# What the first entry of a chain follows.
START = SimpleNamespace(seq=0, hash=GENESIS)
ATTEMPTS = 20


def digest(entry):
    """The SHA-256 (hex) of an entry's content and of the hash before it."""
    content = [
        entry.content_type_id,
        entry.object_id,
        entry.seq,
        entry.at.isoformat(),
        entry.by_id,
        entry.action,
        entry.data,
        entry.previous_hash,
    ]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def record(obj, action, *, by=None, after=None, **data):
    """Add an entry about ``obj`` and return it.

    ``data`` holds ids, states and field names; never a sealed text. Two writers
    about one object take turns: the second sees the unique (object, seq) refuse it
    and reads the chain again. ``after`` is the entry before, when this transaction
    wrote it itself; ``START`` about an object that it has just made.
    """
    from agency.core.models import JournalEntry  # models import moves, not journal

    content_type = ContentType.objects.get_for_model(obj)
    actor = by if by is not None and by.pk else None
    chain = JournalEntry.objects.filter(content_type=content_type, object_id=obj.pk)
    last = after or _last(chain)
    for _attempt in range(ATTEMPTS):
        entry = JournalEntry(
            content_type=content_type,
            object_id=obj.pk,
            seq=last.seq + 1,
            at=now(),
            by=actor,
            action=action,
            data=data,
            previous_hash=last.hash,
        )
        entry.hash = digest(entry)
        if insert_unless_there(entry):
            return entry
        last = _last(chain)
    raise IntegrityError(f"{ATTEMPTS} others wrote about {obj._meta.label} {obj.pk}")


def record_all(entries, action, *, by=None, new=False):
    """Add an entry ``action`` about each of many objects of one model.

    ``entries`` are (object, data) pairs; ``new`` says that this transaction has just
    made them all. Two queries however many there are. Somebody who writes about one of
    them at the same moment makes it raise IntegrityError: the caller, whose transaction
    is undone, tries again.
    """
    from agency.core.models import JournalEntry  # models import moves, not journal

    if not entries:
        return
    content_type = ContentType.objects.get_for_model(entries[0][0])
    actor = by if by is not None and by.pk else None
    last = {} if new else _last_of_each(content_type, entries)
    rows = []
    for obj, data in entries:
        before = last.get(obj.pk, START)
        row = JournalEntry(
            content_type=content_type,
            object_id=obj.pk,
            seq=before.seq + 1,
            at=now(),
            by=actor,
            action=action,
            data=data,
            previous_hash=before.hash,
        )
        row.hash = digest(row)
        rows.append(row)
    JournalEntry.objects.bulk_create(rows)


def _last_of_each(content_type, entries):
    from agency.core.models import JournalEntry  # see record

    chains = JournalEntry.objects.filter(
        content_type=content_type, object_id__in=[obj.pk for obj, _data in entries]
    )
    ends = chains.order_by("seq").only("object_id", "seq", "hash")
    return {entry.object_id: entry for entry in ends}


def _last(chain):
    return chain.order_by("-seq").only("seq", "hash").first() or START


def broken_links():
    """The entries at which a chain breaks, as (entry, what is wrong)."""
    from agency.core.models import JournalEntry  # see record

    previous = None
    ordered = JournalEntry.objects.order_by("content_type_id", "object_id", "seq")
    for entry in ordered.iterator(chunk_size=2000):
        same = previous is not None and (
            (previous.content_type_id, previous.object_id)
            == (entry.content_type_id, entry.object_id)
        )
        seq, before = (previous.seq + 1, previous.hash) if same else (1, GENESIS)
        if entry.seq != seq:
            yield entry, f"expected seq {seq}"
        elif entry.previous_hash != before:
            yield entry, "does not follow the entry before it"
        elif entry.hash != digest(entry):
            yield entry, "its content was changed"
        previous = entry
