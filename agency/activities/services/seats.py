"""Lock, then count: the only way to touch the seats of an activity."""

from django.db.models import F

from agency.activities.models import Activity, Enrolment


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


def free(activity):
    """How many seats are left, or None without limit."""
    if activity.capacity is None:
        return None
    return max(0, activity.capacity - taken(activity))
