"""The part of a review that goes to the agency: three scales and a few words."""

from django import forms
from django.utils.translation import gettext_lazy as _

from mentoring.choices import ReviewStage
from mentoring.models import Review
from mentoring.models.review import SCALES

STEPS = (
    (1, _("1, not at all")),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, _("5, entirely")),
)
# What is asked of each of the two for the other, half-way and at the end.
SHARED = ("gained", "wished")
QUESTIONS = {
    ReviewStage.MID_TERM: {
        "gained": _("What our meetings have brought me so far"),
        "wished": _("What I would like us to keep, or to change, until the end"),
    },
    ReviewStage.FINAL: {
        "gained": _("What I take away from this year"),
        "wished": _("What I wish you, or want to tell you, before we part"),
    },
}


class AgencyPartForm(forms.ModelForm):
    """Nothing is needed to keep a draft; the three scales are, to send."""

    class Meta:
        model = Review
        fields = (*SCALES, "comment")
        widgets = {"comment": forms.Textarea(attrs={"rows": 4, "data-wide": True})}

    def __init__(self, *args, sending=True, **kwargs):
        super().__init__(*args, **kwargs)
        for name in SCALES:
            self.fields[name] = forms.TypedChoiceField(
                label=self.fields[name].label,
                choices=STEPS,
                coerce=int,
                empty_value=None,
                required=sending,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose from 1 to 5.")},
            )
