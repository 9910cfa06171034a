"""Columns of a dense list: states by word and shape, dates as one reads them."""

from functools import lru_cache, partial

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from agency.core import dates
from agency.core.lifecycle import state_label
from agency.core.templatetags.plateau import shape


def mark(word, name):
    """A state: its word, and the shape that goes with ``name``."""
    return _mark(str(word), str(name))


# As many as there are states and words for them; a list has fifty rows of a few.
@lru_cache(maxsize=512)
def _mark(word, name):
    return format_html('<span class="state" data-s="{}">{}</span>', shape(name), word)


@admin.display(description=_("State"), ordering="state")
def state(obj):
    """The state of a row with a lifecycle. ``list_display = ("title", state)``."""
    return mark(state_label(obj), obj.state)


def short(value):
    """19 nov. 2026"""
    parts = dates.day_number(value), dates.month_short(value), dates.as_day(value).year
    return dates.NBSP.join(map(str, parts))


def at(value):
    """19 nov. 2026, 9 h 30"""
    return f"{short(value)}, {dates.hour(value)}"


def _column(write, name, label, ordering=""):
    def column(*args):  # alone in a list, or after the room whose attribute it is
        value = getattr(args[-1], name)
        return write(value) if value else None

    column.__name__ = name
    column.written_from = name  # a list taken away has the date itself
    return admin.display(description=label, ordering=ordering or name)(column)


# A column of a date or of a moment: ``day("starts_on", _("from"))``.
day = when = partial(_column, short)
moment = partial(_column, at)
