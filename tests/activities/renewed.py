"""An edition of last season."""

from datetime import UTC, datetime, timedelta

from agency.activities.models import Activity
from agency.activities.services import renewal
from agency.core.clock import PARIS
from tests.activities.factories import (
    SessionFactory,
)

SPRING = datetime(2027, 5, 10, 9, 0, tzinfo=UTC)


def at(*moment):
    return datetime(*moment, tzinfo=PARIS)


def meet(activity, start, hours=3, **more):
    end = start + timedelta(hours=hours)
    return SessionFactory(activity=activity, starts_at=start, ends_at=end, **more)


def renewed(activity, season, **parts):
    made = renewal.copy(activity, season=season, by=activity.officer, **parts)
    return Activity.objects.get(pk=made.activity.pk)
