"""A file of contacts or of organisations, brought to the desk."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.people.choices import ImportKind
from agency.people.imports.reading import MOST_BYTES


class ImportForm(forms.Form):
    """What is brought; its content is looked at by the service."""

    kind = forms.ChoiceField(
        label=_("What the file holds"),
        choices=ImportKind,
        initial=ImportKind.PEOPLE,
        widget=forms.RadioSelect,
    )
    file = forms.FileField(
        label=_("File"),
        max_length=200,
        allow_empty_file=True,
        help_text=_("CSV or XLSX, 5 MB and 20,000 lines at most."),
        error_messages={"required": _("Choose the file that holds your lines.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )
    create_organisations = forms.BooleanField(
        label=_("Create the organisations that are missing"),
        required=False,
        help_text=_(
            "For contacts: without it, a line whose organisation is unknown is left, "
            "and said."
        ),
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("This file is too heavy: 5 MB at most. Bring it in several parts.")
            )
        return file
