"""A paper that is given: the file, and the date that it bears."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.core.clock import today
from grants.uploads.content import MEGABYTES


class PaperForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("PDF, JPEG or PNG, %(count)s MB at most.") % {"count": MEGABYTES},
        widget=forms.FileInput(
            attrs={
                "accept": "application/pdf,image/jpeg,image/png,.pdf,.jpg,.jpeg,.png"
            }
        ),
        error_messages={
            "required": _("Choose the file to give."),
            "invalid": _("Choose the file to give."),
            "missing": _("Choose the file to give."),
            "max_length": _("Shorten the name of this file, then choose it again."),
        },
    )
    dated_on = forms.DateField(
        label=_("Date that the document bears"),
        help_text=_("Its validity counts from there."),
        widget=forms.DateInput(
            format="%Y-%m-%d", attrs={"type": "date", "data-short": True}
        ),
        error_messages={
            "required": _("Type the date that the document bears."),
            "invalid": _("This date does not exist: type it as on the document."),
        },
    )

    def __init__(self, *args, requirement, **kwargs):
        super().__init__(*args, **kwargs)
        if requirement.validity_days is None:
            del self.fields["dated_on"]

    def clean_dated_on(self):
        day = self.cleaned_data["dated_on"]
        if day > today():
            raise forms.ValidationError(
                _("This date is to come: type the one that the document bears."),
                code="future",
            )
        return day
