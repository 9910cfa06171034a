"""What somebody types under a charter, and what they declare in private before it."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.models import Difficulty

NOBODY = ("", "\u2013")


class SignatureForm(forms.Form):
    """One's name under a text: the key and the print of the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    read = forms.BooleanField(label=gettext_lazy("I have read it and I agree to it"))
    typed_name = forms.CharField(
        label=gettext_lazy("Your given name and family name"),
        max_length=240,
        help_text=gettext_lazy("As your profile has them: they are your signature."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def __init__(self, data=None, *, version):
        """``version``: the text that is on the page now."""
        super().__init__(
            data, initial={"version": version.pk, "sha256": version.print()}
        )

    def show_again(self):
        """The same answers under the text in force; another one has to be read first."""
        self.data = self.data.copy()
        shown = {name: str(self.initial[name]) for name in ("version", "sha256")}
        if any(self.data.get(name) != value for name, value in shown.items()):
            self.data.pop("read", None)
        for name, value in shown.items():
            self.data[name] = value


class DifficultyForm(forms.Form):
    """With whom, and in a few words why; ``group`` is what the page shows."""

    who = forms.ChoiceField(label=gettext_lazy("With whom"))
    hierarchy = forms.BooleanField(
        label=gettext_lazy("One of us reports to the other"), required=False
    )
    text = forms.CharField(
        label=gettext_lazy("In a few words"),
        required=False,
        max_length=Difficulty._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data=None, *, person, group, facilitators):
        super().__init__(data, prefix="difficulte")
        people = [one.person for one in group if one.person != person]
        people += [one.person for one in facilitators]
        houses = {one.organisation for one in group if one.organisation}
        houses = sorted(houses, key=lambda house: house.name)
        self.people = {f"p{one.pk}": one for one in people}
        self.houses = {f"o{one.pk}": one for one in houses}
        self.fields["who"].choices = [
            NOBODY,
            (_("People"), [(key, str(one)) for key, one in self.people.items()]),
            (_("Organisations"), [(key, str(one)) for key, one in self.houses.items()]),
        ]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("hierarchy") and cleaned.get("who") in self.houses:
            self.add_error(
                "who", _("One reports to a person: choose them, or untick the box.")
            )
        return cleaned

    @property
    def declared(self):
        """What the service takes."""
        who = self.cleaned_data["who"]
        return {
            "person": self.people.get(who),
            "organisation": self.houses.get(who),
            "hierarchy": self.cleaned_data["hierarchy"],
            "text": self.cleaned_data["text"],
        }
