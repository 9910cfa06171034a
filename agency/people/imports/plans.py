"""What becomes of a line: the outcome, the values, and what the preview says of them."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from agency.core.text import telephone
from agency.people.choices import ImportOutcome
from agency.people.imports import cells

# What a spreadsheet leaves where a formula found nothing.
BROKEN_FORMULAS = {"#N/A", "#REF!", "#VALUE!", "#VALEUR!", "#NAME?", "#NOM?", "#DIV/0!"}


@dataclass(eq=False)
class Plan:
    """One line, weighed. ``target`` is a Someone or a House, ``row`` its own row."""

    number: int
    data: dict
    values: dict = field(default_factory=dict)
    outcome: str = ""
    target: object = None
    house: object = None
    row: object = None
    # What is written: columns of the row, of a post (an affiliation), labels to add.
    columns: dict = field(default_factory=dict)
    post: object = None
    post_columns: dict = field(default_factory=dict)
    labels: list = field(default_factory=list)
    changes: dict = field(default_factory=dict)
    remarks: list = field(default_factory=list)

    @property
    def sentence(self):
        return " ".join(self.remarks)

    @property
    def is_open(self):
        return not self.outcome

    def stop(self, outcome, sentence):
        """Nothing of this line is written, and ``sentence`` says why."""
        self.outcome, self.remarks = outcome, [sentence]

    def change(self, column, before, after):
        self.changes[column] = [shown(before), shown(after)]


def shown(value):
    """A value of the preview, in words."""
    if isinstance(value, list):
        return ", ".join(map(shown, value))
    if hasattr(value, "as_e164"):
        return telephone(value)
    if hasattr(value, "strftime"):
        return f"{value:%d/%m/%Y}"
    return "" if value is None else str(value)


def weigh_cells(number, data, columns, lists):
    """The Plan of a line with its values read, or closed by its errors, all of them."""
    plan, errors = Plan(number, data), []
    for column in columns.values():
        text = data.get(column.name, "")
        try:
            if text:
                plan.values[column.name] = _read(column, text, lists)
            elif column.required:
                raise cells.Unfit(_("this cell is empty, fill it in."))
        except cells.Unfit as error:
            said = {"column": column.title, "error": error}
            errors.append(_("%(column)s: %(error)s") % said)
    _note_what_was_mended(plan)
    if errors:
        plan.stop(ImportOutcome.ERROR, " ".join(errors))
    return plan


def _read(column, text, lists):
    if text.startswith("=") or text in BROKEN_FORMULAS:
        raise cells.Unfit(
            _("this is a formula: copy the column, then paste its values alone.")
        )
    if "\ufffd" in text:
        raise cells.Unfit(
            _("this text holds characters that cannot be read; type it again.")
        )
    if column.longest and len(text) > column.longest:
        raise cells.Unfit(
            _("%(count)s characters, %(most)s at most: shorten this text.")
            % {"count": len(text), "most": column.longest}
        )
    return column.read(text, lists)


def _note_what_was_mended(plan):
    code = plan.values.get("postal_code", "")
    if code.lstrip("0") == plan.data.get("postal_code") != code:
        plan.remarks.append(
            _("Postal code %(before)s read as %(after)s.")
            % {"before": plan.data["postal_code"], "after": code}
        )
