"""What stands in a column, in words."""

from decimal import Decimal

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agency.core import dates
from agency.core.figures import number

NOTHING = "\u2013"
LONG = 160


def shown(row, name):
    """The value of the column ``name`` of ``row``, as a person would say it."""
    field, value = row._meta.get_field(name), getattr(row, name)
    if value in (None, ""):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field.choices:
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(value, Decimal):
        return number(value).removesuffix(",00")
    if isinstance(value, int):
        return number(value)
    if isinstance(field, models.DateField):
        return dates.day_year(value)
    return Truncator(str(value)).chars(LONG)
