"""The journal on the desk: read, searched, never changed."""

from collections import defaultdict
from operator import itemgetter

from django.contrib import admin
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agency.core.admin.columns import moment
from agency.core.admin.filters import RelatedFilter
from agency.core.admin.lists import RoomChangeList
from agency.core.admin.permissions import visible_rows
from agency.core.admin.rooms import RoomAdmin, register
from agency.core.admin.words import NAMED_WITH, action, sentences
from agency.core.models import JournalEntry


class KindFilter(RelatedFilter):
    """The kinds of object by their name alone."""

    def field_choices(self, field, request, model_admin):
        rows = self._rows(field, request)
        return sorted([(row.pk, capfirst(row.name)) for row in rows], key=itemgetter(1))


class NamedChangeList(RoomChangeList):
    """The names of what the entries of a page are about: a query a kind, once read."""

    def get_results(self, request):
        super().get_results(request)
        self.request, self.result_list = request, list(self.result_list)
        for entry in self.result_list:
            entry.page = self

    @cached_property
    def names(self):
        kinds = defaultdict(set)
        for entry in self.result_list:
            kinds[entry.content_type].add(entry.object_id)
        return {
            kind: self.model_admin.names(self.request, kind.model_class(), keys)
            for kind, keys in kinds.items()
        }


@register(JournalEntry)
class JournalAdmin(RoomAdmin):
    list_display = ("what", "about_kind", "subject", "who", "written")
    export_fields = ("what", "about_kind", "object_id", "who", "at")
    list_filter = (("content_type", KindFilter),)
    list_select_related = ("content_type", "by")
    search_fields = ("=object_id", "=action")
    search_hint = _("Number of an object")
    empty_text = _("What the staff does is written here by itself, and stays.")
    date_hierarchy = "at"
    show_facets = admin.ShowFacets.NEVER
    written = moment("at", _("at"))

    def get_changelist(self, request, **kwargs):
        return NamedChangeList

    def names(self, request, model, keys):
        """Key -> name, of those among ``keys`` that the reader may look at."""
        room = self.admin_site._registry.get(model)
        if room is not None:
            known, named = room.has_view_permission(request), room.name_of
            linked = room.list_select_related or ()
        else:
            known, named = model in NAMED_WITH, str
            linked = NAMED_WITH.get(model, ())
        if not known:
            return {}
        rows = visible_rows(model, request.user).filter(pk__in=keys)
        rows = rows.select_related(*linked) if linked else rows
        return {row.pk: named(row) for row in rows.order_by()}

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(description=_("action"), ordering="action")
    def what(self, obj):
        return action(obj, obj.content_type.model_class())

    @admin.display(description=_("kind of object"), ordering="content_type")
    def about_kind(self, obj):
        return obj.content_type.name

    @admin.display(description=_("object"), ordering="object_id")
    def subject(self, obj):
        """Its name, or its number when it is gone or not for this reader."""
        return obj.page.names[obj.content_type].get(obj.object_id) or obj.object_id

    @admin.display(description=_("by"), ordering="by")
    def who(self, obj):
        return obj.by

    def get_object(self, request, object_id, from_field=None):
        entry = super().get_object(request, object_id, from_field)
        if entry is not None:
            entry.is_shut = self._is_shut(request, entry)
        return entry

    def _is_shut(self, request, entry):
        """Whether it is about a row that is there, and not for this reader."""
        model = entry.content_type.model_class()
        if model is None:
            return False
        there = model._base_manager.filter(pk=entry.object_id)
        seen = visible_rows(model, request.user).filter(pk=entry.object_id)
        return there.exists() and not seen.exists()

    def title_of(self, obj):
        return f"{self.what(obj)}, {self.about_kind(obj)} {obj.object_id}"

    def object_tools(self, request, obj):
        """To what it is about, while that stands in a room open to the reader."""
        room = self.admin_site._registry.get(obj.content_type.model_class())
        about = room and room.get_object(request, str(obj.object_id))
        if not about or not room.has_view_permission(request, about):
            return []
        return [{"label": str(about), "url": room.row_url(about)}]

    @admin.display(description=_("fingerprint"))
    def fingerprint(self, obj):
        return obj.hash

    @admin.display(description=_("what happened"))
    def story(self, obj):
        if obj.is_shut:
            shut = _("It is not open to you: what was written about it is not shown.")
            return f"{self.what(obj)}; {shut}"
        return "; ".join(sentences(obj, obj.content_type.model_class()))

    def get_fields(self, request, obj=None):
        return (
            "story",
            "written",
            "who",
            "about_kind",
            "object_id",
            "seq",
            "fingerprint",
        )
