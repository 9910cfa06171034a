"""The rows of a list, written by us: what Django works out for each cell is worked out once a column.

A column is resolved as Django's own list does it (a field of the model, a function, a
method of the room, an attribute of the row), so a room is declared as its manual says.
"""

from urllib.parse import parse_qsl, urlencode

from django.contrib.admin.templatetags.admin_list import _coerce_field_name
from django.contrib.admin.utils import display_for_field, display_for_value
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db import models
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

CHECKBOX = "action_checkbox"


class Column:
    """One column of ``changelist``: its class, its tag, and how a row fills it."""

    def __init__(self, changelist, index, name, *, linked, first):
        room = changelist.model_admin
        said = "action-checkbox" if name == CHECKBOX else None
        said = said or f"field-{_coerce_field_name(name, index)}"
        tag = "th" if linked and first else "td"
        self.linked = linked
        self.opening, self.closing = f'<{tag} class="{said}">', f"</{tag}>"
        self.field = _field(changelist.lookup_opts, name)
        self.read, attribute = _reader(room, name, self.field)
        self.boolean = getattr(attribute, "boolean", False)
        self.empty = getattr(
            attribute, "empty_value_display", room.get_empty_value_display()
        )

    def shown(self, row):
        """What the cell of ``row`` says, not escaped yet."""
        try:
            value = self.read(row)
        except ObjectDoesNotExist:
            return self.empty
        if isinstance(value, str) and not self.boolean:
            chosen = self.field is not None and self.field.flatchoices
            if not chosen:
                return value if value.strip() else self.empty
        if self.field is None:
            return display_for_value(value, self.empty, self.boolean)
        if self.field.is_relation:
            return self.empty if value is None else value
        return display_for_field(value, self.field, self.empty, avoid_link=self.linked)


def rows(changelist):
    """Each row of the page of ``changelist`` as its cells, safe to print."""
    columns = _columns(changelist)
    kept = urlencode(dict(parse_qsl(changelist.preserved_filters)))
    for row in changelist.result_list:
        address = f"{changelist.url_for_result(row)}{'?' if kept else ''}{kept}"
        yield mark_safe("".join(_cell(column, row, address) for column in columns))  # noqa: S308 each is escaped


def _columns(changelist):
    """Where the link of a row stands: in the columns named, else in the first one."""
    links = changelist.list_display_links
    found, first = [], True
    for index, name in enumerate(changelist.list_display):
        linked = links is not None and (name in links or (first and not links))
        column = Column(changelist, index, name, linked=linked, first=first)
        first = first and not linked
        found.append(column)
    return found


def _cell(column, row, address):
    said = conditional_escape(column.shown(row))
    if column.linked:
        said = f'<a href="{conditional_escape(address)}">{said}</a>'
    return f"{column.opening}{said}{column.closing}"


def _field(opts, name):
    """The model's own field of that name, or None."""
    try:
        field = None if callable(name) else opts.get_field(name)
    except FieldDoesNotExist:
        return None
    if field is None or not field.concrete or field.many_to_many:
        return None
    return None if field.is_relation and field.attname == name else field


def _reader(room, name, field):
    """The function that reads the value of a row, and what carries its settings."""
    if field is not None:
        return _attribute(name), None
    if callable(name):
        return name, name
    if hasattr(room, name) and name != "__str__":
        method = getattr(room, name)
        return method, method
    described = getattr(room.model, name, None)
    if isinstance(described, property):
        described = described.fget
    if callable(getattr(room.model, name, None)):
        return (lambda row: getattr(row, name)()), described
    return _attribute(name), described


def _attribute(name):
    parts = name.split(models.constants.LOOKUP_SEP)

    def read(row):
        for part in parts:
            row = getattr(row, part)
        return row

    return read
