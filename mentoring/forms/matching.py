"""What the officer chooses before a matching: what it seeks, and what counts for how much."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.matching.inputs import Settings, Weights
from mentoring.matching.sentences import CRITERIA
from mentoring.models.edition import Objective

MOST = 100
# Nobody is asked for wishes.
WEIGHED = tuple(name for name in CRITERIA if name != "wishes")


class RunForm(forms.Form):
    """Bound to the settings of the last run, or to those of the edition."""

    objective = forms.ChoiceField(
        label=gettext_lazy("What it seeks"),
        choices=Objective,
        widget=forms.RadioSelect,
    )
    floor = forms.IntegerField(
        label=gettext_lazy("Least score of a pair"),
        min_value=0,
        max_value=MOST,
        help_text=gettext_lazy("From 0 to 100, for the best fit alone."),
    )

    def __init__(self, data=None, *, settings):
        initial = {"objective": settings.objective, "floor": settings.floor}
        super().__init__(data, initial=initial)
        for name in WEIGHED:
            self.fields[name] = forms.IntegerField(
                label=CRITERIA[name],
                min_value=0,
                max_value=MOST,
                initial=getattr(settings.weights, name),
            )

    @property
    def weights(self):
        return [self[name] for name in WEIGHED]

    def clean(self):
        said = super().clean()
        if not self.errors and not any(said[name] for name in WEIGHED):
            raise forms.ValidationError(
                _("Let one criterion at least count for something.")
            )
        return said

    def settings(self):
        said = self.cleaned_data
        weights = Weights(wishes=0, **{name: said[name] for name in WEIGHED})
        return Settings(
            weights=weights, objective=said["objective"], floor=said["floor"]
        )
