"""The profile: who the person is, and where they work."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from phonenumber_field.widgets import RegionalPhoneNumberWidget

from agency.core import journal
from agency.core.clock import today
from agency.core.validators import FIRST_YEAR
from agency.core.versions import VersionedForm, save_columns
from agency.people.choices import ContractKind, OrganisationKind
from agency.people.models import Person, Profession
from agency.people.services.directory import find_organisation
from agency.people.validators import check_name, check_unseen

NOTHING = ("", "\u2013")


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(attrs={"data-short": ""}, format="%Y-%m-%d")


class YearField(forms.CharField):
    """A year as people write it; the message repeats what they wrote."""

    default_error_messages = {
        "year": _(
            "\u201c%(value)s\u201d is not a year. Write for example %(example)s."
        ),
        "future": _("%(value)s has not begun yet. Write the year when you started."),
    }
    widget = forms.TextInput(attrs={"inputmode": "numeric", "data-short": ""})

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        params = {"value": text, "example": today().year - 7}
        if not (text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= 9999):
            raise ValidationError(self.error_messages["year"], "year", params)
        if int(text) > today().year:
            raise ValidationError(self.error_messages["future"], "future", params)
        return int(text)


class ProfileForm(VersionedForm):
    """What a person writes of themselves; staff may have the same row before them."""

    class Meta:
        model = Person
        fields = [
            "given_name",
            "family_name",
            "pronouns",
            "phone",
            "address",
            "postal_code",
            "city",
            "territory",
        ]
        widgets = {
            "given_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "family_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "pronouns": forms.TextInput(attrs={"data-short": ""}),
            "phone": RegionalPhoneNumberWidget(
                region="FR", attrs={"autocomplete": "tel", "data-short": ""}
            ),
            "address": forms.TextInput(
                attrs={"autocomplete": "street-address", "data-wide": ""}
            ),
            "postal_code": forms.TextInput(
                attrs={"autocomplete": "postal-code", "data-short": ""}
            ),
            "city": forms.TextInput(attrs={"autocomplete": "address-level2"}),
        }
        error_messages = {
            "phone": {
                "invalid": _(
                    "This is not a telephone number. Write for example 06 12 34 56 78, "
                    "or +32 470 12 34 56 from abroad."
                )
            }
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("given_name", "family_name"):
            self.fields[name].validators.append(check_name)
        for name in ("pronouns", "address", "postal_code", "city"):
            self.fields[name].validators.append(check_unseen)
        self.fields["territory"].empty_label = NOTHING[1]
        self.reader = self.instance

    def clean(self):
        if self.instance.erased_at or not self.instance.is_active:
            raise ValidationError(_("This account is closed: nothing was saved."))
        return super().clean()

    @transaction.atomic
    def save(self):
        """Write what was changed. Raises Stale when the row is not as it was read."""
        person = self.instance
        if self.columns:
            person.take_version(erased_at=None, is_active=True)
            save_columns(person, self.columns)
            journal.record(person, "change", by=person, fields=sorted(self.columns))
        return person


class AffiliationForm(forms.Form):
    """A place of work. The kind is asked only of an organisation we do not know."""

    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        validators=[check_unseen],
        help_text=_("The company, venue, festival or office you work for."),
        widget=forms.TextInput(
            attrs={"list": "organisations", "autocomplete": "organization"}
        ),
    )
    kind = forms.ChoiceField(
        label=_("What kind of organisation is it?"),
        choices=[NOTHING, *OrganisationKind.choices],
        required=False,
    )
    profession = forms.ModelChoiceField(
        label=_("Profession"),
        queryset=Profession.objects.all(),
        required=False,
        empty_label=NOTHING[1],
    )
    job_title = forms.CharField(
        label=_("Job title"),
        max_length=120,
        required=False,
        validators=[check_unseen],
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    contract = forms.ChoiceField(
        label=_("Contract"), choices=[NOTHING, *ContractKind.choices], required=False
    )
    practising_since = YearField(
        label=_("In this profession since"),
        required=False,
        help_text=_(
            "The year, as in 2019. Some cycles ask for a few years of practice."
        ),
    )
    starts_on = forms.DateField(label=_("From"), required=False, widget=DayInput())
    ends_on = forms.DateField(
        label=_("Until"),
        required=False,
        widget=DayInput(),
        help_text=_("Empty while you work there."),
    )
    is_primary = forms.BooleanField(
        label=_("This is my main affiliation"), required=False
    )

    def __init__(self, *args, affiliation=None, **kwargs):
        initial = self.values_of(affiliation) if affiliation else {"starts_on": today()}
        super().__init__(*args, initial=initial, **kwargs)
        name = (
            self.data.get(self.add_prefix("organisation"), "") if self.is_bound else ""
        )
        self.found = find_organisation(name) if name.strip() else None
        self.asks_kind = bool(name.strip()) and self.found is None
        if not self.asks_kind:
            del self.fields["kind"]

    @staticmethod
    def values_of(affiliation):
        names = ("profession", "job_title", "contract", "practising_since")
        names += ("starts_on", "ends_on", "is_primary")
        values = {name: getattr(affiliation, name) for name in names}
        return values | {"organisation": affiliation.organisation.name}

    def clean(self):
        data = super().clean()
        data["starts_on"] = data.get("starts_on") or today()
        if data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("An affiliation ends after it starts."))
        if data.get("ends_on") and data.get("is_primary"):
            data["is_primary"] = data["ends_on"] >= today()
        if self.asks_kind and not data.get("kind") and "kind" not in self.errors:
            self.add_error(
                "kind", _("We do not know this organisation yet: say what it is.")
            )
        if self.found:
            data["organisation"] = self.found
        return data
