"""What the officer in charge words of an agreement, and the day of one on paper."""

from django import forms

from mentoring.models import PairAgreement
from mentoring.services.terms import Terms

LONG = ("objectives", "cancellation", "confidentiality", "early_end")


class TermsForm(forms.ModelForm):
    """The four clauses of a pair, and how it meets; the rest is the text of the house."""

    class Meta:
        model = PairAgreement
        fields = ("objectives", "way", "cancellation", "confidentiality", "early_end")
        widgets = {
            **{
                name: forms.Textarea(attrs={"rows": 5, "data-wide": True})
                for name in LONG
            },
            "way": forms.RadioSelect,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # No empty answer among them.
        self.fields["way"].choices = [
            (value, label) for value, label in self.fields["way"].choices if value
        ]

    @property
    def terms(self):
        return Terms(**{name: self.cleaned_data[name] for name in self.fields})
