"""The kernel: everything that gathers people."""

from agency.activities.models.activity import (
    Activity,
    ActivitySlug,
    Facilitator,
    Season,
)
from agency.activities.models.convening import Convening, Convocation
from agency.activities.models.enrolment import Enrolment, Participation
from agency.activities.models.session import AgendaItem, Session
from agency.activities.models.venue import Venue

__all__ = [
    "Activity",
    "ActivitySlug",
    "AgendaItem",
    "Convening",
    "Convocation",
    "Enrolment",
    "Facilitator",
    "Participation",
    "Season",
    "Session",
    "Venue",
]
