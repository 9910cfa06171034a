"""The desk of practice-analysis cycles."""

from django.utils.translation import gettext_lazy as _

from agency.activities.admin import ActivityRoomAdmin, FacilitatorInline
from agency.core.admin import RoomInline, register
from programmes.models import PRACTICE_CYCLE, PracticeCycle, PracticeCycleDetails


class PracticeCycleDetailsInline(RoomInline):
    model = PracticeCycleDetails
    can_delete = False
    extra = 1
    max_num = 1


@register(PracticeCycle)
class PracticeCycleAdmin(ActivityRoomAdmin):
    """What is said in a cycle is sealed: the desk holds its facts alone."""

    kind = PRACTICE_CYCLE
    rank = 12
    add_label = _("New cycle")
    inlines = (PracticeCycleDetailsInline, FacilitatorInline)
