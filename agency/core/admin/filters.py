"""Filters of the lists: what can be chosen is what this person may see there."""

from django.contrib import admin
from django.contrib.admin.filters import (
    ChoicesFieldListFilter,
    RelatedOnlyFieldListFilter,
)
from django.contrib.auth import get_user_model
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.core.admin.permissions import visible_rows


class RelatedFilter(RelatedOnlyFieldListFilter):
    """The related rows that occur in the visible rows of the list, the first of them.

    After ten years there are hundreds of activities: nobody reads such a column, and
    each of its figures would be a condition of one query. The one chosen by a link is
    always among them.
    """

    shown = 30

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.model, self.request = model, request
        super().__init__(field, request, params, model, model_admin, field_path)
        self.empty_value_display = _("Not given")

    def field_choices(self, field, request, model_admin):
        """Once a request: Django makes every filter again for each facet."""
        known = request.__dict__.setdefault("_related_choices", {})
        if field not in known:
            known[field] = [(row.pk, str(row)) for row in self._rows(field, request)]
        return known[field]

    def _rows(self, field, request):
        model = field.remote_field.model
        occurring = visible_rows(self.model, request.user).order_by()
        rows = model._base_manager.filter(pk__in=occurring.values(self.field_path))
        found = list(rows.order_by(*self._newest_first(model))[: self.shown])
        chosen = str((self.lookup_val or [""])[-1])
        if chosen.isdigit() and int(chosen) not in {row.pk for row in found}:
            found += rows.filter(pk=chosen)
        return found

    def _newest_first(self, model):
        return model._meta.ordering or ["-pk"]

    def get_facet_queryset(self, changelist):
        """The number of each, counted by group and not one condition per choice."""
        rows = self._counted_rows(changelist).order_by()
        counted = rows.values_list(self.field_path).annotate(n=Count("pk"))
        counts = dict(counted)
        empty = {"__c": counts.pop(None, 0)}
        return empty | {
            f"{pk}__c": counts.get(pk, 0) for pk, _label in self.lookup_choices
        }

    def _counted_rows(self, changelist):
        """The rows of the list but for this filter, with no column that would split them."""
        if not changelist.is_narrowed:
            return visible_rows(self.model, self.request.user)
        filtered = changelist.get_queryset(
            self.request, exclude_parameters=self.expected_parameters()
        )
        return self.model._base_manager.filter(pk__in=filtered.order_by().values("pk"))


class ChoiceFilter(ChoicesFieldListFilter):
    """The values of a closed list."""


class PresetFilter(admin.SimpleListFilter):
    """A few questions with a name: ``presets`` is value -> (label, condition)."""

    presets = {}

    def lookups(self, request, model_admin):
        return [(value, label) for value, (label, _condition) in self.presets.items()]

    def queryset(self, request, queryset):
        if self.value() not in self.presets:
            return queryset
        return queryset.filter(self._condition(self.value()))

    def _condition(self, value):
        condition = self.presets[value][1]
        return condition() if callable(condition) else condition

    def get_facet_counts(self, pk_attname, filtered_qs):
        """Each condition counted as it is, where Django would run the list once more."""
        return {
            f"{i}__c": Count(pk_attname, filter=self._condition(value))
            for i, value in enumerate(self.presets)
        }


class QuietFilter(admin.SimpleListFilter):
    """A filter that stands in the list only while an address asks for it."""

    def label(self):
        """What the value of the address is called; nothing when it means nothing."""
        raise NotImplementedError

    def lookups(self, request, model_admin):
        label = self.label() if self.value() else ""
        return [(self.value(), label)] if label else []

    def get_facet_queryset(self, changelist):
        """What it leaves is the list itself: no question more."""
        return {"0__c": changelist.result_count}


class InChargeFilter(QuietFilter):
    """The rows of one officer; ``path`` leads from a row to who is in charge."""

    title = gettext_lazy("officer")
    parameter_name = "pour"
    path = "officer"

    def label(self):
        known = self.value().isdecimal()
        found = self.people.filter(pk=self.value()) if known else ()
        return next((str(person) for person in found), "")

    def __init__(self, request, *args):
        self.people = visible_rows(get_user_model(), request.user)
        super().__init__(request, *args)

    def queryset(self, request, queryset):
        value = self.value() or ""
        if not value.isdecimal():
            return queryset
        return queryset.filter(**{self.path: value})


def in_charge_filter(path):
    return type("InChargeFilter", (InChargeFilter,), {"path": path})
