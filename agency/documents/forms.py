"""What one types to check a paper."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("The code printed on the document"),
        max_length=80,
        help_text=_("Sixteen letters and figures. Spaces, dashes and case are free."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
