"""What candidates declare in private: on the desk of the officer in charge alone."""

from django.contrib import admin, messages
from django.db.models import Q
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.models import Difficulty
from agency.activities.services import difficulties
from agency.core.access import require
from agency.core.admin import RoomAdmin, moment, register
from agency.core.admin.columns import at, mark
from agency.core.admin.filters import PresetFilter
from agency.core.admin.permissions import visible_rows
from agency.core.text import telephone

VIEW = "activities.view_difficulty"


class SettledFilter(PresetFilter):
    title = gettext_lazy("state")
    parameter_name = "etat"
    presets = {
        "a-traiter": (gettext_lazy("To deal with"), Q(settled_at=None)),
        "reglees": (gettext_lazy("Settled"), ~Q(settled_at=None)),
    }


def tool(request, activity, **where):
    """The link to what was declared, for whoever is in charge; none when nothing was."""
    if activity.officer_id != request.user.pk:
        return []
    count = visible_rows(Difficulty, request.user).filter(**where).count()
    if not count:
        return []
    ((key, row),) = where.items()
    url = reverse("admin:activities_difficulty_changelist")
    label = _("Difficulties declared in private")
    return [{"label": label, "url": f"{url}?{key}__id__exact={row.pk}", "note": count}]


@register(Difficulty)
class DifficultyAdmin(RoomAdmin):
    """Read and settled, never written, exported nor told to anybody else."""

    list_display = (
        "who",
        "activity",
        "with_whom",
        moment("created_at", gettext_lazy("declared at")),
        "settled",
    )
    list_filter = (SettledFilter,)
    list_select_related = (
        "enrolment__person",
        "enrolment__activity",
        "with_person",
        "with_organisation",
    )
    fields = (
        "who",
        "activity",
        "kind",
        "with_whom",
        "text",
        "created_at",
        "settled_at",
    )
    readonly_fields = ("who", "activity", "with_whom")
    exports = False
    change_form_template = "admin/activities/difficulty_form.html"
    empty_text = gettext_lazy(
        "Before they sign, the members of a closed group may tell you here, in private, "
        "with whom they would rather not be."
    )

    def get_queryset(self, request):
        """Not even one's own words about somebody else's activity."""
        rows = super().get_queryset(request)
        return rows.filter(enrolment__activity__officer=request.user)

    def has_module_permission(self, request):
        return False  # the morning page and the activity lead here

    def change_view(self, request, object_id, form_url="", extra_context=None):
        self.visible_object(request, object_id)
        return super().change_view(request, object_id, form_url, extra_context)

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise Http404
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def lookup_allowed(self, lookup, value, request):
        """The links from the page of an enrolment and from that of an activity."""
        own = ("enrolment__id__exact", "enrolment__activity__id__exact")
        return lookup in own or super().lookup_allowed(lookup, value, request)

    @admin.display(
        description=gettext_lazy("Person"), ordering="enrolment__person__folded"
    )
    def who(self, difficulty):
        return difficulty.enrolment.person.list_name

    @admin.display(
        description=gettext_lazy("Activity"), ordering="enrolment__activity__title"
    )
    def activity(self, difficulty):
        return difficulty.enrolment.activity

    @admin.display(description=gettext_lazy("With whom"))
    def with_whom(self, difficulty):
        return difficulty.told

    @admin.display(description=gettext_lazy("State"), ordering="settled_at")
    def settled(self, difficulty):
        if difficulty.settled_at:
            return mark(_("Settled"), "confirmed")
        return mark(_("To deal with"), "failed")

    # -- its page -------------------------------------------------------------------
    def title_of(self, obj):
        return _("A difficulty declared in private")

    def facts(self, request, obj):
        settled = at(obj.settled_at) if obj.settled_at else _("To deal with")
        phone = telephone(obj.enrolment.person.phone)
        return [(_("State"), settled), (_("Telephone"), phone or "\u2013")]

    def object_tools(self, request, obj):
        url = reverse("admin:activities_enrolment_change", args=[obj.enrolment_id])
        return [{"label": _("Their enrolment"), "url": url}]

    def get_urls(self):
        settle = path(
            "<path:object_id>/reglee/",
            self.admin_site.admin_view(self.settle_view),
            name="activities_difficulty_settle",
        )
        return [settle, *super().get_urls()]

    def settle_view(self, request, object_id):
        difficulty = self.visible_object(request, object_id)
        require(request.user, VIEW, difficulty)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        difficulties.settle(difficulty)
        self.message_user(request, _("It is settled."), messages.SUCCESS)
        return HttpResponseRedirect(self.url("change", difficulty.pk))
