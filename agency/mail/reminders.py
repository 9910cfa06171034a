"""The reminder engine: what the apps declare is said once, in time, or not at all.

Beat has no memory, and neither has this: each run asks the database what is due. The
key of the outbox knows what was said before, so that running twice, at the same time,
late or after an outage makes no second message. Each is written in a short transaction
of its own, under the lock of its app, where what is due is asked once more.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from agency.core.clock import now
from agency.core.services import ran
from agency.mail.hours import is_night
from agency.mail.models import OutgoingEmail, QuietPeriod
from agency.mail.preferences import wanting
from agency.mail.services import key_of

logger = logging.getLogger(__name__)

# Rows read, and messages looked for, at once.
CHUNK = 500
# What one run does not manage is for the next: beat rings every few minutes.
RUN_SECONDS = 200
# The database away says nothing of a row.
WEATHER = (OperationalError, InterfaceError)


def _itself(row):
    return row


def _own_person(row):
    return (row.person,)


def _nothing(row):
    return None


def _once(row):
    return ""


def _always(row):
    return True


@dataclass(frozen=True)
class Reminder:
    """Something to say about each row of a query, to each of its readers, once.

    ``due()`` gives the rows whose moment has come and is not past; ``ready`` says the
    same where a query cannot. ``message(row, person, **how)`` writes to the outbox, or
    not (None); ``how`` is for ``send``. ``occurrence`` tells one time from the next of
    the same row. After ``until`` what has not left stays. ``lock(row)`` is the first
    statement of the transaction. ``readers``: people, as a list or as a query.
    """

    template: str
    due: Callable
    message: Callable
    readers: Callable = _own_person
    about: Callable = _itself
    occurrence: Callable = _once
    until: Callable = _nothing
    ready: Callable = _always
    lock: Callable = _nothing
    # What it is about, when its reader may refuse it; empty when essential.
    topic: str = ""
    # A nudge waits in quiet periods; what comes too late then is not said.
    rests: bool = False
    by_day: bool = True


_reminders: dict[str, Reminder] = {}


def register(reminder):
    """Declare a reminder, once for each template; apps do so when they are ready."""
    _reminders[reminder.template] = reminder


def declared():
    """Every reminder, in the order in which the apps declared them."""
    return tuple(_reminders.values())


def run():
    """Write every reminder that is due now; return how many.

    One that fails, and one row that fails, does not hold back the others.
    """
    night, resting = is_night(now()), QuietPeriod.objects.today().exists()
    until, written = time.monotonic() + RUN_SECONDS, 0
    for reminder in declared():
        if (night and reminder.by_day) or (resting and reminder.rests):
            continue
        try:
            written += _say(reminder, until)
        except Exception:
            logger.exception("reminders: %s", reminder.template)
    ran("mail.remind")
    return written


def _say(reminder, until):
    written = 0
    for row, person in _unsaid(reminder):
        if time.monotonic() > until:
            break
        try:
            written += _write(reminder, row, person.pk)
        except WEATHER:
            raise
        except Exception:
            logger.exception("reminders: %s, row %s", reminder.template, row.pk)
    return written


@transaction.atomic
def _write(reminder, row, person_id):
    """Under the lock and with fresh rows: who has answered meanwhile is left in peace."""
    reminder.lock(row)
    fresh = reminder.due().filter(pk=row.pk).first()
    if fresh is None or not reminder.ready(fresh):
        return 0
    person = _find(reminder.readers(fresh), person_id)
    if person is None or not _reads(reminder, [person]):
        return 0
    how = {
        "about": reminder.about(fresh),
        "occurrence": reminder.occurrence(fresh),
        "expires_at": reminder.until(fresh),
        "topic": reminder.topic,
    }
    return int(reminder.message(fresh, person, **how) is not None)


# --- Who was not told yet ----------------------------------------------------------
def _unsaid(reminder):
    """(row, person) pairs of what is due and not in the outbox yet."""
    for pairs in _chunks(_pairs(reminder)):
        keys = {_key(reminder, *pair): pair for pair in pairs}
        said = OutgoingEmail.objects.filter(key__in=keys)
        said = set(said.values_list("key", flat=True))
        left = [pair for key, pair in keys.items() if key not in said]
        reading = _reads(reminder, [person for _row, person in left])
        yield from (pair for pair in left if pair[1].pk in reading)


def _pairs(reminder):
    for row in _in_order(reminder.due()):
        if reminder.ready(row):
            readers = reminder.readers(row)
            people = _in_order(readers) if isinstance(readers, QuerySet) else readers
            yield from ((row, person) for person in people)


def _in_order(rows):
    """Every row of a query by its key, a chunk at a time: what is new meanwhile waits."""
    chunk = list(rows.order_by("pk")[:CHUNK])
    yield from chunk
    while len(chunk) == CHUNK:
        chunk = list(rows.filter(pk__gt=chunk[-1].pk).order_by("pk")[:CHUNK])
        yield from chunk


def _chunks(pairs):
    chunk = []
    for pair in pairs:
        chunk.append(pair)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _find(readers, pk):
    if isinstance(readers, QuerySet):
        return readers.filter(pk=pk).first()
    return next((person for person in readers if person.pk == pk), None)


def _reads(reminder, people):
    """The keys of those of ``people`` who are written to.

    An address that was refused gets what is essential, once more, and nothing else.
    """
    there = {
        one.pk
        for one in people
        if one.email
        and one.erased_at is None
        and one.merged_into_id is None
        and not (reminder.topic and one.email_refused_at)
    }
    return wanting(reminder.topic, there) if there and reminder.topic else there


def _key(reminder, row, person):
    about, occurrence = reminder.about(row), reminder.occurrence(row)
    return key_of(reminder.template, person, about, occurrence)
