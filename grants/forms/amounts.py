"""Amounts and days as people type them."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agency.core.figures import number

MOST = Decimal("9999999999.99")
# Spaces of every width, the sign of the euro, and a minus set as a printer does.
SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u20ac]|euros?", re.IGNORECASE)
# A year half typed is none.
FIRST_YEAR, LAST_YEAR = 1900, 2100
FIGURES = re.compile(r"-?\d+(\.\d*)?")


class AmountField(forms.DecimalField):
    """1 234,50 \u20ac: a comma or a point, spaces or none, with or without the sign."""

    widget = forms.TextInput
    default_error_messages = {
        "invalid": _(
            "\u201c%(value)s\u201d is not an amount. Write for example 1234,50."
        ),
        "negative": _("An amount is not negative: take the minus sign away."),
        "cents": _("Write two figures after the comma at most."),
        "most": _("%(value)s is more than any budget here: check this amount."),
    }

    def __init__(self, *, most=MOST, **kwargs):
        for name in ("max_digits", "decimal_places", "min_value", "max_value"):
            kwargs.pop(name, None)
        self.most = most
        super().__init__(**kwargs)

    def widget_attrs(self, widget):
        return {"inputmode": "decimal", "data-short": ""}

    def to_python(self, value):
        if value in self.empty_values:
            return None
        text = SPACES.sub("", str(value)).replace("\u2212", "-")
        text = _one_point(text)
        if not FIGURES.fullmatch(text):
            self._refuse("invalid", str(value))
        if text.startswith("-") and Decimal(text):
            self._refuse("negative", str(value))
        amount = abs(Decimal(text))
        if amount > self.most:
            self._refuse("most", str(value))
        if amount != amount.quantize(Decimal("0.01")):
            self._refuse("cents", str(value))
        return amount.quantize(Decimal("0.01"))

    def _refuse(self, code, value):
        raise ValidationError(self.error_messages[code], code, {"value": value[:40]})

    def prepare_value(self, value):
        return as_typed(value) if isinstance(value, Decimal) else value

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


def _one_point(text):
    """The last of comma and point is the decimal one; the others set the thousands."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma > point:
        return text.replace(".", "").replace(",", ".")
    return text.replace(",", "") if comma >= 0 else text


def as_typed(amount):
    """1 234,50 in a field: what a person would have typed there, and may type again."""
    text = f"{amount.quantize(Decimal('0.01')):f}".removesuffix(".00")
    return number(Decimal(text))


class DayField(forms.DateField):
    """A day of the calendar; the message says what was typed."""

    default_error_messages = {
        "invalid": _(
            "This day is not in the calendar: write it again, as in 14/03/2027."
        )
    }

    def __init__(self, **kwargs):
        widget = forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "data-short": ""}
        )
        super().__init__(**kwargs | {"widget": widget})

    def to_python(self, value):
        day = super().to_python(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return day
