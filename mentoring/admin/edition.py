"""The desk of mentoring editions."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agency.activities.admin import ActivityRoomAdmin, FacilitatorInline
from agency.core.admin import RoomInline, register
from mentoring.admin.dashboard import DashboardMixin
from mentoring.admin.matching import MatchingMixin
from mentoring.models import (
    MENTORING,
    EditionDetails,
    MentoringApplication,
    MentoringEdition,
)
from mentoring.states import ApplicationState


class EditionDetailsInline(RoomInline):
    model = EditionDetails
    can_delete = False
    extra = 1
    max_num = 1


@register(MentoringEdition)
class MentoringEditionAdmin(DashboardMixin, MatchingMixin, ActivityRoomAdmin):
    """What a pair says is sealed: the desk holds the facts of an edition alone."""

    kind = MENTORING
    rank = 15
    add_label = gettext_lazy("New edition")
    inlines = (EditionDetailsInline, FacilitatorInline)

    def object_tools(self, request, obj):
        """Whoever reads its applications goes there from here."""
        tools = super().object_tools(request, obj)
        if obj.officer_id != request.user.pk:
            return tools
        sent = MentoringApplication.objects.filter(edition=obj)
        count = sent.exclude(state=ApplicationState.DRAFT).count()
        url = reverse("admin:mentoring_mentoringapplication_changelist")
        link = {"label": _("Applications"), "url": f"{url}?edition__id__exact={obj.pk}"}
        return [*tools, {**link, "note": count}]
