"""The collective times of an edition: the two of a pair are expected there, as anywhere.

They are the sessions of the kernel; convocation, attendance and reminders are its own.
"""

from django.db import transaction
from django.db.models import Q

from agency.activities.models import Enrolment
from agency.activities.services import appointing, enrolments
from mentoring.models import Pair
from mentoring.states import MEETING, PairState

# With these somebody has their place at the collective times.
TAKING_PART = (*MEETING, PairState.COMPLETED)


@transaction.atomic
def enter(pair, *, by=None):
    """The pair begins: both are enrolled in the edition, unless they are already.

    The caller holds the turn of the edition.
    """
    for person in (pair.mentor, pair.mentee):
        appointing.appoint(pair.activity, person, by=by)


@transaction.atomic
def leave(pair, *, by=None):
    """The pair has ended early: whoever is in no other of the edition is awaited no more.

    Nothing is sent: the end of the pair was told already.
    """
    people = {pair.mentor_id, pair.mentee_id} - _elsewhere(pair)
    rows = Enrolment.objects.running().filter(
        activity=pair.activity_id, person__in=people
    )
    for key in list(rows.order_by("pk").values_list("pk", flat=True)):
        # A seat that is freed settles the line, where the other one may lapse.
        enrolment = rows.select_related("person").filter(pk=key).first()
        if enrolment is not None:
            enrolment.activity = pair.activity
            enrolments.withdraw(enrolment, by=by)


def _elsewhere(pair):
    """Those of the two who are in another pair of the same edition."""
    others = Pair.objects.filter(activity=pair.activity_id, state__in=TAKING_PART)
    halves = Q(mentor__in=(pair.mentor_id, pair.mentee_id)) | Q(
        mentee__in=(pair.mentor_id, pair.mentee_id)
    )
    rows = others.exclude(pk=pair.pk).filter(halves)
    return {key for row in rows.values_list("mentor", "mentee") for key in row}
