"""How it goes, help, later: few fields, and most of them are one press."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core import dates
from agency.core.clock import today
from mentoring.choices import Way
from mentoring.forms.pairs import PRESETS, PlanForm
from mentoring.health.colours import Fit
from mentoring.services import pulses
from mentoring.services.meetings import Facts

LEVELS = (
    (5, pgettext_lazy("barometer", "5, very well")),
    (4, pgettext_lazy("barometer", "4, well")),
    (3, pgettext_lazy("barometer", "3, so-so")),
    (2, pgettext_lazy("barometer", "2, not well")),
    (1, pgettext_lazy("barometer", "1, badly")),
)
LONGEST = 2000
DAY = timedelta(days=1)


def _words(label, hint):
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "data-wide": True}),
        help_text=hint,
    )


class PulseForm(forms.Form):
    """Two questions, and whether one needs help."""

    level = forms.TypedChoiceField(
        label=_("How is your pair going?"),
        choices=LEVELS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a figure from 1 to 5.")},
    )
    fit = forms.ChoiceField(
        label=_("The two of you, does it work?"),
        choices=Fit,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three answers.")},
    )
    wants_help = forms.BooleanField(
        label=_("I would like the agency to call me"), required=False
    )
    words = _words(
        _("What is it about?"),
        _("Only kept when you ask to be called."),
    )

    @property
    def said(self):
        return pulses.Answer(**self.cleaned_data)


class HelpForm(forms.Form):
    """A word is not needed to be called back."""

    words = _words(_("What is it about?"), _("A call is enough, too."))


class SnoozeForm(forms.Form):
    days = forms.TypedChoiceField(
        label=_("Remind us of nothing for"),
        choices=(
            (7, _("One week")),
            (14, _("Two weeks")),
            (30, _("Thirty days")),
        ),
        coerce=int,
        initial=14,
        widget=forms.RadioSelect,
    )


# --- By the link of a reminder -------------------------------------------------------
class MetForm(forms.Form):
    """The day is the button; length and way are as they usually are."""

    when = forms.ChoiceField(
        choices=(("today", ""), ("yesterday", ""), ("other", "")), required=False
    )
    day = forms.DateField(
        label=_("Another day"),
        required=False,
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "data-short": True}
        ),
    )
    preset = forms.TypedChoiceField(
        label=_("How long"), coerce=int, widget=forms.RadioSelect
    )
    way = forms.ChoiceField(label=_("How"), choices=Way, widget=forms.RadioSelect)

    def __init__(self, *args, way=None, **kwargs):
        super().__init__(
            *args, initial={"preset": 60, "way": way or Way.REMOTE}, **kwargs
        )
        self.fields["preset"].choices = [
            (length, dates.duration(length)) for length in PRESETS
        ]
        self.fields["day"].widget.attrs["max"] = today().isoformat()

    def clean(self):
        cleaned = super().clean()
        known = {"today": today(), "yesterday": today() - DAY}
        if cleaned.get("when") in known:
            cleaned["day"] = known[cleaned["when"]]
        elif not cleaned.get("day") and "day" not in self.errors:
            self.add_error("day", _("Choose the day on which you met."))
        return cleaned

    @property
    def facts(self):
        said = self.cleaned_data
        return Facts(said["day"], said["preset"], said["way"])


class DateForm(PlanForm):
    """The date that was set, and nothing else that must be typed."""
