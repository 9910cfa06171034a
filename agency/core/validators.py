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


def last_year():
    return today().year + AHEAD


@deconstructible
class YearOfOurs(MaxValueValidator):
    """A year that somebody alive may note.

    A limit of its own: Django then adds none of the database's, with a second sentence.
    """

    def __init__(self):
        super().__init__(last_year)

    def __call__(self, value):
        if not FIRST_YEAR <= value <= last_year():
            raise ValidationError(
                _("Write a year with its four digits, as in %(example)s."),
                code="year",
                params={"example": today().year},
            )


@deconstructible
class YearBegun(YearOfOurs):
    """The same, and not one to come."""

    def __call__(self, value):
        super().__call__(value)
        if value > today().year:
            raise ValidationError(
                _("%(value)s has not begun yet. Write a year that has."),
                code="future",
                params={"value": value},
            )
