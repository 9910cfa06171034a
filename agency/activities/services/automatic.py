"""Convening without anybody's hand, for the activities that say so.

Beat has no memory: each run asks the database which sessions are near enough, and whom
nobody has convened yet. Run twice, late or after an outage, each person gets one letter,
by day, or none once the session has begun.
"""

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from agency.activities.choices import Purpose, SessionFormat
from agency.activities.models import Convening, Participation, Session
from agency.activities.services import convenings, moments
from agency.activities.states import ConvocationState, SessionState
from agency.core.clock import now, paris, today
from agency.core.lifecycle import MoveRefused
from agency.core.services import ran

logger = logging.getLogger(__name__)

# Fifteen days before (reference c6); without a meeting place a letter says little, and
# waits for it until the seventh.
AHEAD, AT_LAST = timedelta(days=15), timedelta(days=7)
DAY = timedelta(days=1)


def is_placed(session):
    """Whether its letter can say where to go, or that one takes part online."""
    return session.is_remote or session.venue_id is not None


def leaves_on(session):
    """The day on which ``session`` is convened by itself; None when it is not."""
    to_come = session.state == SessionState.PLANNED and not session.has_begun
    if not session.activity.convene_automatically or not to_come:
        return None
    ahead = AHEAD if is_placed(session) else AT_LAST
    soonest = moments.morning(now()) or now()
    return max(paris(session.starts_at).date() - ahead, paris(soonest).date())


def before_its_day():
    """The condition, on sessions: convened by itself, and not yet to be."""
    far = Q(starts_at__gte=_end_of(AHEAD))
    return Q(activity__convene_automatically=True) & far


def due():
    """The sessions to convene now, those with latecomers among them, the nearest first."""
    placed = Q(format=SessionFormat.REMOTE) | Q(venue__isnull=False)
    near = Q(starts_at__lt=_end_of(AHEAD)) & placed
    near |= Q(starts_at__lt=_end_of(AT_LAST))
    batches = Convening.objects.filter(session=OuterRef("pk"), purpose=Purpose.CONVENE)
    # A letter that failed is tried again by somebody who has read why.
    failed = ConvocationState.FAILED
    awaited = Participation.objects.to_convene().exclude(convocations__state=failed)
    return (
        Session.objects.filter(near | Exists(batches))
        .filter(
            Exists(awaited.filter(session=OuterRef("pk"))),
            activity__convene_automatically=True,
            state=SessionState.PLANNED,
            starts_at__gt=now(),
        )
        .select_related("activity")
        .order_by("starts_at", "pk")
    )


def _end_of(ahead):
    """The last moment of the day that is so far ahead."""
    return moments.start_of(today() + ahead + DAY)


def convene_due():
    """Convene what is due; return how many batches were written. Nothing at night."""
    if moments.is_night(now()):
        return 0
    written = sum(_convene(session) for session in due())
    ran("activities.convene_due")
    return written


def _convene(session):
    try:
        convenings.convene(session, by=None, paragraph=_paragraph(session))
    except MoveRefused as refused:
        # Somebody pressed the button in the same minute; nothing is lost.
        logger.info("session %s: %s", session.pk, refused)
        return 0
    except Exception:
        logger.exception("session %s is not convened", session.pk)
        return 0
    return 1


def _paragraph(session):
    """What those convened before have read, for whoever comes later."""
    last = session.convenings.filter(purpose=Purpose.CONVENE).first()
    return last.paragraph if last else session.activity.convocation_paragraph
