"""The rows of an application: each a small form, kept one by one."""

from django import forms
from django.db.models import prefetch_related_objects
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from grants.choices import ExpenseKind, Unit
from grants.forms.amounts import AmountField, DayField
from grants.models import ExpenseLine, IncomeLine, Leg, PartyMember, Performance
from grants.sections import Section
from grants.services import writing
from grants.services.writing import Edit

MOST_AT_ONCE = 200
NOTHING = "\u2013"


class RowForm(forms.ModelForm):
    """A row; ``seen`` is the print of what stood there when the page was read."""

    use_required_attribute = False
    # The rows of the rules that it is narrowed by.
    offers = ""
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    remove = forms.BooleanField(label=_("Take this row off"), required=False)

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        self.application = application
        self.told, self.gone = "", False
        for name, field in self.fields.items():
            if name in self.columns:
                field.label = capfirst(str(field.label))
            if isinstance(field, forms.ChoiceField):
                field.choices = [
                    (code, label if code else NOTHING) for code, label in field.choices
                ]
        if self.instance.pk:
            self.initial["id"] = self.instance.pk
            self.initial["seen"] = self.print_of(self.instance)
        self.narrow()

    def narrow(self):
        """What depends on the rules of the application."""

    @property
    def columns(self):
        return self._meta.fields

    @property
    def heading(self):
        return capfirst(str(self._meta.model._meta.verbose_name))

    def print_of(self, row):
        return writing.stamp(writing.values_of(row, self.columns))

    def is_blank(self):
        """A new row in which nothing was typed: it is no row."""
        typed = [name for name in self.changed_data if name in self.columns]
        return not self.data.get(self.add_prefix("id")) and not typed

    def is_removed(self):
        return bool(self.data.get(self.add_prefix("remove")))

    def edit(self):
        pk = self.data.get(self.add_prefix("id"))
        return Edit(
            pk=int(pk) if pk and pk.isdecimal() else None,
            seen=self.data.get(self.add_prefix("seen"), ""),
            values={} if self.is_removed() else self._values(),
            remove=self.is_removed(),
        )

    def _values(self):
        return {name: self.cleaned_data[name] for name in self.columns}

    @property
    def faulty(self):
        """Sent, and not kept."""
        if not self.is_bound or self.gone or self.is_blank():
            return False
        return bool(self.told or (not self.is_removed() and self.errors))

    def cells(self):
        """The fields that one fills in, in order."""
        return [self[name] for name in self.columns]

    def sentence(self):
        """Why this row is not kept yet, in one line."""
        if self.told:
            return self.told
        errors = [
            f"{self.fields[name].label}\u202f: {found[0]}"
            if name in self.fields
            else found[0]
            for name, found in self.errors.items()
        ]
        return " ".join(str(error) for error in errors)


WHOLE = {"inputmode": "numeric", "data-short": ""}


def whole(*names):
    return {name: forms.TextInput(attrs=WHOLE) for name in names}


REQUIRED = {"required": _("to fill in.")}
WHOLE_SAID = {
    "required": _("to fill in."),
    "invalid": _("Write a whole number, in figures."),
}


class PerformanceForm(RowForm):
    offers = "zones"
    day = DayField(label=_("date"), error_messages=REQUIRED)
    last_day = DayField(label=_("last date"), required=False)
    signed_on = DayField(label=pgettext_lazy("contract", "signed on"), required=False)

    class Meta:
        model = Performance
        fields = [
            *("day", "last_day", "count", "venue", "city", "country", "zone"),
            *("contract", "contract_status", "signed_on", "fee", "audience"),
        ]
        field_classes = {"fee": AmountField}
        widgets = whole("count")
        error_messages = {
            "count": WHOLE_SAID,
            **dict.fromkeys(("venue", "city", "country", "zone"), REQUIRED),
            "contract": REQUIRED,
        }

    def narrow(self):
        """The zones that the rules pay for, and that of the row."""
        zones = {zone.code for zone in self.application.rules.zones.all()}
        if zones:
            zones |= {self.instance.zone, ""}
            field = self.fields["zone"]
            field.choices = [pair for pair in field.choices if pair[0] in zones]


class LegForm(RowForm):
    class Meta:
        model = Leg
        fields = [
            *("origin", "destination", "mode", "distance_km", "there_and_back"),
            *("persons", "vehicles"),
        ]
        widgets = whole("distance_km", "persons", "vehicles")
        error_messages = {
            **dict.fromkeys(("origin", "destination", "mode"), REQUIRED),
            **dict.fromkeys(("distance_km", "persons", "vehicles"), WHOLE_SAID),
        }


class PartyForm(RowForm):
    class Meta:
        model = PartyMember
        fields = ["function", "count", "nights"]
        widgets = whole("count", "nights")
        error_messages = {
            "function": REQUIRED,
            **dict.fromkeys(("count", "nights"), WHOLE_SAID),
        }


def _counted(label, category):
    """The expense with the unit in which its scale counts it."""
    if category is None or not category.eligible or category.unit == Unit.LUMP:
        return label
    return gettext("%(expense)s, by the %(unit)s") % {
        "expense": label,
        "unit": category.get_unit_display(),
    }


class ExpenseForm(RowForm):
    offers = "expense_categories"

    class Meta:
        model = ExpenseLine
        fields = ["category", "label", "mode", "quantity", "unit_amount"]
        field_classes = {"quantity": AmountField, "unit_amount": AmountField}
        error_messages = dict.fromkeys(
            ("category", "quantity", "unit_amount"), REQUIRED
        )

    def narrow(self):
        """The expenses that the rules know, and that of the row."""
        rows = {
            one.code: one for one in self.application.rules.expense_categories.all()
        }
        if rows:
            known = {*rows, self.instance.category, ExpenseKind.OTHER, ""}
            field = self.fields["category"]
            field.choices = [
                (code, _counted(label, rows.get(code)))
                for code, label in field.choices
                if code in known
            ]


class IncomeForm(RowForm):
    class Meta:
        model = IncomeLine
        fields = ["kind", "funder", "amount", "status"]
        field_classes = {"amount": AmountField}
        error_messages = dict.fromkeys(("kind", "amount"), REQUIRED)


FORMS = {
    Section.PERFORMANCES: PerformanceForm,
    Section.LEGS: LegForm,
    Section.PARTY: PartyForm,
    Section.EXPENSES: ExpenseForm,
    Section.INCOMES: IncomeForm,
}


class Rows:
    """All the rows of a part, as they stand or as they were sent."""

    def __init__(self, data=None, *, application, part, more=0):
        self.data, self.application, self.part = data, application, part
        self.form = FORMS[part]
        # Once for all the rows that offer them.
        if self.form.offers:
            prefetch_related_objects([application.rules], self.form.offers)
        stored = list(getattr(application, part.value).all())
        self.known = [row.pk for row in stored]
        if data is None:
            blank = max(more, 0 if stored else 1)
            rows = [*stored, *[None] * blank]
            self.forms = [self._form(at, row=row) for at, row in enumerate(rows)]
        else:
            self.data = data.copy()
            self.forms = self._sent({row.pk: row for row in stored})

    def _form(self, at, *, row=None, data=None):
        return self.form(
            data,
            instance=row or self.form._meta.model(),
            prefix=f"row-{at}",
            application=self.application,
            empty_permitted=False,
        )

    def _sent(self, stored):
        found = []
        for at in range(min(self._number("rows"), MOST_AT_ONCE)):
            if f"row-{at}-seen" in self.data:
                pk = self._number(f"row-{at}-id")
                row = stored.get(pk)
                found.append(self._form(at, row=row, data=self.data))
        return found

    def _number(self, name):
        value = self.data.get(name, "")
        return int(value) if value.isdecimal() and len(value) < 12 else 0

    @cached_property
    def template(self):
        """A row to copy, for scripts."""
        return self._form("__at__")

    def add_blank(self):
        self.forms.append(self._form(self.total))

    def standing(self):
        """The rows to show: those that were taken off are gone."""
        return [form for form in self.forms if not form.gone]

    @property
    def known_now(self):
        return ",".join(str(pk) for pk in self.known)

    @property
    def total(self):
        """The next number: what a copied row is called."""
        used = [int(form.prefix.removeprefix("row-")) for form in self.forms]
        return max(used, default=-1) + 1

    def known_when_read(self):
        sent = self.data.get("known", "").split(",")
        return [int(pk) for pk in sent if pk.isdecimal()]

    def save(self, *, by, pausing=False):
        """Keep every row that is whole; say why of the others. True when all is kept."""
        written = [form for form in self.forms if not form.is_blank()]
        ready = [form for form in written if form.is_removed() or form.is_valid()]
        outcomes = writing.write_rows(
            self.application,
            self.part,
            [form.edit() for form in ready],
            known=self.known_when_read(),
            names=self.form._meta.fields,
            by=by,
        )
        for form, outcome in zip(ready, outcomes, strict=True):
            self._tell(form, outcome, pausing)
        return all(form in ready and not form.told for form in written)

    def _tell(self, form, outcome, pausing):
        """What the page holds from now on of a row, whatever became of it."""
        row, form.told = outcome.row, outcome.told
        if form.told and not form.is_removed():
            form.add_error(None, form.told)
        # Only the button, pressed once more, writes over what somebody else wrote.
        if form.told and pausing:
            return
        self.data[form.add_prefix("id")] = str(row.pk) if row else ""
        self.data[form.add_prefix("seen")] = form.print_of(row) if row else ""
        form.data = self.data
        form.gone = row is None and not form.told
