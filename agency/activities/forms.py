"""What a person may type to register, and what they are told when they mistype."""

from django import forms
from django.utils.translation import gettext_lazy as _

from agency.activities.choices import ParticipationMode, SessionFormat


class EnrolmentForm(forms.Form):
    """The affiliation that the person comes for, and how they take part."""

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
        active = person.affiliations.active().select_related(
            "organisation", "profession"
        )
        self.fields["affiliation"].queryset = active
        self.fields["affiliation"].initial = active.first()
        formats = set(activity.sessions.values_list("format", flat=True))
        if SessionFormat.HYBRID not in formats:
            del self.fields["mode"]
        if not active.exists():
            del self.fields["affiliation"]
