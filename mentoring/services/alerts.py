"""What an officer is to do for a pair: opened by the facts, settled by them."""

from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now
from agency.core.dates import as_day
from agency.core.lifecycle import MoveBlocked, MoveRefused, move
from agency.core.rows import insert_unless_there
from mentoring import nudge_emails
from mentoring.choices import AlertCause
from mentoring.health import ladder
from mentoring.health.colours import Code
from mentoring.models import PairAlert
from mentoring.services.health import health_of
from mentoring.services.meetings import lock
from mentoring.states import OVER, AlertState

# An officer hears of these by mail; a call to make stands on their morning page.
TOLD = (AlertCause.HELP, AlertCause.PULSE, AlertCause.MISSED, AlertCause.SILENT)
# What time did: over once the facts are.
OF_TIME = {Code.MISSED: AlertCause.MISSED, Code.LONG_SILENT: AlertCause.SILENT}


def open_alert(pair, cause, occurrence, *, side="", words=""):
    """The alert, and its message; None when that occurrence was opened before.

    Inside a transaction that has the turn of the pair.
    """
    alert = PairAlert(
        pair=pair, cause=cause, occurrence=occurrence, side=side or "", words=words
    )
    if not insert_unless_there(alert):
        return None
    journal.record(alert, "open")
    if cause in TOLD:
        nudge_emails.pair_alert(alert, health_of(pair))
    return alert


# --- Help ---------------------------------------------------------------------------
@transaction.atomic
def ask_help(pair, *, by, words=""):
    """``by`` asks the agency for help; asked twice, the words of both times stand there.

    It answers every reminder. Raises MoveBlocked with a sentence.
    """
    side = lock(pair, by, answered_at=now())
    nudge_emails.call_off_nudges(pair)
    there = PairAlert.objects.helps().waiting().filter(pair=pair, side=side).first()
    if there is None:
        occurrence = f"{side}-{now():%Y%m%d%H%M%S%f}"
        return open_alert(pair, AlertCause.HELP, occurrence, side=side, words=words)
    if words and words not in there.words:
        there.words = f"{there.words}\n\n{words}".strip()
        PairAlert.objects.filter(pk=there.pk).update(words=there.words)
    return there


def open_for_pulse(pulse):
    """A low answer, or a pair that does not work: one alert for each day of it."""
    occurrence = f"{pulse.side}-{as_day(pulse.answered_at).isoformat()}"
    return open_alert(pulse.pair, AlertCause.PULSE, occurrence, side=pulse.side)


# --- By the officer -----------------------------------------------------------------
@transaction.atomic
def take(alert, *, by):
    """The officer has seen it, and sees to it."""
    return move(alert, "take", by=by, taken_at=now())


@transaction.atomic
def settle(alert, *, by, note):
    """What came of it, in words for the officer alone. Raises MoveBlocked without."""
    if not note.strip():
        raise MoveBlocked(_("Write what came of it, in a few words."))
    return move(alert, "settle", by=by, settled_at=now(), note=note.strip())


# --- By the facts -------------------------------------------------------------------
def missing(row):
    """(cause, occurrence) of the alerts that ``row``, a PairHealth, calls for today.

    A silence that went on is one; taken off because the pair gave a sign of life, it
    is another when it comes back.
    """
    for code, cause in OF_TIME.items():
        if code in _codes(row):
            since = row.facts.last_held(as_day(now())) or row.facts.launched_on
            known = [
                one
                for one in row.every_alert
                if one.cause == cause and one.occurrence.startswith(since.isoformat())
            ]
            if all(one.state == AlertState.LAPSED for one in known):
                yield cause, f"{since.isoformat()}-{len(known)}"


def overtaken(row, answered_on):
    """The alerts of ``row`` that nobody took up, and that the facts have answered.

    A call for help and a low answer wait for a person, whatever happens.
    """
    over = row.pair.state in OVER
    for one in row.alerts:
        if one.cause == AlertCause.HELP:
            continue
        if over or (
            one.state == AlertState.OPEN and _is_answered(one, row, answered_on)
        ):
            yield one


def _is_answered(alert, row, answered_on):
    if alert.cause == AlertCause.PULSE:
        return False
    for code, cause in OF_TIME.items():
        if alert.cause == cause:
            return code not in _codes(row) and not row.is_resting
    since = ladder.silent_since(row.facts, as_day(now()), answered_on)
    return since >= as_day(alert.opened_at)


def lapse(alert):
    """Whether it was still there to be taken off the list."""
    try:
        move(alert, "lapse", settled_at=now())
    except MoveRefused:
        return False
    return True


def _codes(row):
    return {reason.code for reason in row.health.reasons}
