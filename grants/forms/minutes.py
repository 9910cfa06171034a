"""What is written beside the minutes of a sitting: remarks, then errata."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.forms.questions import LongText


class RemarksForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    remarks = LongText(
        label=gettext_lazy("Remarks"),
        most=4000,
        rows=6,
        required=False,
        help_text=gettext_lazy(
            "What is said of the sitting beside its files: an incident, a welcome, the "
            "order that was changed. The debates are secret: nothing of them stands here."
        ),
    )


class ErratumForm(forms.Form):
    """``files``: {key: what a file is called} of those open to whoever writes."""

    about = forms.TypedChoiceField(
        label=gettext_lazy("What it is about"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy(
            "Whoever stands back from the file that you choose does not read the erratum."
        ),
    )
    text = LongText(
        label=gettext_lazy("What is set right"),
        most=3900,
        rows=4,
        help_text=gettext_lazy(
            "\u201cRead \u2026 instead of \u2026\u201d. It stands at the end of a new "
            "version; nothing else changes."
        ),
        error_messages={"required": gettext_lazy("Write what is set right.")},
    )

    def __init__(self, *args, files, **kwargs):
        super().__init__(*args, **kwargs)
        whole = ("", _("The sitting as a whole"))
        self.fields["about"].choices = [whole, *files.items()]
