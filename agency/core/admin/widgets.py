"""Dates and hours typed with what the browser and the telephone have for them."""

from datetime import datetime

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agency.core import dates
from agency.core.clock import PARIS


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs={"data-short": True} | (attrs or {}), format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs={"data-short": True} | (attrs or {}), format="%H:%M")


class MomentInput(forms.SplitDateTimeWidget):
    """The day, then the hour; a screen reader hears which is which."""

    template_name = "admin/widgets/moment.html"

    def __init__(self, attrs=None):
        forms.MultiWidget.__init__(self, [DateInput(), TimeInput()], attrs)
        self.widgets[0].attrs["aria-label"] = _("Day")
        self.widgets[1].attrs["aria-label"] = _("Hour")


class LocalMomentField(forms.SplitDateTimeField):
    """A moment on the clocks of Paris: once a year an hour is missing, once it is double."""

    widget = MomentInput
    default_error_messages = forms.SplitDateTimeField.default_error_messages | {
        "skipped": _(
            "On %(day)s clocks go forward: %(hour)s does not exist. Choose an hour later."
        ),
        "twice": _(
            "On %(day)s clocks go back: %(hour)s comes twice. Choose another hour."
        ),
    }

    def __init__(self, *args, widget=None, **kwargs):
        super().__init__(*args, **kwargs)

    def compress(self, data_list):
        if data_list and all(data_list):
            self._refuse_odd_hours(*data_list)
        return super().compress(data_list)

    def _refuse_odd_hours(self, day, time):
        before = _paris(day, time, fold=0)
        after = _paris(day, time, fold=1)
        if before.utcoffset() == after.utcoffset():
            return
        # PEP 495: in a gap the first reading has the smaller offset.
        code = "skipped" if before.utcoffset() < after.utcoffset() else "twice"
        said = {
            "day": dates.day_year(day),
            "hour": dates.hour(before.replace(tzinfo=None)),
        }
        raise ValidationError(self.error_messages[code], code=code, params=said)


def _paris(day, time, *, fold):
    return datetime.combine(day, time, tzinfo=PARIS).replace(fold=fold)


class Lookup(AutocompleteSelect):
    """A choice among many rows: admin.js makes a search field of it (ARIA combobox)."""

    media = forms.Media()
    # Key -> label of what is chosen already, when somebody has it at hand.
    known = None

    def optgroups(self, name, value, attrs=None):
        chosen = [str(key) for key in value if key]
        if self.known is None or any(key not in self.known for key in chosen):
            return super().optgroups(name, value, attrs)
        options = [(key, self.known[key]) for key in chosen]
        if not self.is_required:
            options.insert(0, ("", ""))
        rows = [
            self.create_option(name, key, label, key in chosen, index)
            for index, (key, label) in enumerate(options)
        ]
        return [(None, rows, 0)]

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super(forms.Select, self).build_attrs(base_attrs, extra_attrs)
        return attrs | {
            "data-lookup": self.get_url(),
            "data-app": self.field.model._meta.app_label,
            "data-model": self.field.model._meta.model_name,
            "data-field": self.field.name,
            "data-none": _("Nothing found"),
            "data-hint": _("Write a few letters"),
        }
