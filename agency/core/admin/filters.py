"""Filters of the lists: what can be chosen is what this person may see there."""

from django.contrib import admin
from django.contrib.admin.filters import (
    ChoicesFieldListFilter,
    RelatedOnlyFieldListFilter,
)


class RelatedFilter(RelatedOnlyFieldListFilter):
    """The related rows that occur in the visible rows of the list."""

    def field_choices(self, field, request, model_admin):
        """Once a request: Django makes every filter again for each facet."""
        known = request.__dict__.setdefault("_related_choices", {})
        if field not in known:
            known[field] = super().field_choices(field, request, model_admin)
        return known[field]


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
        condition = self.presets[self.value()][1]
        return queryset.filter(condition() if callable(condition) else condition)
