"""What a pair fills in: a meeting in a few presses, a word to the agency, an early end."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.core import dates
from agency.core.clock import today
from mentoring.choices import EndReason, Topic, Way
from mentoring.models import AgencyNote
from mentoring.services.meetings import Facts

# Those one presses; any other length is typed.
PRESETS = (30, 45, 60, 90, 120, 180)
OTHER = ""


class MeetingForm(forms.Form):
    """When, how long, how, about what: nothing else is asked, nothing must be typed."""

    # The version that was read, when a meeting is corrected.
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    day = forms.DateField(
        label=_("Which day"),
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "data-short": True}
        ),
    )
    preset = forms.ChoiceField(
        label=_("How long"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how long you met.")},
    )
    minutes = forms.IntegerField(
        label=_("Another length, in minutes"),
        required=False,
        widget=forms.NumberInput(attrs={"data-short": True, "inputmode": "numeric"}),
    )
    way = forms.ChoiceField(label=_("How"), choices=Way, widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label=_("About what"),
        choices=Topic,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, meeting=None, way=None, **kwargs):
        self.meeting = meeting
        first = {"day": today(), "preset": "60", "way": way or Way.REMOTE}
        if meeting is not None:
            first |= _known(meeting)
        super().__init__(*args, initial=first | kwargs.pop("initial", {}), **kwargs)
        self.fields["preset"].choices = [
            (str(length), dates.duration(length)) for length in PRESETS
        ]
        self.fields["day"].widget.attrs |= self.limits()

    def limits(self):
        """What a telephone offers; the service is who decides."""
        return {"max": today().isoformat()}

    def clean(self):
        """A length that is typed goes before those one presses."""
        cleaned = super().clean()
        if cleaned.get("minutes") is not None:
            self.errors.pop("preset", None)
        elif cleaned.get("preset"):
            cleaned["minutes"] = int(cleaned["preset"])
        return cleaned

    def read_again(self):
        """To save once more is to write over what the other one saved."""
        self.meeting.refresh_from_db(fields=["version"])
        self.data = self.data.copy()
        self.data["version"] = str(self.meeting.version)

    @property
    def facts(self):
        names = ("day", "minutes", "way", "topics")
        return Facts(**{name: self.cleaned_data[name] for name in names})


def _known(meeting):
    preset = str(meeting.minutes or "")
    known = meeting.minutes in PRESETS
    return {
        "version": meeting.version,
        "day": meeting.day,
        "preset": preset if known else OTHER,
        "minutes": None if known else meeting.minutes,
        "way": meeting.way,
        "topics": meeting.topics,
    }


class PlanForm(forms.Form):
    """The next meeting: its day, its hour if it is known, and how."""

    day = forms.DateField(
        label=_("Which day"),
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "data-short": True}
        ),
    )
    hour = forms.TimeField(
        label=_("At what time"),
        required=False,
        widget=forms.TimeInput(
            format="%H:%M", attrs={"type": "time", "data-short": True}
        ),
    )
    way = forms.ChoiceField(label=_("How"), choices=Way, widget=forms.RadioSelect)

    def __init__(self, *args, interval=30, way=None, **kwargs):
        first = {"day": today() + timedelta(days=interval), "way": way or Way.REMOTE}
        super().__init__(*args, initial=first, **kwargs)
        self.fields["day"].widget.attrs["min"] = today().isoformat()

    @property
    def facts(self):
        said = self.cleaned_data
        return Facts(said["day"], None, said["way"], hour=said["hour"])


class AgencyNoteForm(forms.ModelForm):
    class Meta:
        model = AgencyNote
        fields = ("text",)
        labels = {"text": _("Your message")}
        widgets = {"text": forms.Textarea(attrs={"rows": 6, "data-wide": True})}


class EndForm(forms.Form):
    category = forms.ChoiceField(
        label=_("Why"),
        choices=EndReason,
        widget=forms.RadioSelect,
        help_text=_(
            "Read by the officer in charge alone; the other one does not see it."
        ),
    )
    together = forms.BooleanField(label=_("We decided it together"), required=False)
