"""The columns that a merge writes, each with what stood there, and the way back."""

from datetime import date

from allauth.account.models import EmailAddress
from django.apps import apps
from django.utils.translation import gettext as _

from agency.people.models import Organisation, Person
from agency.people.services.accounts import Refused

# Written through ``save()``, which keeps what is searched in step.
RECORDS = (Person, Organisation)


class Written:
    """What was written so far: [model, number, column, before, after] in that order."""

    def __init__(self):
        self.rows = []

    def put(self, model, pk, column, value):
        """Write one column of one row."""
        before = model._base_manager.values_list(column, flat=True).get(pk=pk)
        _write(model, pk, column, value)
        told = [_plain(model, column, one) for one in (before, value)]
        self.rows.append([model._meta.label, pk, column, *told])

    def move(self, key, numbers, before, after):
        """Lead the rows ``numbers`` of one key elsewhere."""
        key.model._base_manager.filter(pk__in=numbers).update(**{key.column: after})
        label = key.model._meta.label
        self.rows += [[label, pk, key.column, before, after] for pk in numbers]

    def swap_addresses(self, one, other):
        """The addresses that allauth knows of two people change places."""
        rows = {
            pk: list(EmailAddress.objects.filter(user=pk).order_by("pk"))
            for pk in (one, other)
        }
        # One main address each at any time.
        main = [row.pk for row in rows[one] if row.primary]
        for pk in main:
            self.put(EmailAddress, pk, "primary", False)
        for row in rows[other]:
            self.put(EmailAddress, row.pk, "user_id", one)
        for row in rows[one]:
            self.put(EmailAddress, row.pk, "user_id", other)
        for pk in main:
            self.put(EmailAddress, pk, "primary", True)


def _write(model, pk, column, value):
    if model not in RECORDS:
        return model._base_manager.filter(pk=pk).update(**{column: value})
    row = model._base_manager.get(pk=pk)
    field = _field(model, column)
    setattr(row, field.attname, value)
    return row.save(update_fields=[field.name])


def _field(model, column):
    return next(one for one in model._meta.concrete_fields if one.attname == column)


def _plain(model, column, value):
    """As JSON holds it; ``to_python`` reads it back."""
    field = _field(model, column)
    value = field.get_prep_value(value)
    return value.isoformat() if isinstance(value, date) else value


def _python(model, column, value):
    field = _field(model, column)
    return (field.target_field if field.is_relation else field).to_python(value)


def numbers(rows, model, after):
    """The rows of ``model`` that were led to ``after``."""
    label = model._meta.label
    return [
        pk for name, pk, _column, _old, new in rows if (name, new) == (label, after)
    ]


def put_back(rows, *, but):
    """Write what stood before, the last first. Raises Refused when a row went elsewhere.

    Of the records ``but`` themselves a value written since stays.
    """
    own = {(one._meta.label, one.pk) for one in but}
    for label, pk, column, before, after in reversed(rows):
        model = apps.get_model(label)
        before, after = (_python(model, column, one) for one in (before, after))
        still = model._base_manager.filter(pk=pk, **{column: after})
        if still.exists():
            _write(model, pk, column, before)
        elif (label, pk) not in own:
            raise Refused(
                _(
                    "Something that followed was changed or removed since (%(kind)s): "
                    "this merge can no longer be undone. Correct the record by hand."
                )
                % {"kind": model._meta.verbose_name}
            )
