"""Imports: a file is brought, read and shown; confirmed, it is written line by line.

A bell may be lost and a worker killed: what is done is in the rows, so ringing again
goes on from there, and nothing is written twice.
"""

import logging
import time
from datetime import timedelta
from itertools import islice

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import bell, journal
from agency.core.clock import now
from agency.core.lifecycle import MoveRefused, move
from agency.core.services import ran
from agency.people import tasks
from agency.people.choices import ImportKind, ImportOutcome
from agency.people.imports import reading, writing
from agency.people.imports.directory import Directory
from agency.people.imports.reading import Unreadable
from agency.people.imports.weighing import weigh
from agency.people.models import ImportBatch, ImportLine, Organisation, Person
from agency.people.states import ImportState

logger = logging.getLogger(__name__)

# Beyond so many lines a file is read by the worker, not while somebody waits.
AT_ONCE = 300
CHUNK = 500
# A task stops there and rings for the rest, well before its time limit.
BUDGET = 100
STANDS_STILL = timedelta(minutes=2)
KEPT = timedelta(days=30)
ATTEMPTS = 3
# What comes and goes, and is no fault of the file.
WEATHER = (OSError, OperationalError, SoftTimeLimitExceeded)


# --- Brought, read -----------------------------------------------------------
def bring(content, *, kind, filename, by, create_organisations=False):
    """Take a file, and read it: at once when it is short, else by the worker.

    Raises Unreadable, with nothing kept, when its top already says that it is no file
    of that kind. Returns the batch.
    """
    if len(content) > reading.MOST_BYTES:
        raise Unreadable(_("This file is too heavy: 5 MB at most."))
    rows = reading.open_table(content, kind).rows
    top = list(islice(rows, AT_ONCE + 1))
    if not top:
        raise Unreadable(
            _("This file has headings and no line under them: choose another one.")
        )
    batch = _take(content, kind, filename, by, create_organisations)
    if len(top) <= AT_ONCE:
        read(batch.pk)
        batch.refresh_from_db()
    else:
        bell.ring(tasks.read_import, batch.pk)
    return batch


@transaction.atomic
def _take(content, kind, filename, by, create_organisations):
    batch = ImportBatch.objects.create(
        kind=kind,
        filename=filename[-200:],
        content=content,
        create_organisations=create_organisations and kind == ImportKind.PEOPLE,
        by=by,
    )
    journal.record(batch, "bring", by=by, kind=kind)
    return batch


def read(batch_id):
    """Weigh every line and show the result; the file is deleted with the last one.

    A second worker at the same file finds it read, and writes nothing.
    """
    batch = ImportBatch.objects.get(pk=batch_id)
    try:
        if batch.state == ImportState.UPLOADED:
            move(batch, "read", touched_at=now())
        if batch.state == ImportState.READING:
            _read(batch)
    except MoveRefused:
        logger.info("import %s was read meanwhile", batch_id)


def _read(batch):
    try:
        table, lines = _lines(batch)
    except Unreadable as refused:
        _refuse(batch, str(refused))
    except WEATHER:
        raise
    except Exception:
        logger.exception("import %s cannot be read", batch.pk)
        _refuse(batch, _("This file could not be read: save it again as CSV or XLSX."))
    else:
        _show(batch, table, lines)


def _lines(batch):
    content = ImportBatch.objects.values_list("content", flat=True).get(pk=batch.pk)
    table = reading.open_table(bytes(content), batch.kind)
    directory, lines = Directory(), []
    while rows := list(islice(table.rows, CHUNK)):
        lines += [_line(batch, plan) for plan in weigh(batch, rows, directory)]
    return table, lines


def _line(batch, plan):
    line = ImportLine(
        batch=batch,
        number=plan.number,
        outcome=plan.outcome,
        data=plan.data,
        changes=plan.changes,
        sentence=plan.sentence,
    )
    _point(line, plan.row)
    return line


def _point(line, row):
    if isinstance(row, Person):
        line.person = row
    elif isinstance(row, Organisation):
        line.organisation = row


def _refuse(batch, sentence):
    done = {"ended_at": now(), "content": None, "error": sentence}
    move(batch, "fail", touched_at=now(), **done)


@transaction.atomic
def _show(batch, table, lines):
    counts = dict.fromkeys(ImportOutcome, 0)
    for line in lines:
        counts[line.outcome] += 1
    move(
        batch,
        "preview",
        content=None,
        touched_at=now(),
        reading=table.facts(),
        total=len(lines),
        **_figures(counts),
    )
    ImportLine.objects.bulk_create(lines, batch_size=1000)


def _figures(counts):
    return {
        "created": counts.get(ImportOutcome.CREATE, 0),
        "updated": counts.get(ImportOutcome.UPDATE, 0),
        "ignored": counts.get(ImportOutcome.IGNORE, 0),
        "errors": counts.get(ImportOutcome.ERROR, 0),
    }


# --- Confirmed, written ------------------------------------------------------
@transaction.atomic
def confirm(batch, *, by):
    """Write what was shown. Raises MoveRefused when somebody has settled it already."""
    move(batch, "confirm", by=by, touched_at=now())
    bell.ring(tasks.run_import, batch.pk)


@transaction.atomic
def drop(batch, *, by, reason=""):
    """Write nothing of it. Raises MoveRefused when somebody has settled it already."""
    move(batch, "drop", by=by, reason=reason, touched_at=now(), ended_at=now())


def run(batch_id):
    """Write chunk after chunk until none is left, or until the time is over."""
    limit = time.monotonic() + BUDGET
    while _write_some(batch_id):
        if time.monotonic() > limit:
            bell.ring(tasks.run_import, batch_id)
            return
    _finish(batch_id)


def _write_some(batch_id):
    """Write the next lines; False when none waits any more."""
    for _attempt in range(ATTEMPTS):
        try:
            return _write_chunk(batch_id, CHUNK)
        except IntegrityError:
            logger.info("import %s: somebody wrote the same, once more", batch_id)
        except WEATHER:
            raise
        except DatabaseError:
            break
    # Among them is one that the database refuses: only that one is put aside.
    return _write_one(batch_id)


def _write_one(batch_id):
    try:
        return _write_chunk(batch_id, 1)
    except WEATHER:
        raise
    except DatabaseError:
        logger.exception("import %s: a line is refused by the database", batch_id)
    refused = ImportLine.objects.waiting().filter(batch=batch_id)
    first = refused.order_by("number").values_list("pk", flat=True)[:1]
    return ImportLine.objects.filter(pk__in=list(first)).update(
        outcome=ImportOutcome.ERROR,
        sentence=_("This line could not be written: write it down by hand."),
    )


@transaction.atomic
def _write_chunk(batch_id, size):
    # The row of the batch is held: workers at one import take turns.
    mine = ImportBatch.objects.filter(pk=batch_id, state=ImportState.RUNNING)
    if not mine.update(turn=F("turn") + 1, touched_at=now()):
        return False
    batch = ImportBatch.objects.select_related("by").get(pk=batch_id)
    lines = list(batch.waiting()[:size])
    _hold(lines)
    rows = [(line.number, line.data) for line in lines]
    plans = weigh(batch, rows, Directory()) if lines else []
    going = [
        (line, plan)
        for line, plan in zip(lines, plans, strict=True)
        if _still_true(line, plan)
    ]
    writing.write(batch, [plan for _line, plan in going])
    _settle(batch, lines, going)
    return bool(lines)


def _hold(lines):
    """Take the rows that will change: nobody edits them until this chunk is written."""
    people = [line.person_id for line in lines if line.person_id]
    Person.objects.filter(pk__in=people).update(version=F("version"))
    houses = [line.organisation_id for line in lines if line.organisation_id]
    Organisation.objects.filter(pk__in=houses).update(version=F("version"))


def _still_true(line, plan):
    """Whether the directory still answers what the preview said of this line."""
    seen = (line.outcome, line.person_id or line.organisation_id, line.changes)
    row = plan.row.pk if plan.row else None
    return seen == (plan.outcome, row, plan.changes)


def _settle(batch, lines, going):
    made = []
    for line, plan in going:
        if line.outcome == ImportOutcome.CREATE:
            _point(line, plan.row)
            made.append(line)
    waiting = batch.lines.filter(settled_at=None)
    about = "person" if batch.kind == ImportKind.PEOPLE else "organisation"
    waiting.bulk_update(made, [about])
    written = {line.pk for line, _plan in going}
    if waiting.filter(pk__in=written).update(settled_at=now()) != len(written):
        raise IntegrityError(f"import {batch.pk}: lines were written by another")
    left = [line.pk for line in lines if line.pk not in written]
    waiting.filter(pk__in=left).update(
        outcome=ImportOutcome.IGNORE,
        changes={},
        sentence=_(
            "The directory changed since the preview: look at the page, then bring "
            "this line again."
        ),
    )


def _finish(batch_id):
    batch = ImportBatch.objects.get(pk=batch_id)
    if batch.state != ImportState.RUNNING or batch.waiting().exists():
        return
    try:
        figures = _figures(batch.counts())
        move(batch, "finish", touched_at=now(), ended_at=now(), **figures)
    except MoveRefused:
        logger.info("import %s was finished meanwhile", batch_id)


# --- By itself ---------------------------------------------------------------
def sweep():
    """Ring again for each import at which nothing happens; return how many."""
    rung = 0
    for batch in ImportBatch.objects.standing_still(now() - STANDS_STILL):
        running = batch.state == ImportState.RUNNING
        bell.ring(tasks.run_import if running else tasks.read_import, batch.pk)
        rung += 1
    ran("people.sweep_imports")
    return rung


@transaction.atomic
def forget():
    """Empty the imports that ended a month ago, and give up those left unconfirmed."""
    old = now() - KEPT
    unconfirmed = ImportBatch.objects.filter(
        state=ImportState.PREVIEWED, touched_at__lt=old
    )
    for batch in unconfirmed:
        move(batch, "drop", touched_at=now(), ended_at=batch.touched_at)
    due = ImportBatch.objects.filter(ended_at__lt=old, emptied_at=None)
    ImportLine.objects.filter(batch__in=due).delete()
    due.update(emptied_at=now())
