"""A new key in front: everything that is sealed is sealed again with it.

Each part of the house that keeps something sealed says where; a value that no key
opens is counted and left exactly as it is.
"""

from dataclasses import dataclass

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import F

from agency.core.sealed import reseal
from agency.core.sealed_text import sealed_fields

BATCH = 500

# (model, field, how a value of it is sealed again)
_columns = []


@dataclass
class Tally:
    """What became of the values of one column."""

    column: str
    resealed: int = 0
    unopened: int = 0


def keeps(model, field, again=reseal):
    """Say that ``field`` of ``model`` holds what ``agency.core.sealed`` sealed.

    ``again(value)`` gives the value with the newest key; it raises InvalidToken.
    """
    _columns.append((model, field, again))


def run():
    """Seal everything again with the newest key; one ``Tally`` a column.

    It may be stopped and run again at any time, while people work.
    """
    texts = [(model, field.attname, reseal) for model, field in sealed_fields()]
    return [_column(*column) for column in [*_columns, *texts]]


def _column(model, field, again):
    tally = Tally(f"{model._meta.label}.{field}")
    last = 0
    while keys := _next(model, last):
        for key in keys:
            _value(model, field, again, key, tally)
        last = keys[-1]
    return tally


def _next(model, last):
    rows = model._base_manager.filter(pk__gt=last).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _value(model, field, again, key, tally):
    """One row, held meanwhile: what its author saves is not overwritten."""
    rows = model._base_manager.filter(pk=key)
    rows.update(**{field: F(field)})
    value = rows.values_list(field, flat=True).first()
    if not value:
        return
    try:
        rows.update(**{field: again(value)})
    except InvalidToken:
        tally.unopened += 1
    else:
        tally.resealed += 1
