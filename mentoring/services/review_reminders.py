"""Reviews are asked for twice: two weeks before their day, and when it is near.

Declared to the engine (``agency.mail.reminders``): each once, by day, never in a quiet
period; a pair that is paused or over is left in peace, and so is whoever has sent theirs.
"""

from datetime import datetime, time, timedelta
from functools import partial

from django.db.models import Case, F, Q, Value, When

from agency.core.clock import PARIS, today
from agency.mail.reminders import Reminder, register
from mentoring import agreement_emails
from mentoring.choices import ReviewStage, Side
from mentoring.models import Pair
from mentoring.models.review import OPENS_BEFORE
from mentoring.services.reviews import DATES
from mentoring.states import PairState

WRITING = (PairState.ACTIVE, PairState.ENDING)
# Days from that of the review; the two are never closer than three days to each other.
INVITED = (-OPENS_BEFORE, timedelta(days=-7))
REMINDED = (timedelta(days=-4), timedelta(days=7))


def declare():
    """Called once, when the apps are ready."""
    said = {
        "review_invitation": (INVITED, agreement_emails.review_invitation),
        "review_reminder": (REMINDED, agreement_emails.review_reminder),
    }
    for name, (window, message) in said.items():
        register(
            Reminder(
                f"mentoring/emails/{name}",
                due=partial(due, window),
                readers=_unsent,
                message=message,
                occurrence=lambda pair: str(pair.stage),
                until=partial(_until, window),
                lock=_lock,
                rests=True,
            )
        )


def due(window):
    """Pairs of which a review falls due in these days; each with its ``stage``."""
    first, last = (today() - span for span in reversed(window))
    near = {
        stage: Q(**{f"activity__mentoring__{name}__range": (first, last)})
        for stage, name in DATES.items()
    }
    stages = [When(q, then=Value(str(stage))) for stage, q in near.items()]
    rows = Pair.objects.filter(state__in=WRITING).annotate(
        stage=Case(*stages, default=None)
    )
    rows = rows.exclude(stage=None).with_reviews()
    return rows.select_related(
        "activity__mentoring", "activity__officer", "mentor", "mentee"
    )


def _unsent(pair):
    pair.closes_on = _day(pair)
    return [
        pair.person_of(side)
        for side in Side
        if not getattr(pair, f"{pair.stage}_{side}_sent")
    ]


def _day(pair):
    return getattr(pair.activity.mentoring, DATES[ReviewStage(pair.stage)])


def _until(window, pair):
    """The end of its last day: said later, it would be a reproach."""
    return datetime.combine(_day(pair) + window[1], time.max, PARIS)


def _lock(pair):
    Pair.objects.filter(pk=pair.pk).update(turn=F("turn") + 1)
