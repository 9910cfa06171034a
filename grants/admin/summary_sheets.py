"""The summary of a sitting as a workbook: numbers stay numbers, no cell is a formula."""

from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from agency.core.admin.exports import harmless
from agency.core.dates import day_year

EUROS, PERCENT = '#,##0.00" \u20ac"', "0%"
BOLD, TITLE = Font(bold=True), Font(bold=True, size=14)
NARROW, WIDE = 16, 38
# Above the header of each sheet: what it is, and that these are opinions.
HEAD = 4


TEXT, COUNT, MONEY, SHARE = None, "0", EUROS, PERCENT


def workbook(told, notices):
    """The bytes of ``told``, a ``sitting_summary.Summary``; ``notices`` on each sheet."""
    book = Workbook()
    book.remove(book.active)
    zones, departements, disciplines, newcomers = told.dimensions
    overview = _overview(told, newcomers)
    _sheet(book, told, notices, pgettext("sheet", "Summary"), overview)
    _sheet(book, told, notices, pgettext("sheet", "Files"), _files(told))
    for one in (disciplines, departements, zones):
        _sheet(book, told, notices, one.title, _dimension(one))
    _sheet(book, told, notices, pgettext("sheet", "Schemes"), _schemes(told))
    _sheet(book, told, notices, pgettext("sheet", "Who is aided"), _reached(told))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book, told, notices, title, content):
    columns, rows = content
    sheet = book.create_sheet(title[:31])
    name = f"{told.sitting}, {day_year(told.sitting.meets_at)}"
    sheet.append([text(f"{title}, {name}")])
    sheet.append([text(" ".join(str(one) for one in notices if one))])
    sheet.append([])
    sheet.append([text(label) for label, _kind in columns])
    for row in rows:
        sheet.append([_value(one) for one in row])
    sheet["A1"].font = TITLE
    for cell in sheet[HEAD]:
        cell.font = BOLD
    for at, (_label, kind) in enumerate(columns, start=1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = WIDE if kind is TEXT else NARROW
        for cell in sheet[letter][HEAD:]:
            if kind is not TEXT:
                cell.number_format = kind
    sheet.freeze_panes = f"B{HEAD + 1}"


def text(value):
    """Words that no spreadsheet runs, without the characters that it refuses."""
    return harmless(ILLEGAL_CHARACTERS_RE.sub("", str(value)))


def _value(value):
    return text(value) if isinstance(value, str) else value


def _overview(told, newcomers):
    """Of several kinds in one column: each line says its own (euros are typed so)."""
    counts = [
        (label, count, None, None) for _code, label, count, _fill in told.outcomes
    ]
    money = [
        (_("Requested"), None, told.requested, None),
        (_("Computed"), None, told.computed, None),
        (_("Proposed"), None, told.proposed, None),
        (_("Recommended"), None, told.recommended, None),
        (_("Envelope"), None, told.envelope, None),
        (_("Left of the envelope"), None, told.left, None),
        (_("Average of a favourable opinion"), None, told.average, None),
    ]
    rows = [
        (_("Files examined"), len(told.examined), None, None),
        *counts,
        (_("Favourable opinions, of those given"), None, None, part(told.rate)),
        *money,
        (_("Teams aided"), told.teams, None, None),
        (_("Works aided"), told.works, None, None),
        (_("Performances aided"), told.performances, None, None),
        (_("Teams aided for their first application"), told.newcomers, None, None),
    ]
    rows += [
        (one.label, one.files, one.recommended, part(one.share))
        for one in newcomers.lines
    ]
    columns = [
        (_("Figure"), TEXT),
        (_("Number"), COUNT),
        (_("Euros"), MONEY),
        (_("Share"), SHARE),
    ]
    return columns, rows


def part(percents):
    """0.59 of 59; nothing stays nothing."""
    return None if percents is None else percents / 100


def _files(told):
    columns = [
        (pgettext("sheet", "File number"), TEXT),
        (_("Team"), TEXT),
        (_("Show, tour or trip"), TEXT),
        (_("Scheme"), TEXT),
        (_("Opinion"), TEXT),
        *((label, MONEY) for label in _sums()),
    ]
    rows = [
        (
            one.application.number,
            one.application.organisation.name,
            one.name,
            one.application.scheme.name,
            one.said,
            one.application.requested,
            one.application.computed,
            one.application.proposed,
            one.recommended,
        )
        for one in told.files
    ]
    return columns, rows


def _sums():
    return _("Requested"), _("Computed"), _("Proposed"), _("Recommended")


def _dimension(one):
    columns = [
        (one.title, TEXT),
        (pgettext("balance", "Files"), COUNT),
        (pgettext("balance", "Aided"), COUNT),
        (_("Requested"), MONEY),
        (_("Recommended"), MONEY),
        (_("Share"), SHARE),
    ]
    if one.has_targets:
        columns.append((pgettext("balance", "Target"), SHARE))
    rows = [_line(row, one.has_targets) for row in [*one.lines, one.total]]
    return columns, rows


def _line(row, has_targets):
    cells = [
        *(row.label, row.files, row.aided, row.requested, row.recommended),
        part(row.share),
    ]
    return [*cells, part(row.target)] if has_targets else cells


def _reached(told):
    columns = [
        (pgettext("sheet", "Breakdown"), TEXT),
        (pgettext("sheet", "Line"), TEXT),
        (_("Teams aided"), COUNT),
        (_("Works aided"), COUNT),
        (_("Performances aided"), COUNT),
    ]
    rows = [
        (one.title, *line) for one in told.reached for line in (*one.lines, one.total)
    ]
    return columns, rows


def _schemes(told):
    columns = [
        (_("Scheme"), TEXT),
        (pgettext("balance", "Files"), COUNT),
        (pgettext("balance", "Aided"), COUNT),
        *((label, MONEY) for label in _sums()),
        (_("Envelope"), MONEY),
        (_("Left of the envelope"), MONEY),
    ]
    rows = [(one.scheme.name, *one[1:]) for one in told.schemes]
    return columns, rows
