"""A choice among many rows: searched as one types, or through the form without scripts."""

from functools import reduce
from operator import or_

from django import forms
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import Case, Q, When
from django.utils.translation import gettext_lazy as _

from agency.core.admin.permissions import visible_rows
from agency.core.text import fold

# How many matches a list without scripts holds, as many as the search field shows.
SHOWN = 20
SEARCHED = "_mots"


class LookupMixin:
    """What a room says of its rows where they are a choice of another page."""

    def lookup_rows(self, rows, words):
        """Those of ``rows`` that answer to ``words``; first what begins with one of them."""
        found, _several = self.get_search_results(None, rows, words)
        starts = [Q(folded__startswith=word) for word in fold(words).split()]
        order = self.ordering or self.opts.ordering
        if starts and "folded" in self.folded_search:
            order = (Case(When(reduce(or_, starts), then=0), default=1), *order)
        return self.lookup_loaded(found.order_by(*order))

    def lookup_loaded(self, rows):
        """``rows`` with all that ``lookup_text`` reads."""
        return rows

    def lookup_text(self, obj):
        """The name of ``obj``, and what tells it from another of the same name."""
        return str(obj)


class LookupView(AutocompleteJsonView):
    def get_queryset(self):
        rows = visible_rows(self.model_admin.model, self.request.user)
        rows = rows.complex_filter(self.source_field.get_limit_choices_to())
        return self.model_admin.lookup_rows(rows, self.term)

    def serialize_result(self, obj, to_field_name):
        found = super().serialize_result(obj, to_field_name)
        return found | {"text": self.model_admin.lookup_text(obj)}


class Searched(str):
    """Words sent instead of a choice, with the options that answer to them."""

    __slots__ = ("options",)


class Lookup(AutocompleteSelect):
    """admin.js makes a search field of it (ARIA combobox).

    Without scripts a field beside it takes a few words: the form comes back with what
    answers to them, and nothing is written until one of those is chosen.
    """

    template_name = "admin/widgets/lookup.html"
    media = forms.Media()
    # Key -> label of what is chosen already, when somebody has it at hand.
    known = None
    # The options that answer to the words sent.
    found = None

    @property
    def room(self):
        return self.admin_site._registry[self.field.remote_field.model]

    def value_from_datadict(self, data, files, name):
        value = super().value_from_datadict(data, files, name)
        words = data.get(f"{name}{SEARCHED}", "").strip()
        if not words:
            return value
        rows = self.room.lookup_rows(self.choices.queryset, words)[:SHOWN]
        options = [(str(row.pk), self.room.lookup_text(row)) for row in rows]
        if value and value in dict(options):
            return value
        searched = Searched(words)
        searched.options = options
        return searched

    def value_omitted_from_data(self, data, files, name):
        return name not in data and f"{name}{SEARCHED}" not in data

    def get_context(self, name, value, attrs):
        words = value if isinstance(value, Searched) else ""
        if words:
            self.found = words.options
            # A single answer is proposed; it is written once it is sent again.
            value = self.found[0][0] if len(self.found) == 1 else ""
        context = super().get_context(name, value, attrs)
        context["widget"]["search"] = {"name": f"{name}{SEARCHED}", "value": words}
        return context

    def optgroups(self, name, value, attrs=None):
        chosen = [str(key) for key in value if key]
        options = self.found if self.found is not None else self._options(chosen)
        if not self.is_required or (options and not chosen):
            options = [("", ""), *options]
        rows = [
            self.create_option(name, key, label, key in chosen, index)
            for index, (key, label) in enumerate(options)
        ]
        return [(None, rows, 0)]

    def _options(self, keys):
        known = self.known
        if known is None or any(key not in known for key in keys):
            known = self._labels(keys)
        return [(key, known[key]) for key in keys if key in known]

    def _labels(self, keys):
        keys = [key for key in keys if key.isdecimal()]
        if not keys:
            return {}
        rows = self.room.lookup_loaded(self.choices.queryset.filter(pk__in=keys))
        return {str(row.pk): self.room.lookup_text(row) for row in rows}

    def build_attrs(self, base_attrs, extra_attrs=None):
        attrs = super(forms.Select, self).build_attrs(base_attrs, extra_attrs)
        return attrs | {
            "data-lookup": self.get_url(),
            "data-app": self.field.model._meta.app_label,
            "data-model": self.field.model._meta.model_name,
            "data-field": self.field.name,
            "data-none": _("Nothing found"),
            "data-hint": _("Write a few letters"),
        }


class LookupField(forms.ModelChoiceField):
    """The field of a ``Lookup``: words are no choice yet, and it says what to do."""

    default_error_messages = {
        "several": _(
            "Choose in the list what answers to \u201c%(words)s\u201d, then send again."
        ),
        "nothing": _("Nothing answers to \u201c%(words)s\u201d: try fewer letters."),
    }

    def to_python(self, value):
        if isinstance(value, Searched):
            code = "several" if value.options else "nothing"
            raise ValidationError(
                self.error_messages[code], code=code, params={"words": str(value)}
            )
        return super().to_python(value)
