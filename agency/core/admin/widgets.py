"""Dates and hours typed with what the browser and the telephone have for them."""

from datetime import datetime

from django import forms
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
