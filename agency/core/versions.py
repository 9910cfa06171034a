"""Two people on one page: the second is told who was faster, and nothing is lost."""

import json
from datetime import date, datetime
from hashlib import sha256

from django import forms
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from agency.core import dates
from agency.core.clock import now
from agency.core.models import JournalEntry, Versioned

LONG = 120
NOTHING = "\u2013"


def save_columns(obj, names):
    """Write the columns ``names`` of ``obj``, and those that its model derives.

    They are put on the row read again: nothing else that ``obj`` was loaded with
    goes back to the database.
    """
    fresh = obj._meta.model._base_manager.get(pk=obj.pk)
    for name in names:
        setattr(fresh, name, getattr(obj, name))
    fresh.save(update_fields=names)


class VersionedForm(forms.ModelForm):
    """A form that holds the version it was opened at, when its row has one."""

    # Who has the form before them, and what a service refused: (field, sentence).
    reader = None
    told = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and isinstance(self.instance, Versioned):
            self.fields["version"] = forms.CharField(
                required=False,
                widget=forms.HiddenInput,
                initial=str(self.instance.version),
            )

    def clean(self):
        cleaned = super().clean()
        if "version" in self.fields:
            self._check_version(cleaned.get("version"))
        if self.told:
            self.add_error(*self.told)
        return cleaned

    def _check_version(self, seen):
        current = str(self.instance.version)
        if seen == current:
            return
        self.add_error(None, " ".join(sentences(self, seen)))
        # What was typed stays; to save it again is to write over what is there.
        self.data = self.data.copy()
        self.data[self.add_prefix("version")] = current

    @property
    def columns(self):
        return changed_columns(self)


class SeenForm(forms.ModelForm):
    """A row without a version, told from its print: one changed meanwhile says so."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance._state.adding:
            self.fields["seen"] = forms.CharField(
                required=False,
                widget=forms.HiddenInput,
                initial=fingerprint(self.instance),
            )

    def clean(self):
        cleaned = super().clean()
        if "seen" in self.fields:
            current = self.fields["seen"].initial
            if self.cleaned_data.get("seen") != current:
                self.add_error(
                    None,
                    _(
                        "This row was changed in the meantime: look at it in another "
                        "window, then save again."
                    ),
                )
                self.data = self.data.copy()
                self.data[self.add_prefix("seen")] = current
        return cleaned

    def save(self, commit=True):
        if not commit or self.instance._state.adding:
            return super().save(commit)
        if columns := changed_columns(self):
            save_columns(self.instance, columns)
        self._save_m2m()
        return self.instance


def fingerprint(row):
    """The same as long as no column of the row changes."""
    values = [str(field.value_from_object(row)) for field in row._meta.concrete_fields]
    return sha256(json.dumps(values).encode()).hexdigest()[:16]


def changed_columns(form):
    """The columns of the row that were changed in this form."""
    known = {field.name for field in form.instance._meta.concrete_fields}
    return [name for name in form.changed_data if name in known]


def sentences(form, seen):
    """Who saved since version ``seen``, when, what to do, and what stands there now."""
    row = form.instance
    behind = row.version - int(seen) if (seen or "").isdecimal() else 1
    edits = JournalEntry.objects.about(row).filter(action="change")
    edits = edits.select_related("by").order_by("-seq")[: max(1, behind)]
    yield _who(edits[0] if edits else None, form.reader)
    changed = {name for edit in edits for name in edit.data.get("fields", ())}
    for name, field in form.fields.items():
        if name in changed:
            value = Truncator(_shown(row, name)).chars(LONG)
            yield _("%(field)s: %(value)s.") % {
                "field": capfirst(str(field.label)),
                "value": value,
            }


def _who(edit, reader):
    if edit is None or edit.by is None:
        return _(
            "This page was saved in the meantime: read what has changed, "
            "then save again."
        )
    said = {"who": edit.by, "day": dates.day(edit.at), "hour": dates.hour(edit.at)}
    if edit.by == reader:
        return (
            _(
                "You saved this page at %(hour)s already, perhaps in another window: "
                "read what has changed, then save again."
            )
            % said
        )
    if dates.as_day(edit.at) == dates.as_day(now()):
        return (
            _(
                "%(who)s saved this page at %(hour)s: read what has changed, "
                "then save again."
            )
            % said
        )
    return (
        _(
            "%(who)s saved this page on %(day)s at %(hour)s: read what has changed, "
            "then save again."
        )
        % said
    )


def _shown(row, name):
    """What stands in a column now, in words."""
    field = row._meta.get_field(name)
    value = getattr(row, name)
    if field.many_to_many:
        return ", ".join(str(one) for one in value.all()) or NOTHING
    if field.choices:
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return f"{dates.day_year(value)}, {dates.hour(value)}"
    if isinstance(value, date):
        return dates.day_year(value)
    return NOTHING if value in (None, "") else str(value)
