"""The desk of the kernel: activities, sessions, enrolments, convening."""

from django.utils.translation import gettext_lazy as _

from agency.activities.admin.activities import ActivityAdmin, SeasonAdmin, VenueAdmin
from agency.activities.admin.base import ActivityRoomAdmin, FacilitatorInline
from agency.activities.admin.convenings import ConveningAdmin
from agency.activities.admin.enrolments import EnrolmentAdmin
from agency.activities.admin.sessions import SessionAdmin
from agency.activities.services import composing
from agency.core.admin.words import describe, detail

describe(
    submit=_("Request received"),
    convene=_("Convocation sent"),
    compose=_("Selection applied, letters sent"),
    resize=_("Number of seats changed"),
    resume=_("Failures tried again"),
)
detail(composing.APPLIED, composing.told)

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
