"""A file opened: CSV of any habit or XLSX, its headings understood, its rows as texts.

Nothing here touches the database. What cannot be read raises Unreadable, whose text is
a sentence for whoever brought the file.
"""

import csv
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import chain, islice

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from agency.people.imports import columns

MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 20_000
# What an XLSX of that size may unfold to: sheets repeat themselves a lot, bombs more.
MOST_UNFOLDED = 150 * 1024 * 1024
# Titles and notes stand above the headings in many a file.
LOOKED_AT = 10
MOST_COLUMNS = 200
# No cell of a directory is longer; the rest of it is never kept.
LONGEST = 2_000

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = (";", ",", "\t")
# Excel's way to keep the zeros of a CSV: ="01000"
KEPT_AS_TEXT = re.compile(r'="([^"]*)"')
# The apostrophe with which our own lists disarm what looks like a formula.
DISARMED = re.compile(r"^'(?=[=+\-@])")
FORMULAS = (ArrayFormula, DataTableFormula)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Unreadable(Exception):
    """Why a file cannot be taken: a sentence with the cure."""


@dataclass
class Table:
    """What was understood of a file; ``rows`` gives (line number, {column: text})."""

    rows: Iterator
    kept: list = field(default_factory=list)
    left: list = field(default_factory=list)
    separator: str = ""
    encoding: str = ""

    def facts(self):
        """What the preview says of the reading."""
        return {
            "kept": self.kept,
            "left": self.left,
            "separator": self.separator,
            "encoding": self.encoding,
        }


def open_table(content, kind):
    """The Table of a file of that kind. Raises Unreadable."""
    if not content.strip():
        raise Unreadable(_("This file is empty: choose the one that holds your lines."))
    if content.startswith(OLE):
        raise Unreadable(
            _(
                "This is an old Excel file, or one with a password: open it, then save "
                "it as XLSX without any."
            )
        )
    if content.startswith(ZIP):
        return _headed(_sheet(content), kind)
    return _text_table(content, kind)


# --- CSV ---------------------------------------------------------------------
def _text_table(content, kind):
    written, encoding = _decoded(content)
    top = "\n".join(written.splitlines()[: LOOKED_AT * 2])
    separator = max(SEPARATORS, key=lambda one: _understood(top, one, kind))
    table = _headed(_csv_rows(written, separator), kind)
    table.separator, table.encoding = separator, encoding
    return table


def _decoded(content):
    if content.startswith(UTF16):
        attempts = ("utf-16",)
    else:
        attempts = ("utf-8-sig", "cp1252", "latin-1")
    for encoding in attempts:
        try:
            written = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in written and not written.startswith("%PDF"):
            return written, encoding
        break
    raise Unreadable(
        _("This is neither a CSV nor an XLSX file: save your sheet as one of these.")
    )


def _understood(top, separator, kind):
    """(headings understood, cells) of the best row at the top of the file."""
    known = columns.known(kind)
    rows = list(islice(_csv_rows(top, separator), LOOKED_AT))
    return max(((_score(row, known), len(row)) for _n, row in rows), default=(0, 0))


def _csv_rows(written, separator):
    reader = csv.reader(StringIO(written, newline=""), delimiter=separator)
    number = 1
    try:
        for row in reader:
            yield number, row
            number = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(
            _(
                "Line %(number)s cannot be read: look there for a quotation mark that "
                "is never closed."
            )
            % {"number": number}
        ) from error


# --- XLSX --------------------------------------------------------------------
def _sheet(content):
    _check_archive(content)
    try:
        book = load_workbook(BytesIO(content), read_only=True)
        sheet = book.active if hasattr(book.active, "iter_rows") else None
        sheet = sheet or next(iter(book.worksheets), None)
    except Exception as error:  # a library that meets a broken file raises anything
        raise _broken() from error
    if sheet is None:
        raise Unreadable(_("This workbook has no sheet with cells."))
    return _sheet_rows(sheet)


def _broken():
    return Unreadable(
        _("This XLSX file is damaged: open it, save it again, and bring the new one.")
    )


def _sheet_rows(sheet):
    # What the file says of its size is often wrong: a million empty rows.
    sheet.reset_dimensions()
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            yield number, [_as_text(value) for value in row[:MOST_COLUMNS]]
    except Unreadable:
        raise
    except Exception as error:  # a library that meets a broken file raises anything
        raise _broken() from error


def _check_archive(content):
    """A workbook, that unfolds to no more than a sheet of ours and defines no entity."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = archive.infolist()
            if "xl/workbook.xml" not in archive.namelist():
                raise Unreadable(
                    _(
                        "This is neither a CSV nor an XLSX file: save your sheet as one "
                        "of these."
                    )
                )
            if sum(entry.file_size for entry in entries) > MOST_UNFOLDED:
                raise Unreadable(
                    _("This workbook is too large once opened: keep one sheet of it.")
                )
            for entry in entries:
                with archive.open(entry) as part:
                    if b"<!DOCTYPE" in part.read(1024):
                        raise _broken()
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError) as error:
        raise _broken() from error


def _as_text(value):
    """A cell as people would have typed it: 1000.0 is 1000, a date is a day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    return "=" if isinstance(value, FORMULAS) else str(value)


# --- Both --------------------------------------------------------------------
def _headed(rows, kind):
    """The Table of ``rows``, once its headings are found among the first of them."""
    known = columns.known(kind)
    top = list(islice(rows, LOOKED_AT))
    filled = [at for at, (_n, row) in enumerate(top) if any(map(_clean, row))]
    if not filled:
        raise Unreadable(_("This file is empty: choose the one that holds your lines."))
    at = max(filled, key=lambda one: (_score(top[one][1], known), -one))
    headings = [_clean(cell)[:80] for cell in top[at][1]]
    meant = [known.get(columns.plain(heading)) for heading in headings]
    _check_headings(headings, meant, kind)
    return Table(
        rows=_named_rows(chain(top[at + 1 :], rows), meant),
        kept=[
            [heading, column.name]
            for heading, column in zip(headings, meant, strict=True)
            if column
        ],
        left=[
            heading
            for heading, column in zip(headings, meant, strict=True)
            if heading and not column
        ],
    )


def _score(row, known):
    return len({columns.plain(cell[:80]) for cell in row} & known.keys())


def _check_headings(headings, meant, kind):
    found = [column.name for column in meant if column]
    for column in columns.OF_KIND[kind]:
        if found.count(column.name) > 1:
            twice = [
                heading
                for heading, one in zip(headings, meant, strict=True)
                if one is column
            ]
            raise Unreadable(
                _("Two columns mean the same (%(headings)s): keep one of them.")
                % {"headings": ", ".join(twice)}
            )
    missing = [
        column.title
        for column in columns.OF_KIND[kind]
        if column.required and column.name not in found
    ]
    if missing:
        seen = ", ".join(heading for heading in headings if heading)[:300]
        raise Unreadable(
            _(
                "Columns are missing: %(missing)s. This file has: %(found)s. Start "
                "from the model file, or change the headings."
            )
            % {"missing": ", ".join(missing), "found": seen or "\u2013"}
        )


def _named_rows(rows, meant):
    """(number, {column: text}) of each row with something in it, MOST_LINES at most."""
    count = 0
    for number, row in rows:
        if not any(map(_clean, row)):
            continue
        count += 1
        if count > MOST_LINES:
            raise Unreadable(
                _("This file has more than %(most)s lines: bring it in several parts.")
                % {"most": MOST_LINES}
            )
        yield (
            number,
            {
                column.name: _clean(cell)
                for column, cell in zip(meant, row, strict=False)
                if column and _clean(cell)
            },
        )


def _clean(cell):
    """The text of a cell on one line, without what keeps a spreadsheet from reading it."""
    kept = KEPT_AS_TEXT.fullmatch(cell.strip())
    bare = DISARMED.sub("", kept[1] if kept else cell.strip(), count=1)
    return UNSEEN.sub("\ufffd", " ".join(bare[:LONGEST].split()))
