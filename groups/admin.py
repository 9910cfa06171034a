"""The desk of peer groups and of co-development groups."""

from django.utils.translation import gettext_lazy as _

from agency.activities.admin import ActivityRoomAdmin, FacilitatorInline
from agency.core.admin import RoomInline, register
from groups.models import (
    CODEVELOPMENT,
    PEER_GROUP,
    CodevelopmentGroup,
    PeerGroup,
    PeerGroupDetails,
)


class PeerGroupDetailsInline(RoomInline):
    model = PeerGroupDetails
    can_delete = False
    extra = 1
    max_num = 1


@register(PeerGroup)
class PeerGroupAdmin(ActivityRoomAdmin):
    kind = PEER_GROUP
    rank = 13
    add_label = _("New peer group")
    inlines = (PeerGroupDetailsInline, FacilitatorInline)


@register(CodevelopmentGroup)
class CodevelopmentGroupAdmin(ActivityRoomAdmin):
    kind = CODEVELOPMENT
    rank = 14
    add_label = _("New co-development group")
