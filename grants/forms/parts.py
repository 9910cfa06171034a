"""The parts of an application that are not rows: who applies, what for, how much, when."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iban
from stdnum.fr import siret

from agency.activities.forms.questions import LongText
from agency.core import dates
from grants.choices import Discipline, RuleSubject, Severity
from grants.forms.amounts import AmountField, DayField
from grants.models import Application, Show
from grants.models.application import LONG, check_iban, check_licence, check_siret
from grants.services import drafts, writing

NOTHING = "\u2013"
NEW = "new"


class PartForm(forms.ModelForm):
    """Columns of one part, with the print of each as it stood when it was read."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    ASIDE = ()

    # What may wait while it is a draft, and nothing is sent without.
    LATER = ()

    def __init__(self, data=None, *, application, part, **kwargs):
        super().__init__(data and data.copy(), instance=application, **kwargs)
        self.application, self.part = application, part
        for name in self.later():
            self.fields[name].widget.attrs["data-later"] = ""
        self.fields["seen"].initial = self.prints()

    def later(self):
        return self.LATER

    @property
    def columns(self):
        return [name for name in self._meta.fields if name in self.fields]

    def prints(self, stale=()):
        """title.0a1b2c3d purpose.4e5f6071: in one hidden field."""
        found = writing.prints(self.application, self.columns) | dict(stale)
        return " ".join(f"{name}.{said}" for name, said in found.items())

    def read_when(self):
        pairs = (pair.partition(".") for pair in self.data.get("seen", "").split())
        return {name: said for name, _point, said in pairs}

    def _post_clean(self):
        """Nothing is put on the application: the service writes it."""

    def save(self, *, by, pausing=False):
        """Keep every column that is right; True when all of them are."""
        whole = self.is_valid()
        values = {
            name: self.cleaned_data[name]
            for name in self.columns
            if name in self.cleaned_data
        }
        whole &= self.settle(values, by=by, pausing=pausing)
        read = self.read_when()
        refused = writing.write_columns(
            self.application, self.part, values, seen=read, by=by
        )
        for name, sentence in refused.items():
            self.add_error(name, sentence)
        # Only the button, pressed once more, writes over what somebody else wrote.
        stale = {name: read.get(name, "") for name in refused} if pausing else {}
        self.data["seen"] = self.prints(stale)
        return whole and not refused

    def settle(self, values, *, by, pausing):
        """What is to be made first; False when something waits for the button."""
        return True

    def shown(self):
        return [
            field for field in self.visible_fields() if field.name not in self.ASIDE
        ]

    def aside(self):
        return [self[name] for name in self.ASIDE]


def _digits(value):
    return "".join(value.split()).upper()


class OrganisationForm(PartForm):
    """Who applies, and where the aid is paid."""

    siret = forms.CharField(
        label=_("SIRET"),
        max_length=24,
        required=False,
        help_text=_("14 digits, as on the notice of the register."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-short": ""}),
    )
    licence = forms.CharField(
        label=_("Show licence"),
        max_length=30,
        required=False,
        help_text=_("As on its receipt: PLATESV-D-2024-001234."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters"}),
    )
    licence_until = DayField(label=_("Licence valid until"), required=False)
    account_holder = forms.CharField(
        label=_("Holder of the account"), max_length=160, required=False
    )
    iban = forms.CharField(
        label=_("IBAN"),
        max_length=60,
        required=False,
        help_text=_("As on the bank details that you join."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    LATER = ("account_holder", "iban")
    # What a rule of the scheme asks for, and the columns that answer it.
    BY_RULE = {
        RuleSubject.SIRET: ("siret",),
        RuleSubject.LICENCE: ("licence", "licence_until"),
    }

    class Meta:
        model = Application
        fields = ["siret", "licence", "licence_until", "account_holder", "iban"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, write in (("siret", siret.format), ("iban", iban.format)):
            if value := self.initial.get(name):
                self.initial[name] = write(value)

    def later(self):
        rules = self.application.rules.eligibility_rules.filter(
            severity=Severity.BLOCKING, subject__in=self.BY_RULE
        )
        asked = rules.order_by().values_list("subject", flat=True)
        return (*self.LATER, *(name for one in asked for name in self.BY_RULE[one]))

    def clean_siret(self):
        return _checked(_digits(self.cleaned_data["siret"]), check_siret)

    def clean_licence(self):
        return _checked(_digits(self.cleaned_data["licence"]), check_licence)

    def clean_iban(self):
        return _checked(_digits(self.cleaned_data["iban"]), check_iban)


def _checked(value, check):
    if value:
        check(value)
    return value


class ProjectForm(PartForm):
    """The show that travels, and what the commission reads of the tour."""

    title = forms.CharField(
        label=_("Name of the tour or the trip"),
        max_length=200,
        error_messages={"required": _("Give the tour a name.")},
        widget=forms.TextInput(attrs={"data-wide": ""}),
    )
    show = forms.ChoiceField(label=_("The show"), required=False)
    new_title = forms.CharField(
        label=_("Title of the new show"), max_length=200, required=False
    )
    new_discipline = forms.ChoiceField(
        label=_("Discipline"),
        choices=[("", NOTHING), *Discipline.choices],
        required=False,
    )
    new_authors = forms.CharField(
        label=_("Authors and direction"), max_length=300, required=False
    )
    new_created_on = DayField(
        label=_("Created on"),
        required=False,
        help_text=_("The first performance, past or to come."),
    )
    purpose = LongText(
        label=_("The tour in a few lines"), most=LONG, rows=6, required=False
    )
    stakes = LongText(
        label=_("What is at stake for the team"), most=LONG, rows=6, required=False
    )
    solidarity = LongText(
        label=_("How the return would be shared"),
        most=LONG,
        rows=5,
        required=False,
        help_text=_("What you would give back when the tour earns more than foreseen."),
    )
    greener = LongText(
        label=_("What you do to travel lighter"), most=LONG, rows=4, required=False
    )

    ASIDE = ("new_title", "new_discipline", "new_authors", "new_created_on")
    LATER = ("show", "purpose")

    class Meta:
        model = Application
        fields = ["title", "show", "purpose", "stakes", "solidarity", "greener"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        shows = Show.objects.filter(organisation=self.application.organisation)
        self.shows = {str(show.pk): show for show in shows}
        self.fields["show"].choices = [
            ("", NOTHING),
            *((pk, show.title) for pk, show in self.shows.items()),
            (NEW, _("Another show, described below")),
        ]
        if not self.application.rules.solidarity:
            del self.fields["solidarity"]

    def clean_show(self):
        value = self.cleaned_data["show"]
        # Without scripts one may write the title and forget the list above it.
        if not value and self.data.get(self.add_prefix("new_title"), "").strip():
            value = NEW
        return value if value == NEW else self.shows.get(value)

    def clean(self):
        data = super().clean()
        if data.get("show") == NEW and not data.get("new_title"):
            self.add_error("new_title", _("Write the title of the new show."))
        return data

    def settle(self, values, *, by, pausing):
        """A new show is made by the button, once its title is whole."""
        if values.get("show") != NEW:
            return True
        del values["show"]
        if pausing or any(name in self.errors for name in self.ASIDE):
            return False
        made = {
            name.removeprefix("new_"): self.cleaned_data.get(name)
            for name in self.ASIDE
        }
        values["show"] = writing.add_show(self.application, by=by, **made)
        return True

    def opened(self):
        return self["show"].value() == NEW or any(
            self[name].errors for name in self.ASIDE
        )


class BudgetForm(PartForm):
    """How much is asked for."""

    requested = AmountField(
        label=_("Aid that you ask for (\u20ac)"),
        required=False,
        help_text=_("With it, the incomes cover the expenses: no more, no less."),
    )

    LATER = ("requested",)

    class Meta:
        model = Application
        fields = ["requested"]


class SittingForm(PartForm):
    """At which commission it is presented."""

    sitting = forms.ModelChoiceField(
        label=_("Commission"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a commission.")},
    )

    class Meta:
        model = Application
        fields = ["sitting"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sitting"].queryset = drafts.sittings(
            self.application.scheme, self.application.organisation
        )
        self.fields["sitting"].label_from_instance = said


def said(sitting):
    """When it meets, and until when one sends: what a date is chosen by."""
    return _("%(day)s \u2013 to send before %(deadline)s") % {
        "day": dates.day_long(sitting.meets_at).capitalize(),
        "deadline": dates.deadline(sitting.deadline_at),
    }


class StartForm(forms.Form):
    """For which organisation, and what it is called until one finds better."""

    organisation = forms.ModelChoiceField(
        label=_("For which organisation"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the organisation that applies.")},
    )
    title = forms.CharField(
        label=_("Name of the tour or the trip"),
        max_length=200,
        help_text=_(
            "As in \u201cSpring tour in Brittany\u201d. You may change it later."
        ),
        error_messages={"required": _("Give the tour a name.")},
    )

    def __init__(self, data=None, *, person, begun=()):
        """``begun``: the drafts there are already, one for each organisation."""
        super().__init__(data)
        taken = {draft.organisation_id for draft in begun}
        rows = drafts.organisations(person)
        self.employs = rows.exists()
        rows = rows.exclude(pk__in=taken)
        self.fields["organisation"].queryset = rows
        self.houses = list(rows)
        if len(self.houses) == 1:
            self.fields["organisation"].initial = self.houses[0].pk


class InviteForm(forms.Form):
    address = forms.EmailField(
        label=_("Their e-mail address"),
        max_length=254,
        error_messages={
            "required": _("Write an address."),
            "invalid": _("This address is not complete: read it again."),
        },
    )

    def refuse(self, sentence):
        self.add_error(None, ValidationError(sentence))
