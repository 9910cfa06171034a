"""What is written in a sitting: an opinion, a reason for several, a scenario."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from agency.activities.forms.questions import LongText
from grants.choices import Attending, Choice, Method, Outcome
from grants.forms.amounts import AmountField
from grants.services import (
    opinions,
)


class OpinionForm(forms.Form):
    """The opinion on one file; what an outcome does not need is left alone."""

    use_required_attribute = False
    point = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Opinion of the commission"),
        choices=Outcome,
        widget=forms.RadioSelect(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Choose the opinion.")},
    )
    amount = AmountField(
        label=gettext_lazy("Amount (\u20ac)"),
        required=False,
        help_text=gettext_lazy(
            "Of a favourable opinion, with reservations or without."
        ),
    )
    told = LongText(
        label=gettext_lazy("Reason, which the applicants read"),
        most=4000,
        rows=4,
        help_text=gettext_lazy(
            "It stands in the minutes and in their letter. Nothing of the debate, nobody's "
            "name."
        ),
        error_messages={
            "required": gettext_lazy("Write the reason: the applicants read it.")
        },
    )
    conditions = LongText(
        label=pgettext_lazy("opinion", "Reservations"),
        required=False,
        most=4000,
        rows=2,
        help_text=gettext_lazy("What is to be met before the aid is paid."),
    )
    questions = LongText(
        label=gettext_lazy("Questions for the next sitting"),
        required=False,
        most=4000,
        rows=2,
        help_text=gettext_lazy("Of a file that is adjourned: what has to be known."),
    )
    debate = LongText(
        label=gettext_lazy("Notes of the debate"),
        required=False,
        most=4000,
        rows=2,
        help_text=gettext_lazy("For the team alone: in no minutes, and in no letter."),
    )

    def said(self):
        """What ``opinions.record`` takes."""
        given = self.cleaned_data
        return opinions.Said(
            outcome=given["outcome"],
            told=given["told"],
            amount=given["amount"],
            conditions=given["conditions"],
            questions=given["questions"],
            debate=given["debate"],
        )


class TogetherForm(forms.Form):
    """One favourable opinion for several files, each at its own amount."""

    use_required_attribute = False
    told = LongText(
        label=gettext_lazy("Reason, the same for all"),
        most=4000,
        rows=3,
        help_text=gettext_lazy("Each of the applicants reads it."),
        error_messages={
            "required": gettext_lazy("Write the reason: the applicants read it.")
        },
    )
    out = forms.BooleanField(
        label=gettext_lazy("Whoever stands back from one of them has left the room"),
        required=False,
    )


class ArrivalForm(forms.Form):
    mode = forms.ChoiceField(choices=Attending)


class VoteForm(forms.Form):
    choice = forms.ChoiceField(choices=Choice)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), required=False, max_length=300)


def _mean(label):
    """A mean on the scale of the scores, with a comma as it is read."""
    return forms.DecimalField(
        label=label,
        required=False,
        min_value=0,
        max_value=20,
        max_digits=4,
        decimal_places=1,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "data-short": ""}),
    )


class ScenarioForm(forms.Form):
    """Which way of sharing, and its figures; anything else is what stands."""

    method = forms.ChoiceField(choices=Method, required=False)
    floor = _mean(gettext_lazy("From which mean on"))
    high = _mean(gettext_lazy("All of it, from"))
    low = _mean(gettext_lazy("A part of it, from"))
    share = forms.IntegerField(
        label=gettext_lazy("Which part (%)"),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-short": ""}),
    )

    def parameters(self, usual):
        """The figures that were typed, or the ``usual`` ones (``scenarios.usual``)."""
        given = self.cleaned_data if self.is_valid() else {}
        (high, whole), (low, share) = usual["grades"]

        def typed(name, otherwise):
            return otherwise if given.get(name) is None else given[name]

        return {
            "floor": typed("floor", usual["floor"]),
            "grades": (
                (typed("high", high), whole),
                (typed("low", low), typed("share", share)),
            ),
        }


class AmountsForm(forms.Form):
    """An amount for each file of a ranking, typed by hand."""

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            if row.line.fixed is None:
                self.fields[f"p{row.key}"] = AmountField(
                    label=row.application.number,
                    required=False,
                    initial=row.amount,
                )

    def amounts(self):
        return {
            row.key: self.cleaned_data.get(f"p{row.key}") or Decimal(0)
            for row in self.rows
            if row.line.fixed is None
        }
