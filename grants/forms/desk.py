"""What is asked on the desk before a file goes on."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from grants.choices import PaperCheck, ProposedOpinion
from grants.forms.amounts import AmountField
from grants.models import InstructionReport


def _text(label, rows, help_text="", **kwargs):
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
        **kwargs,
    )


class NothingForm(forms.Form):
    """A press is enough."""


class WaiverForm(forms.Form):
    """Why it goes on although something is missing."""

    reason = _text(
        gettext_lazy("Why it goes on all the same"),
        3,
        gettext_lazy(
            "Kept in the history and among the internal notes; the applicants do not "
            "read it."
        ),
        max_length=300,
        error_messages={
            "required": gettext_lazy("Something is missing: write why it goes on.")
        },
    )


class DismissForm(forms.Form):
    told = _text(
        gettext_lazy("Reason, which the applicants read"),
        5,
        gettext_lazy(
            "It stands in their message as you write it: quote the rule, say what they "
            "can do with it."
        ),
        max_length=600,
        error_messages={
            "required": gettext_lazy("Write the reason: the applicants read it.")
        },
    )


class WithdrawForm(forms.Form):
    proof = _text(
        gettext_lazy("What proves that they asked for it"),
        3,
        gettext_lazy("Their message or letter, and its date. Kept in the history."),
        max_length=300,
        error_messages={
            "required": gettext_lazy("Say where they asked for it, and on which day.")
        },
    )


class ScheduleForm(forms.Form):
    sitting = forms.ModelChoiceField(
        label=gettext_lazy("Sitting"), queryset=None, empty_label=None
    )
    reason = _text(
        gettext_lazy("Why another sitting than its own"),
        2,
        required=False,
        max_length=300,
    )

    def __init__(self, data=None, *, application, sittings):
        super().__init__(data, initial={"sitting": application.sitting_id})
        self.fields["sitting"].queryset = sittings


class RapporteurForm(forms.Form):
    rapporteur = forms.ModelChoiceField(
        label=gettext_lazy("Rapporteur"), queryset=None, empty_label="\u2013"
    )

    def __init__(self, data=None, *, people, initial=None):
        super().__init__(data, initial={"rapporteur": initial})
        self.fields["rapporteur"].queryset = people
        self.fields["rapporteur"].label_from_instance = lambda one: one.full_name


class InChargeForm(forms.Form):
    """Who of the organisation goes on with a file."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Who is in charge of the file"),
        queryset=None,
        empty_label="\u2013",
        error_messages={"required": gettext_lazy("Choose somebody.")},
    )

    def __init__(self, data=None, *, people):
        super().__init__(data)
        self.fields["person"].queryset = people
        self.fields["person"].label_from_instance = lambda one: one.full_name
        if not people.exists():
            self.fields["person"].help_text = _(
                "Nobody else of this organisation has an account: whoever goes on with "
                "the file creates one first, with their organisation."
            )


class NoteForm(forms.Form):
    body = _text(
        gettext_lazy("Note"),
        4,
        gettext_lazy(
            "Between the team. The applicants do not read it here, but may ask for what "
            "is written about them."
        ),
        max_length=6000,
        error_messages={"required": gettext_lazy("Write a few words.")},
    )


class CheckForm(forms.Form):
    verdict = forms.ChoiceField(
        label=pgettext_lazy("paper", "Check"),
        choices=[one for one in PaperCheck.choices if one[0] != PaperCheck.TO_CHECK],
        widget=forms.RadioSelect,
    )
    comment = _text(
        gettext_lazy("What is wrong"),
        2,
        gettext_lazy("Whoever replaces it reads it."),
        required=False,
        max_length=300,
    )

    def clean(self):
        cleaned = super().clean()
        invalid = cleaned.get("verdict") == PaperCheck.INVALID
        if invalid and not cleaned.get("comment"):
            self.add_error(
                "comment", _("Say what is wrong: whoever replaces it reads it.")
            )
        return cleaned


class RetainForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    amount = AmountField(
        label=gettext_lazy("Amount retained (\u20ac)"),
        required=False,
        help_text=gettext_lazy("Empty: what the rules give."),
    )
    reason = _text(
        gettext_lazy("Reason"),
        2,
        gettext_lazy("The applicants and the commission read it beside the expense."),
        required=False,
        max_length=300,
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("amount") is not None and not cleaned.get("reason"):
            self.add_error("reason", _("Say why this amount is retained."))
        return cleaned


class ReportForm(forms.ModelForm):
    """The report; ``version`` is that of the text that is on the screen."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    amount = AmountField(
        label=gettext_lazy("Aid proposed (\u20ac)"),
        required=False,
        help_text=gettext_lazy("Empty: the amount that is computed."),
    )
    opinion = forms.ChoiceField(
        label=gettext_lazy("Opinion proposed"),
        choices=ProposedOpinion,
        required=False,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = InstructionReport
        fields = (
            "summary",
            "eligibility",
            "context",
            "budget",
            "risks",
            "opinion",
            "amount",
            "override_reason",
        )
        widgets = {
            name: forms.Textarea(attrs={"rows": rows})
            for name, rows in (
                ("summary", 5),
                ("eligibility", 4),
                ("context", 6),
                ("budget", 5),
                ("risks", 4),
                ("override_reason", 3),
            )
        }

    def __init__(self, data=None, *, instance):
        super().__init__(data, instance=instance)
        self.fields["version"].initial = instance.version

    def answers(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}

    def _post_clean(self):
        """The service writes it: nothing is put on the instance before."""
