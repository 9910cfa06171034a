"""The journal on the desk: read, searched, never changed."""

from operator import itemgetter

from django.contrib import admin
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from agency.core.admin.columns import moment
from agency.core.admin.filters import RelatedFilter
from agency.core.admin.rooms import RoomAdmin, register
from agency.core.admin.words import action, sentences
from agency.core.models import JournalEntry


class KindFilter(RelatedFilter):
    """The kinds of object by their name alone."""

    def field_choices(self, field, request, model_admin):
        rows = self._rows(field, request)
        return sorted([(row.pk, capfirst(row.name)) for row in rows], key=itemgetter(1))


@register(JournalEntry)
class JournalAdmin(RoomAdmin):
    list_display = ("what", "about_kind", "object_id", "who", "written")
    list_filter = (("content_type", KindFilter),)
    list_select_related = ("content_type", "by")
    search_fields = ("=object_id", "=action")
    search_hint = _("Number of an object")
    empty_text = _("What the staff does is written here by itself, and stays.")
    date_hierarchy = "at"
    show_facets = admin.ShowFacets.NEVER
    written = moment("at", _("at"))

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

    @admin.display(description=_("by"), ordering="by")
    def who(self, obj):
        return obj.by

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
