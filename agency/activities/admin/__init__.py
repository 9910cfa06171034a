"""The desk of the kernel: activities, sessions, enrolments, convening."""

from django.utils.translation import gettext_lazy as _

from agency.activities.admin.activities import ActivityAdmin, SeasonAdmin, VenueAdmin
from agency.activities.admin.base import ActivityRoomAdmin, FacilitatorInline
from agency.activities.admin.convenings import ConveningAdmin
from agency.activities.admin.enrolments import EnrolmentAdmin
from agency.activities.admin.invitations import InvitationAdmin
from agency.activities.admin.sessions import SessionAdmin
from agency.core.admin.words import describe

describe(
    submit=_("Request received"),
    convene=_("Convocation sent"),
    resize=_("Number of seats changed"),
    resume=_("Failures tried again"),
    prepare=_("Invitation prepared"),
    propose=_("Proposed by a member"),
    resend=_("Invitation sent again"),
    renew=_("Copied from the season before"),
)

__all__ = [
    "ActivityAdmin",
    "ActivityRoomAdmin",
    "ConveningAdmin",
    "EnrolmentAdmin",
    "FacilitatorInline",
    "InvitationAdmin",
    "SeasonAdmin",
    "SessionAdmin",
    "VenueAdmin",
]
