"""Lock, then count: the only way to touch the seats of an activity."""

from dataclasses import dataclass

from django.db.models import Count, F, Max, Q

from agency.activities.models import Activity, Enrolment
from agency.activities.states import ENDED, HOLDING, EnrolmentState
from agency.core.clock import now


def lock(activity):
    """Take the turn of ``activity``: the first statement of its transaction.

    A row lock on PostgreSQL; on SQLite the write lock that BEGIN IMMEDIATE took
    already. Whoever comes second waits here, and then counts fresh rows.
    """
    Activity.objects.filter(pk=activity.pk).update(turn=F("turn") + 1)
    activity.refresh_from_db(from_queryset=Activity.objects.select_related("officer"))


def taken(activity):
    """How many seats are held, counted now."""
    return Enrolment.objects.filter(activity=activity).holding().count()


@dataclass(frozen=True)
class Tally:
    """What one query says of the seats of an activity, under its lock.

    ``held`` seats; the key of the ``own`` running enrolment of a person; how many
    are ``waiting``; how many offers have ``lapsed`` and are not noted yet.
    """

    held: int
    own: int | None
    waiting: int
    lapsed: int


def tally(activity, person):
    """The ``Tally`` of ``activity`` for ``person``."""
    offered = EnrolmentState.OFFERED
    counts = {
        "held": Q(state__in=HOLDING),
        "waiting": Q(state=EnrolmentState.WAITLISTED),
        "lapsed": Q(state=offered, offer_expires_at__lte=now()),
    }
    figures = {name: Count("pk", filter=which) for name, which in counts.items()}
    running = Q(person=person) & ~Q(state__in=ENDED)
    own = Max("pk", filter=running)
    return Tally(**activity.enrolments.aggregate(own=own, **figures))


def free(activity):
    """How many seats are left, or None without limit."""
    if activity.capacity is None:
        return None
    return max(0, activity.capacity - taken(activity))
