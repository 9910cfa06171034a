"""What a registration left behind goes by itself, when the form said it would.

Each rule asks the database what is due: run twice, late, or after a day away, it takes
the same rows.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from agency.activities.models import (
    AccessNeed,
    Answer,
    Application,
    Difficulty,
    Session,
)
from agency.activities.services import feeds
from agency.activities.states import ENDED, OFF, EnrolmentState
from agency.core.clock import now
from agency.core.services import ran

NEEDS_KEPT = timedelta(days=30)
# Six months, whatever their lengths.
REFUSED_KEPT = timedelta(days=183)


@transaction.atomic
def forget():
    """Delete what is due: needs, what refused candidates wrote, calendars nobody reads."""
    _forget_needs()
    _forget_refused()
    feeds.idle().delete()
    ran("forget_registrations")


def _forget_needs():
    """Thirty days after the last session, or after the person was no longer expected.

    Without any session, after the activity was made: a need is never kept for want of
    a date.
    """
    kept = Session.objects.exclude(state__in=OFF).filter(
        activity=OuterRef("enrolment__activity")
    )
    last = kept.order_by().values("activity").annotate(at=Max("ends_at")).values("at")
    needs = AccessNeed.objects.annotate(
        last_at=Coalesce(Subquery(last), "enrolment__submitted_at")
    )
    past = now() - NEEDS_KEPT
    over = Q(enrolment__state__in=ENDED, enrolment__ended_at__lt=past)
    due = needs.filter(Q(last_at__lt=past) | over)
    AccessNeed.objects.filter(pk__in=list(due.values_list("pk", flat=True))).delete()


def _forget_refused():
    """Six months after the answer, unless the person asked us to keep their file."""
    refused = {
        "enrolment__state": EnrolmentState.REFUSED,
        "enrolment__ended_at__lt": now() - REFUSED_KEPT,
        "enrolment__keep_for_next": False,
    }
    for model in (Application, Answer, Difficulty):
        due = model.objects.filter(**refused).values_list("pk", flat=True)
        model.objects.filter(pk__in=list(due)).delete()
