"""All the activities in one list, and what they are made of: seasons, meeting places."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities import kinds
from agency.activities.admin.base import ActivityRoomAdmin, ParagraphsMixin
from agency.activities.admin.board import BoardMixin
from agency.activities.admin.certificates import CertificatesMixin
from agency.activities.admin.columns import next_date, seats, to_review, waiting
from agency.activities.admin.renewal import RenewalMixin
from agency.activities.admin.waits import ACTIVITIES, wait_filter
from agency.activities.models import Activity, Season, Venue
from agency.core.admin import (
    RelatedFilter,
    RoomAdmin,
    day,
    in_charge_filter,
    register,
    state,
)
from agency.core.admin.permissions import may


@register(Activity)
class ActivityAdmin(BoardMixin, CertificatesMixin, RenewalMixin, ActivityRoomAdmin):
    """Every kind together; a row and a new activity lead to the desk of their kind."""

    rank = 10
    add_label = gettext_lazy("New activity")
    list_display = (
        "title",
        "kind_label",
        state,
        seats,
        to_review,
        waiting,
        next_date,
        "in_charge",
    )
    list_filter = (
        "kind",
        "state",
        ("season", RelatedFilter),
        ("officer", RelatedFilter),
        wait_filter(ACTIVITIES),
        in_charge_filter("officer"),
    )
    empty_text = gettext_lazy(
        "A cycle, a peer group: create the first one, it stays a draft until you announce it."
    )

    @admin.display(description=gettext_lazy("Kind"), ordering="kind")
    def kind_label(self, activity):
        return activity.get_kind_display()

    def row_url(self, activity):
        return self._room_of(activity).url("change", activity.pk)

    def _room_of(self, activity):
        return self.admin_site._registry[kinds.get(activity.kind).proxy]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        activity = self.visible_object(request, object_id)
        if not self.has_view_permission(request, activity):
            raise PermissionDenied
        return HttpResponseRedirect(self.row_url(activity))

    def add_view(self, request, form_url="", extra_context=None):
        """Which kind of activity? The form is that of the kind."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        rooms = [
            (kind, self.admin_site._registry[kind.proxy])
            for kind in kinds.every()
            if may(request.user, "add", kind.proxy)
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("New activity"),
            "opts": self.opts,
            "room": self,
            "kinds": [(kind, room.url("add")) for kind, room in rooms],
        }
        return TemplateResponse(request, "admin/activities/new_activity.html", context)


@register(Season)
class SeasonAdmin(RoomAdmin):
    rank = 80
    list_display = ("name", day("starts_on", _("from")), day("ends_on", _("until")))
    search_fields = ("name",)
    fields = ("name", ("starts_on", "ends_on"))
    add_label = gettext_lazy("New season")
    empty_text = gettext_lazy(
        "From September to August, for instance: it gathers the activities of a year."
    )

    def object_tools(self, request, obj):
        programme = {"label": _("Programme (PDF)"), "url": obj.get_programme_url()}
        return [*super().object_tools(request, obj), programme]


@register(Venue)
class VenueAdmin(ParagraphsMixin, RoomAdmin):
    rank = 70
    list_display = ("name", "city", "territory", "organisation", "step_free_said")
    list_filter = (("territory", RelatedFilter),)
    list_select_related = ("territory", "organisation")
    search_fields = ("name", "city", "address")
    search_hint = gettext_lazy("Name, town, address")
    paragraphs = ("transport", "parking", "bike", "access_note")
    autocomplete_fields = ("organisation",)
    add_label = gettext_lazy("New meeting place")
    empty_text = gettext_lazy("Written once, its way in stands on every convocation.")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "organisation",
                    "address",
                    ("postal_code", "city"),
                    "territory",
                )
            },
        ),
        (
            gettext_lazy("Getting there"),
            {"fields": ("transport", "parking", "bike", "contact")},
        ),
        (
            gettext_lazy("Getting in"),
            {
                "fields": (
                    "step_free",
                    "hearing_loop",
                    "accessible_parking",
                    "accessible_toilets",
                    "access_note",
                ),
                "description": gettext_lazy("Printed on every convocation."),
            },
        ),
    )

    @admin.display(description=gettext_lazy("Step-free"), ordering="step_free")
    def step_free_said(self, venue):
        return _("yes") if venue.step_free else _("no")

    def object_tools(self, request, obj):
        url = reverse("admin:activities_session_changelist")
        return [{"label": _("Its sessions"), "url": f"{url}?venue__id__exact={obj.pk}"}]
