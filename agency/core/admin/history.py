"""What staff edit goes to the journal, and the history of a page is read there."""

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.admin.words import sentences
from agency.core.models import JournalEntry

PER_PAGE = 100


def _changes(formset):
    """What an inline changed: names of fields and numbers of rows, never their text."""
    changed = {field for _obj, fields in formset.changed_objects for field in fields}
    found = {
        "model": formset.model._meta.label_lower,
        "added": len(formset.new_objects),
        "changed": len(formset.changed_objects),
        "deleted": len(formset.deleted_objects),
        "fields": sorted(changed),
    }
    return found if any(found[key] for key in ("added", "changed", "deleted")) else None


class HistoryMixin:
    def construct_change_message(self, request, form, formsets, add=False):
        related = [_changes(formset) for formset in formsets or []]
        said = {
            "fields": sorted(form.changed_data),
            "related": [change for change in related if change],
        }
        return {key: value for key, value in said.items() if value}

    def log_addition(self, request, obj, message):
        journal.record(obj, "add", by=request.user, **message)

    def log_change(self, request, obj, message):
        if message:
            journal.record(obj, "change", by=request.user, **message)

    def log_deletions(self, request, queryset):
        for obj in queryset:
            journal.record(obj, "delete", by=request.user)

    def history_view(self, request, object_id, extra_context=None):
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        entries = JournalEntry.objects.about(obj).select_related("by", "content_type")
        page = self.get_paginator(request, entries, PER_PAGE).get_page(
            request.GET.get("p")
        )
        context = {
            **self.admin_site.each_context(request),
            "title": _("History"),
            "entries": [(entry, sentences(entry, obj)) for entry in page],
            "page": page,
            "object": obj,
            "opts": self.opts,
            "room": self,
        } | (extra_context or {})
        return TemplateResponse(request, "admin/object_history.html", context)
