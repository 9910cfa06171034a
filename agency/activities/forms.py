"""What a person may type to register, and what they are told when they mistype."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import ParticipationMode


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


class EnrolmentForm(forms.Form):
    """The affiliation that the person comes for, and how they take part.

    ``activity`` was read ``with_hybrid()``.
    """

    affiliation = forms.ModelChoiceField(
        label=_("You come for"),
        queryset=None,
        empty_label=_("Nobody but myself"),
        required=False,
        help_text=_("Read by the agency, and printed on your convocation."),
    )
    mode = forms.ChoiceField(
        label=_("You take part"),
        choices=ParticipationMode,
        initial=ParticipationMode.ONSITE,
        widget=forms.RadioSelect,
        help_text=_("Some sessions are both on site and online."),
    )

    def __init__(self, *args, person, activity, **kwargs):
        super().__init__(*args, **kwargs)
        active = person.affiliations.active()
        first = active.first()
        if first is None:
            del self.fields["affiliation"]
        else:
            field = self.fields["affiliation"]
            field.queryset = active.select_related("organisation", "profession")
            field.initial = first
        if not activity.is_hybrid:
            del self.fields["mode"]
