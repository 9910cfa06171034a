"""Opening an account, by oneself or at the agency's invitation, and leaving."""

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from agency.people.models import Person
from agency.people.validators import check_name


class NameField(forms.CharField):
    default_validators = [check_name]

    def __init__(self, *, autocomplete, **kwargs):
        widget = forms.TextInput(attrs={"autocomplete": autocomplete})
        super().__init__(max_length=120, widget=widget, **kwargs)


class SignupForm(forms.Form):
    """Added by allauth to its own form: what the agency calls the person."""

    given_name = NameField(label=_("Given name"), autocomplete="given-name")
    family_name = NameField(label=_("Family name"), autocomplete="family-name")

    account_already_exists = False
    field_order = ["given_name", "family_name", "email", "password1"]

    def clean(self):
        data = super().clean() or self.cleaned_data
        names = {name: data.get(name, "") for name in ("given_name", "family_name")}
        try:
            # allauth compares the password with the address alone.
            UserAttributeSimilarityValidator(names).validate(
                data.get("password1", ""), Person(**names)
            )
        except ValidationError as error:
            self.add_error("password1", error)
        if self.account_already_exists:
            # A slow hash, as for a new account: no stopwatch tells the two apart.
            make_password(data.get("password1", ""))
        return data

    def signup(self, request, user):
        """AccountAdapter.save_user has written the names; allauth wants the method."""


class ClaimForm(forms.Form):
    """Choosing a password opens an account that the agency prepared."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        help_text=_("At least 12 characters. A sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self):
        password = self.cleaned_data["password"]
        password_validation.validate_password(password, self.person)
        return password


class EraseForm(forms.Form):
    """One box to tick, so that nobody erases themselves with a slip of the thumb."""

    understood = forms.BooleanField(
        label=_("I understand that my data cannot be brought back."),
        error_messages={"required": _("Tick the box to confirm.")},
    )
