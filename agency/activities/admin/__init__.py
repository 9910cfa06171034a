"""The desk of the kernel: activities, sessions, enrolments, convening."""

from django.utils.translation import gettext_lazy as _

from agency.activities.admin.activities import ActivityAdmin, SeasonAdmin, VenueAdmin
from agency.activities.admin.base import ActivityRoomAdmin, FacilitatorInline
from agency.activities.admin.charters import (
    CharterAdmin,
    CharterSignatureAdmin,
    CharterVersionAdmin,
)
from agency.activities.admin.convenings import ConveningAdmin
from agency.activities.admin.difficulties import DifficultyAdmin
from agency.activities.admin.enrolments import EnrolmentAdmin
from agency.activities.admin.invitations import InvitationAdmin
from agency.activities.admin.needs import AccessNeedAdmin
from agency.activities.admin.sessions import SessionAdmin
from agency.activities.services import composing
from agency.activities.services.changes import NAMES
from agency.core.admin.words import describe, detail

describe(
    add_person=_("Somebody added to the sheet"),
    scan=_("Scanned sheet received"),
    set_signature_aside=_("Signature set aside"),
    submit=_("Request received"),
    certify=_("Certificates asked for"),
    convene=_("Convocation sent"),
    prepare_notice=_("Change to be told"),
    tell_off=_("People told"),
    set_new_date=_("New date set"),
    compose=_("Selection applied, letters sent"),
    resize=_("Number of seats changed"),
    resume=_("Failures tried again"),
    sign=_("Charter signed"),
    undertake=_("Undertaking signed"),
    prepare=_("Invitation prepared"),
    propose=_("Proposed by a member"),
    renew=_("Copied from the season before"),
    amend=_("Changed by the person"),
)
detail(
    "amend",
    lambda data: ", ".join(str(NAMES.get(name, name)) for name in data["changed"]),
)
detail(composing.APPLIED, composing.told)

__all__ = [
    "AccessNeedAdmin",
    "ActivityAdmin",
    "ActivityRoomAdmin",
    "CharterAdmin",
    "CharterSignatureAdmin",
    "CharterVersionAdmin",
    "ConveningAdmin",
    "DifficultyAdmin",
    "EnrolmentAdmin",
    "FacilitatorInline",
    "InvitationAdmin",
    "SeasonAdmin",
    "SessionAdmin",
    "VenueAdmin",
]
