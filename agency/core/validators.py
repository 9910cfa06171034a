"""How far a number goes, in a sentence: PostgreSQL would refuse some, SQLite none."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from agency.core.clock import today

# Before the oldest thing that somebody still alive has to note here.
FIRST_YEAR = 1940
# A membership is written a little ahead, never for another century.
AHEAD = 5


@deconstructible
class AtMost(MaxValueValidator):
    message = _("Write %(limit_value)s at most: check this number.")


def check_year(value):
    """Raise ValidationError unless ``value`` is a year of ours."""
    if not FIRST_YEAR <= value <= today().year + AHEAD:
        raise ValidationError(
            _("Write a year with its four digits, as in %(example)s."),
            code="year",
            params={"example": today().year},
        )


def check_begun(value):
    """Raise ValidationError unless ``value`` is a year that has begun."""
    check_year(value)
    if value > today().year:
        raise ValidationError(
            _("%(value)s has not begun yet. Write a year that has."),
            code="future",
            params={"value": value},
        )
