"""Somebody whom a member of a group proposes to the agency."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ProposalForm(forms.Form):
    """Somebody whom a member proposes for their group."""

    given_name = forms.CharField(label=_("Given name"), max_length=120)
    family_name = forms.CharField(label=_("Family name"), max_length=120)
    email = forms.EmailField(
        label=_("Their e-mail address"),
        help_text=_(
            "Ask them first. It serves for this invitation alone, and is deleted if "
            "the agency does not follow."
        ),
    )
    words = forms.CharField(
        label=_("Why them?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Read by the officers of the agency alone. Neither the group nor the person "
            "reads it."
        ),
    )
