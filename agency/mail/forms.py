from django import forms

from agency.core.clock import now
from agency.mail.models import MailPreference


class PreferenceForm(forms.ModelForm):
    """What may be refused. No consequences but its own row: it saves itself."""

    class Meta:
        model = MailPreference
        fields = ["openings", "week_before"]
        widgets = {"openings": forms.RadioSelect}

    def save(self, commit=True):
        self.instance.chosen_at = now()
        return super().save(commit)
