"""Each morning: colours looked at anew, alerts opened, reminders and barometers sent.

What is due is asked of all pairs at once, then once more of each under its turn: a pair
that answered or ended in between is left in peace. A row says what left, written in the
same transaction, so that run twice, late, or by two workers, each step leaves once.
"""

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import time

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q

from agency.core.clock import now, paris, today
from agency.core.dates import as_day
from agency.core.models import JobRun
from agency.core.rows import insert_unless_there
from agency.core.services import ran
from mentoring import nudge_emails
from mentoring.choices import AlertCause, Side
from mentoring.health import ladder
from mentoring.health import pulses as pulse_rule
from mentoring.health.ladder import Sent, Step
from mentoring.health.pulses import Occurrence
from mentoring.models import NudgeSent, Pair, PairAlert, PulseCheck, Snooze
from mentoring.services import alerts
from mentoring.services.health import PairHealth, pairs_health, quiet_spans
from mentoring.states import ALERT_WAITING, MEETING, OVER

logger = logging.getLogger(__name__)

JOB = "mentoring.tend_pairs"
FROM = time(6, 30)
# The database away says nothing of a pair.
WEATHER = (OperationalError, InterfaceError)

LETTERS = {
    Step.ASK: nudge_emails.pair_nudge,
    Step.ASK_AGAIN: nudge_emails.pair_nudge_again,
}
TASKS = {Step.CALL: AlertCause.CALL, Step.DISCUSS_END: AlertCause.DISCUSS_END}


@dataclass(frozen=True)
class Work:
    """What is to be done today for one pair; nothing of it for most."""

    row: PairHealth
    step: ladder.Due | None = None
    pulse: Occurrence | None = None
    missing: tuple = ()
    overtaken: tuple[PairAlert, ...] = ()

    @property
    def is_some(self):
        return bool(self.step or self.pulse or self.missing or self.overtaken)


def tend_today():
    """Do it once a day, from 6:30 in Paris; what failed is tried again at the next ring."""
    if paris(now()).time() < FROM or _is_done_today():
        return
    if tend():
        ran(JOB)


def _is_done_today():
    last = JobRun.objects.filter(name=JOB).values_list("last_run_at", flat=True).first()
    return last is not None and as_day(last) == today() and paris(last).time() >= FROM


def tend():
    """Look at every pair; whether each went well. One that fails does not hold others."""
    well = True
    over = Q(state__in=OVER, alerts__state__in=ALERT_WAITING)
    pairs = Pair.objects.filter(Q(state__in=MEETING) | over).distinct().order_by("pk")
    for work in work_of(pairs):
        if not work.is_some:
            continue
        try:
            _tend(work.row.pair)
        except WEATHER:
            raise
        except Exception:
            logger.exception("pairs: %s", work.row.pair.pk)
            well = False
    return well


@transaction.atomic
def _tend(pair):
    """Under the turn of the pair, with what is true now."""
    Pair.objects.filter(pk=pair.pk).update(turn=F("turn") + 1)
    known = Pair.objects.select_related("activity__officer", "mentor", "mentee")
    [work] = work_of([known.get(pk=pair.pk)])
    pair = work.row.pair
    for alert in work.overtaken:
        alerts.lapse(alert)
    for cause, occurrence in work.missing:
        alerts.open_alert(pair, cause, occurrence)
    if work.step:
        _send_step(pair, work.step)
    if work.pulse:
        _ask(pair, work.pulse)


def _send_step(pair, due):
    nudge = NudgeSent(pair=pair, step=due.step, since=due.since)
    if not insert_unless_there(nudge):
        return
    if due.step.is_task:
        alerts.open_alert(pair, TASKS[due.step], due.key)
        return
    for side in Side:
        LETTERS[due.step](nudge, side)


def _ask(pair, occurrence):
    for side in Side:
        pulse = PulseCheck(pair=pair, side=side, number=occurrence.number)
        if insert_unless_there(pulse):
            nudge_emails.pair_pulse(pulse)


# --- What is due --------------------------------------------------------------------
def work_of(pairs):
    """``Work`` of each of ``pairs``: as many queries for many as for one."""
    quiet, day = quiet_spans(), today()
    rows = pairs_health(pairs, quiet=quiet)
    past = _Past([row.pair.pk for row in rows])
    return [_work(row, past, quiet, day) for row in rows]


def _work(row, past, quiet, day):
    pair = row.pair
    answered_on = pair.answered_at and as_day(pair.answered_at)
    gone = tuple(alerts.overtaken(row, answered_on))
    if not pair.is_meeting:
        return Work(row, overtaken=gone)
    return Work(
        row,
        ladder.due(
            row.facts,
            quiet,
            day,
            sent=past.sent[pair.pk],
            answered_on=answered_on,
            snoozes=past.snoozes[pair.pk],
        ),
        pulse_rule.due(row.facts, quiet, day, asked=past.asked[pair.pk]),
        tuple(alerts.missing(row)),
        gone,
    )


class _Past:
    """What left before, by the key of the pair."""

    def __init__(self, keys):
        self.sent, self.snoozes = defaultdict(list), defaultdict(list)
        self.asked = defaultdict(set)
        for nudge in NudgeSent.objects.filter(pair__in=keys).order_by("pk"):
            self.sent[nudge.pair_id].append(Sent(Step(nudge.step), nudge.sent_on))
        for snooze in Snooze.objects.filter(pair__in=keys).order_by("pk"):
            self.snoozes[snooze.pair_id].append(snooze.span)
        asked = PulseCheck.objects.filter(pair__in=keys).order_by("pk")
        for pair, number in asked.values_list("pair", "number"):
            self.asked[pair].add(number)
