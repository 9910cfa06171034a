"""A list taken away: CSV for French Excel, or XLSX, formulas made harmless."""

import csv
from datetime import date, datetime
from html import unescape
from io import BytesIO, StringIO

import rules
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from agency.core import journal
from agency.core.admin.permissions import may
from agency.core.clock import paris, today

BOM = "\ufeff"
# What a spreadsheet takes for a formula when a cell begins with it (OWASP).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def harmless(text):
    """``text`` that no spreadsheet runs; a number stays a number."""
    if text.startswith(FORMULA):
        return f"'{text}"
    return text


def cell(value):
    """A value as text for people: dates as one types them in France, yes and no."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return paris(value).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, SafeData):
        value = unescape(strip_tags(value)).strip()
    return harmless(str(value))


def as_csv(rows):
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows(map(cell, row) for row in rows)
    return (BOM + out.getvalue()).encode()


def as_xlsx(rows):
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_typed(sheet, value) for value in row])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _typed(sheet, value):
    """A date stays one, on the clocks of Paris: a column of them can be sorted."""
    if not isinstance(value, date):
        return _without_controls(cell(value))
    moment = isinstance(value, datetime)
    typed = WriteOnlyCell(sheet, paris(value).replace(tzinfo=None) if moment else value)
    typed.number_format = "dd/mm/yyyy hh:mm" if moment else "dd/mm/yyyy"
    return typed


def _without_controls(text):
    return "".join(c for c in text if c >= " " or c in "\t\n\r")


FORMATS = {"csv": (as_csv, "text/csv; charset=utf-8"), "xlsx": (as_xlsx, XLSX)}


class ExportMixin:
    """``exporter/csv/`` and ``exporter/xlsx/``: the list as it is filtered now."""

    # Columns taken away, those of the list when empty.
    export_fields = ()

    def get_urls(self):
        meta = self.opts
        export = path(
            "exporter/<slug:kind>/",
            self.admin_site.admin_view(self.export_view),
            name=f"{meta.app_label}_{meta.model_name}_export",
        )
        return [export, *super().get_urls()]

    def may_export(self, request):
        """By the rule ``export_<model>`` when there is one, else whoever sees the list."""
        meta = self.opts
        if not self.exports:
            return False
        if rules.perm_exists(f"{meta.app_label}.export_{meta.model_name}"):
            return may(request.user, "export", self.model)
        return self.has_view_permission(request)

    def export_view(self, request, kind):
        if kind not in FORMATS or not self.exports:
            raise Http404
        if not self.may_export(request):
            raise PermissionDenied
        write, mimetype = FORMATS[kind]
        queryset = self.get_changelist_instance(request).get_queryset(request)
        header, *rows = self.export_rows(request, queryset)
        model = self.opts.concrete_model._meta.label_lower
        # About who took it: a list is no object.
        by = request.user
        journal.record(by, "take_list", by=by, model=model, rows=len(rows), format=kind)
        response = HttpResponse(write([header, *rows]), mimetype)
        name = f"{slugify(self.plural)}-{today():%Y-%m-%d}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    def export_rows(self, request, queryset):
        """The header, then a row for each object: texts, numbers, dates."""
        names = [
            name
            for name in (self.export_fields or self.get_list_display(request))
            if name != "action_checkbox"
        ]
        labels, extras = self.export_extras(request, queryset)
        yield [self._label(name) for name in names] + labels
        for obj in queryset.iterator(chunk_size=1000):
            yield [self._value(name, obj) for name in names] + extras(obj)

    def export_extras(self, request, queryset):
        """The labels of columns beyond those of the room, and what a row says in them."""
        return [], lambda obj: []

    def _label(self, name):
        return harmless(capfirst(str(label_for_field(name, self.model, self))))

    def _value(self, name, obj):
        shown = name if callable(name) else getattr(self, name, None)
        if hasattr(shown, "written_from"):
            return getattr(obj, shown.written_from)
        field, _attr, value = lookup_field(name, obj, self)
        if field is not None and getattr(field, "flatchoices", None):
            value = dict(field.flatchoices).get(value, value)
        return value
