"""Lock, then count: the only way to touch the seats of an activity."""

from django.db.models import Count, F, Max, Q

from agency.activities.models import Activity, Enrolment
from agency.activities.states import ENDED, HOLDING


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


def taken_and_own(activity, person):
    """How many seats are held, and the key of the running enrolment of ``person``."""
    running = Q(person=person) & ~Q(state__in=ENDED)
    held = Count("pk", filter=Q(state__in=HOLDING))
    figures = activity.enrolments.aggregate(held=held, own=Max("pk", filter=running))
    return figures["held"], figures["own"]


def free(activity):
    """How many seats are left, or None without limit."""
    if activity.capacity is None:
        return None
    return max(0, activity.capacity - taken(activity))
