"""Late, today, within the week, later: how near what is due is, by the days of Paris."""

from datetime import datetime, time, timedelta

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from agency.core import dates
from agency.core.clock import PARIS, today

WEEK = 7


class When(TextChoices):
    """In the order in which one looks; the value stands in addresses."""

    LATE = "retard", _("Late")
    TODAY = "aujourdhui", _("Today")
    WEEK = "semaine", _("Within seven days")
    LATER = "plus-tard", _("Later")


def when(due):
    """Where the day of ``due`` (a date or a moment) falls; without one, later."""
    if due is None:
        return When.LATER
    away = (dates.as_day(due) - today()).days
    if away < 0:
        return When.LATE
    if away == 0:
        return When.TODAY
    return When.WEEK if away < WEEK else When.LATER


def midnight(day):
    """The first moment of ``day`` in Paris."""
    return datetime.combine(day, time(0), tzinfo=PARIS)


def falling(field, moment, days=0):
    """The condition on rows that are due ``days`` after the day of ``field``: there."""
    starts = today() - timedelta(days=days)
    first, second, last = (
        midnight(starts + timedelta(days=away)) for away in (0, 1, WEEK)
    )
    return {
        When.LATE: Q(**{f"{field}__lt": first}),
        When.TODAY: Q(**{f"{field}__gte": first, f"{field}__lt": second}),
        When.WEEK: Q(**{f"{field}__gte": second, f"{field}__lt": last}),
        When.LATER: Q(**{f"{field}__gte": last}) | Q(**{f"{field}__isnull": True}),
    }[When(moment)]
