"""Columns that several lists of the kernel share."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from agency.core import dates
from agency.core.admin.columns import short
from agency.core.templatetags import plateau

# Beyond a row of chairs the figure alone is read faster.
DRAWN = 20


def chairs(taken, total):
    """The room as seats, and the figure that says it."""
    if not total:
        return str(taken)
    said = _("%(taken)s of %(total)s") % {"taken": taken, "total": total}
    if total > DRAWN:
        return said
    return format_html("{}{}", plateau.seats(taken, total), said)


@admin.display(description=gettext_lazy("Seats"), ordering="taken")
def seats(activity):
    return chairs(activity.taken, activity.capacity)


@admin.display(description=gettext_lazy("To study"), ordering="to_review")
def to_review(activity):
    return activity.to_review or None


@admin.display(
    description=pgettext_lazy("column", "Waiting"),
    ordering="waiting",
)
def waiting(activity):
    return activity.waiting or None


@admin.display(description=gettext_lazy("Next date"), ordering="next_at")
def next_date(activity):
    return short(activity.next_at) if activity.next_at else None


def session_when(session):
    """jeu. 26 nov. 2026, 9 h 30"""
    start = session.starts_at
    day = f"{dates.weekday_short(start)}{dates.NBSP}{short(start)}"
    return f"{day}, {dates.hour(start)}"


def people_count(number):
    said = ngettext("%(count)s person", "%(count)s people", number)
    return said % {"count": number}
