"""What people need to come and to eat: read by those who prepare the room, and gone after.

No export, no search, no history of the text: an officer sees those of the activities
they are in charge of, the disability officer all of them, nobody else any.
"""

from django.contrib import admin
from django.db.models import F, Min, Q
from django.utils.translation import gettext_lazy

from agency.activities.models import AccessNeed
from agency.activities.states import SessionState
from agency.core.admin import RelatedFilter, RoomAdmin, register
from agency.core.admin.columns import short
from agency.core.clock import now


@register(AccessNeed)
class AccessNeedAdmin(RoomAdmin):
    rank = 32
    exports = False
    list_display = ("who", "which", "next_date", "kind", "text")
    list_display_links = None
    list_filter = ("kind", ("enrolment__activity", RelatedFilter))
    list_select_related = ("enrolment__person", "enrolment__activity")
    fields = ("who", "which", "next_date", "kind", "text")
    readonly_fields = ("who", "which", "next_date")
    empty_text = gettext_lazy(
        "What people say they need stands here until thirty days after the last session."
    )

    def get_queryset(self, request):
        """The nearest date first: it is the one to prepare."""
        coming = Q(
            enrolment__activity__sessions__ends_at__gte=now(),
            enrolment__activity__sessions__state=SessionState.PLANNED,
        )
        first = Min("enrolment__activity__sessions__starts_at", filter=coming)
        return super().get_queryset(request).annotate(next_at=first)

    def get_ordering(self, request):
        return (F("next_at").asc(nulls_last=True), "enrolment__person__folded", "pk")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    @admin.display(
        description=gettext_lazy("Person"), ordering="enrolment__person__folded"
    )
    def who(self, need):
        return need.enrolment.person.list_name

    @admin.display(
        description=gettext_lazy("Activity"), ordering="enrolment__activity__title"
    )
    def which(self, need):
        return need.enrolment.activity

    @admin.display(description=gettext_lazy("Next date"), ordering="next_at")
    def next_date(self, need):
        return short(need.next_at) if need.next_at else None

    def title_of(self, obj):
        """Its kind alone: a title stands in the tab of the browser, and in its history."""
        return obj.get_kind_display()
