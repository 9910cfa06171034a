"""What the gallery of components shows: a date, every state, a form gone wrong."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.activities import sealed_box
from agency.activities.models import Activity
from agency.core.clock import today
from agency.core.templatetags.plateau import SHAPES


class SampleForm(forms.Form):
    """One field of each kind, sent with mistakes."""

    name = forms.CharField(label=_("Name"), help_text=_("As your papers have it."))
    year = forms.IntegerField(
        label=_("Since"), widget=forms.TextInput(attrs={"data-short": ""})
    )
    words = forms.CharField(
        label=_("A few words"), widget=forms.Textarea, required=False
    )
    way = forms.ChoiceField(
        label=_("You take part"),
        choices=[("onsite", _("On site")), ("remote", _("Online"))],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label=_("I have read what is above"))


def context():
    """Everything that ``pages/components.html`` needs."""
    typed = {"sample-name": "Camille Aubrac", "sample-year": "20019"}
    sample = SampleForm(typed, prefix="sample")
    shown = sorted(set(SHAPES.values()))
    states = [
        (shape, next(name for name, drawn in SHAPES.items() if drawn == shape))
        for shape in shown
    ]
    return {
        "today": today(),
        "states": states,
        "sample": sample,
        "box": sealed_box.box(Activity()),
    }
