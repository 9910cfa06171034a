"""The desk of the kernel: activities, sessions, enrolments, convening."""

from agency.activities.admin.activities import ActivityAdmin, SeasonAdmin, VenueAdmin
from agency.activities.admin.base import ActivityRoomAdmin, FacilitatorInline
from agency.activities.admin.convenings import ConveningAdmin
from agency.activities.admin.enrolments import EnrolmentAdmin
from agency.activities.admin.sessions import SessionAdmin

__all__ = [
    "ActivityAdmin",
    "ActivityRoomAdmin",
    "ConveningAdmin",
    "EnrolmentAdmin",
    "FacilitatorInline",
    "SeasonAdmin",
    "SessionAdmin",
    "VenueAdmin",
]
