"""The form of an application: saved as one goes, whole when it is sent."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agency.activities.forms.questions import LongText
from agency.people.choices import OrganisationKind
from agency.people.models import Territory
from mentoring.choices import ArtForm, Meeting, Mobility, Side, Stage, Topic
from mentoring.models.application import SHORT
from mentoring.services import calls
from mentoring.services.applications import ANSWERS, MOST_VETOES

MOST = 2000
MOST_YEARS, MOST_PEOPLE = 60, 5
EMPTY = "\u2013"
PARTS = {
    "you": ("profession", "years", "stage", "experience"),
    "place": (
        "art_forms",
        "organisation_kinds",
        "territory",
        "mobility",
        "meeting",
        "availability",
    ),
    "work": ("topics", "capacity", "expectations"),
    "private": ("motivation", "vetoes", "keep_for_next"),
}


class Boxes(forms.MultipleChoiceField):
    """Some of a list, as codes in its order."""

    def __init__(self, **kwargs):
        widget = forms.CheckboxSelectMultiple(attrs={"data-columns": ""})
        super().__init__(widget=widget, **kwargs)

    def clean(self, value):
        chosen = super().clean(value)
        return [code for code, _label in self.choices if code in chosen]


def choice(label, choices, needed, **kwargs):
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": needed},
        **kwargs,
    )


class ApplicationForm(forms.Form):
    """``application`` holds what was kept so far; ``former`` what to begin with."""

    profession = forms.ModelChoiceField(
        label=_("Your profession"),
        queryset=None,
        empty_label=EMPTY,
        error_messages={"required": _("Choose your profession.")},
    )
    years = forms.IntegerField(
        label=_("Years in this profession"),
        min_value=0,
        max_value=MOST_YEARS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-short": ""}),
        error_messages={
            "required": _("Write a number of years, 0 if you begin."),
            "invalid": _("Write a number of years in figures, as in 4."),
            "min_value": _("Write 0 or more."),
            "max_value": _("That is more than a whole career: check this number."),
        },
    )
    stage = choice(_("Where you stand"), Stage, _("Say where you stand."))
    experience = LongText(
        label=_("Your path, in a few lines"),
        most=MOST,
        rows=6,
        error_messages={"required": _("Write a few lines on your path.")},
    )
    art_forms = Boxes(
        label=_("The art forms you work with"),
        choices=ArtForm,
        error_messages={"required": _("Choose one art form at least.")},
    )
    organisation_kinds = Boxes(
        label=_("The kinds of organisation you know"),
        choices=OrganisationKind,
        error_messages={"required": _("Choose one kind of organisation at least.")},
    )
    territory = forms.ModelChoiceField(
        label=_("Where you work"),
        queryset=None,
        empty_label=EMPTY,
        error_messages={"required": _("Choose a territory.")},
    )
    mobility = choice(
        _("How far you go to meet"), Mobility, _("Say how far you go to meet.")
    )
    meeting = choice(_("How you would meet"), Meeting, _("Say how you would meet."))
    availability = forms.CharField(
        label=_("When you are available"),
        max_length=SHORT,
        help_text=_("Days, hours, weeks on the road: what makes a date possible."),
        widget=forms.TextInput(attrs={"data-wide": ""}),
        error_messages={"required": _("Say when you are available.")},
    )
    topics = Boxes(
        choices=Topic,
        error_messages={"required": _("Choose one topic at least.")},
    )
    capacity = forms.IntegerField(
        label=_("How many people you would accompany"),
        min_value=1,
        max_value=MOST_PEOPLE,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-short": ""}),
        error_messages={
            "required": _("Write how many people you would accompany."),
            "invalid": _("Write a number of people in figures, as in 1."),
            "min_value": _("Write 1 or more."),
            "max_value": _("Write %(limit_value)s at most: check this number."),
        },
    )
    expectations = LongText(
        label=_("What you expect of this year"),
        most=MOST,
        rows=5,
        error_messages={"required": _("Write what you expect of this year.")},
    )
    motivation = LongText(
        label=_("What moves you to apply"),
        most=MOST,
        rows=6,
        error_messages={"required": _("Write what moves you to apply.")},
    )
    vetoes = forms.CharField(
        label=_("With whom you would rather not be paired"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    keep_for_next = forms.BooleanField(
        label=_("Keep what I write for the next edition, should I not be retained"),
        required=False,
    )

    def __init__(
        self, data=None, *, edition, side, application=None, former=None, sending=True
    ):
        super().__init__(data, initial=_initial(application or former))
        self.sending = sending
        self.fields["profession"].queryset = calls.professions()
        self.fields["territory"].queryset = Territory.objects.all()
        self.fields["years"].help_text = calls.threshold(edition, side)
        del self.fields["stage" if side == Side.MENTOR else "capacity"]
        offered = _("What you can hand on"), _("Choose what you know from the inside.")
        needed = _("What you need"), _("Three or four are enough: the nearest first.")
        topics = self.fields["topics"]
        topics.label, topics.help_text = offered if side == Side.MENTOR else needed
        officer = edition.officer.full_name
        self.fields["motivation"].help_text = _(
            "Read by %(officer)s and nobody else."
        ) % {"officer": officer}
        self.fields["vetoes"].help_text = _(
            "One name by line, a person or an organisation. Read by %(officer)s alone: "
            "neither they nor your pair ever learn of it."
        ) % {"officer": officer}

    def full_clean(self):
        """Of what is only saved nothing is asked; what is wrong is told all the same."""
        asked = {name for name, field in self.fields.items() if field.required}
        if not self.sending:
            for name in asked:
                self.fields[name].required = False
        super().full_clean()
        for name in asked:
            self.fields[name].required = True

    def clean_vetoes(self):
        lines = [line.strip() for line in self.cleaned_data["vetoes"].splitlines()]
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > MOST_VETOES:
            raise ValidationError(
                _("Write %(most)s names at most: call your contact for the others."),
                params={"most": MOST_VETOES},
            )
        if any(len(name) > 200 for name in names):
            raise ValidationError(_("One of these lines is no name: shorten it."))
        return names

    def answers(self):
        """What the service keeps."""
        return {
            name: self.cleaned_data[name]
            for name in ANSWERS
            if name in self.cleaned_data
        }

    def parts(self):
        """The fields under their headings."""
        return {
            part: [self[name] for name in names if name in self.fields]
            for part, names in PARTS.items()
        }


def _initial(application):
    if application is None:
        return {}
    kept = {name: getattr(application, name) for name in ANSWERS}
    kept["vetoes"] = "\n".join(application.vetoes.values_list("words", flat=True))
    return kept
