"""Convening: one letter and one message per person, made in the background."""

import logging
from datetime import timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from agency.activities import documents, emails, facts
from agency.activities.choices import Purpose
from agency.activities.models import Convening, Convocation, Participation
from agency.activities.services import announcing, moments, seats, telling
from agency.activities.states import (
    ConveningState,
    ConvocationState,
    ParticipationState,
    SessionState,
)
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, MoveRefused, move
from agency.core.services import ran

logger = logging.getLogger(__name__)

# A batch in which nothing was settled for so long has lost its worker.
STANDS_STILL = timedelta(minutes=2)
# What comes and goes, and is no fault of the letter.
WEATHER = (OSError, DatabaseError, SoftTimeLimitExceeded)


def recipients(session):
    """The participations still to be convened to ``session``, in the order of names.

    Those who have a letter already, or wait for one in a running batch, are not
    among them: pressing the button twice convenes nobody twice.
    """
    return (
        Participation.objects.to_convene()
        .filter(session=session)
        .select_related("person")
        .order_by("person__family_name", "person__given_name", "pk")
    )


@transaction.atomic
def convene(session, *, by, paragraph=""):
    """Write a batch for everybody still to be convened, and ring the workers.

    Raises MoveBlocked when the session is over or cancelled, or when nobody is left
    to convene.
    """
    seats.lock(session.activity)
    session.refresh_from_db()
    _check_to_come(session)
    awaited = list(recipients(session))
    if not awaited:
        raise MoveBlocked(_("Everybody expected has been convened already."))
    convening = Convening.objects.create(session=session, by=by, paragraph=paragraph)
    Convocation.objects.bulk_create(
        Convocation(convening=convening, participation=one) for one in awaited
    )
    journal.record(session, "convene", by=by, convening=convening.pk)
    telling.ring(convening)
    return convening


def _check_to_come(session):
    if session.state != SessionState.PLANNED or session.is_past:
        raise MoveBlocked(_("This session is over or cancelled: nobody is convened."))


@transaction.atomic
def resume(convening, *, by, reason=""):
    """Try the letters that failed again, and only those. Raises MoveRefused."""
    if convening.purpose == Purpose.CONVENE:
        _check_to_come(convening.session)
    move(convening, "resume", by=by, reason=reason, finished_at=None, posted_at=None)
    for failed in convening.convocations.filter(state=ConvocationState.FAILED):
        move(failed, "retry", by=by, error="", settled_at=None)
    telling.ring(convening)


def make(convening_id, ids):
    """Make those of ``ids`` that still wait, then close the batch if none is left.

    A full disk, a database away or a time limit says nothing of a letter: the rest of
    the batch waits, and the sweeper rings again. So does by night what nobody sent.
    """
    if Convening.objects.get(pk=convening_id).automatic and moments.is_night(now()):
        return
    waiting = Convocation.objects.filter(pk__in=ids, state=ConvocationState.WAITING)
    letters = documents.load(waiting.order_by("pk"))
    for convocation in letters:
        try:
            make_one(convocation)
        except MoveRefused:
            logger.info("convocation %s was settled meanwhile", convocation.pk)
        except WEATHER:
            raise
        except Exception as error:  # noqa: BLE001 one bad letter never stops the batch
            _fail(convocation, error)
    finish(convening_id)


def make_one(convocation):
    """Issue the letter outside any transaction, then write and settle in a short one.

    Whoever withdrew, was erased, or whose session was cancelled meanwhile gets none.

    Of two workers at the same letter both get the same document, the outbox keeps one
    message for it, and one of the two moves finds its row gone.
    """
    if convocation.convening.purpose != Purpose.CONVENE:
        telling.tell(convocation)
        return
    too_late = convocation.convening.automatic and (
        convocation.participation.session.has_begun
    )
    if too_late or not awaited_still(convocation.participation):
        move(convocation, "drop", settled_at=now())
        return
    document = documents.session_convocation(convocation)
    settled = {"document": document, "settled_at": now()}
    with transaction.atomic():
        if telling.forgotten(convocation, document):
            return
        if convocation.participation.person.email:
            email = emails.session_convocation(convocation, document)
            move(convocation, "make", email=email, **settled)
        else:
            move(convocation, "print", **settled)
        one = convocation.participation
        telling.knows(one, facts.letter(one.session))


def awaited_still(participation):
    """Whether this person is expected at a session that takes place."""
    session = participation.session
    return (
        participation.state == ParticipationState.EXPECTED
        and participation.person.erased_at is None
        and session.state == SessionState.PLANNED
        and not session.is_past
    )


def _fail(convocation, error):
    logger.exception("convocation %s failed", convocation.pk, exc_info=error)
    try:
        move(
            convocation,
            "fail",
            error=f"{type(error).__name__}: {error}"[:300],
            settled_at=now(),
        )
    except MoveRefused:
        logger.info("convocation %s was settled meanwhile", convocation.pk)


def finish(convening_id):
    """Close the batch once no letter waits."""
    convening = Convening.objects.get(pk=convening_id)
    if convening.state != ConveningState.RUNNING:
        return
    if convening.convocations.filter(state=ConvocationState.WAITING).exists():
        return
    try:
        move(convening, "finish", finished_at=now())
    except MoveRefused:
        logger.info("convening %s was finished meanwhile", convening_id)
        return
    announcing.check_batch(convening)


def sweep():
    """Let the notices leave that are due, and ring again for each batch that stands still.

    Returns how many stood still.

    A killed worker or a broker that was away lost the bell. A letter made meanwhile
    is not made again, so ringing too often costs a little work and no second letter.
    """
    announcing.start_due()
    still = now() - STANDS_STILL
    running = Convening.objects.filter(
        state=ConveningState.RUNNING, created_at__lt=still
    ).exclude(convocations__settled_at__gte=still)
    rung = 0
    for convening in running.order_by("pk"):
        telling.ring(convening)
        finish(convening.pk)
        rung += 1
    ran("activities.sweep")
    return rung
