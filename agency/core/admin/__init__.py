"""What every room of the desk stands on: ``RoomAdmin``, its inlines, and the site.

from agency.core.admin import RoomAdmin, register

@register(Venue)
class VenueAdmin(RoomAdmin):
    folded_search = ("name",)
"""

from django.contrib.admin import display, site

from agency.core.admin.columns import day, moment, state, when
from agency.core.admin.filters import ChoiceFilter, RelatedFilter, in_charge_filter
from agency.core.admin.rooms import RoomAdmin, RoomInline, register

# Last: the journal is a room itself.
from agency.core.admin.journal import JournalAdmin  # isort: skip

__all__ = [
    "ChoiceFilter",
    "JournalAdmin",
    "RelatedFilter",
    "RoomAdmin",
    "RoomInline",
    "day",
    "display",
    "in_charge_filter",
    "moment",
    "register",
    "site",
    "state",
    "when",
]
