"""The kernel: everything that gathers people."""

from agency.activities.models.activity import Activity, ActivitySlug
from agency.activities.models.application import Application, Difficulty, Invitation
from agency.activities.models.attendance import Attendance, AttendanceSheet
from agency.activities.models.charter import (
    Charter,
    CharterClause,
    CharterSignature,
    CharterVersion,
)
from agency.activities.models.convening import Convening, Convocation
from agency.activities.models.eligibility import EligibilityRule
from agency.activities.models.enrolment import Enrolment, Participation
from agency.activities.models.facilitator import Facilitator
from agency.activities.models.feed import CalendarFeed
from agency.activities.models.questions import AccessNeed, Answer, Question
from agency.activities.models.season import Season
from agency.activities.models.session import AgendaItem, Session
from agency.activities.models.venue import Venue

__all__ = [
    "AccessNeed",
    "Activity",
    "ActivitySlug",
    "AgendaItem",
    "Answer",
    "Application",
    "Attendance",
    "AttendanceSheet",
    "CalendarFeed",
    "Charter",
    "CharterClause",
    "CharterSignature",
    "CharterVersion",
    "Convening",
    "Convocation",
    "Difficulty",
    "EligibilityRule",
    "Enrolment",
    "Facilitator",
    "Invitation",
    "Participation",
    "Question",
    "Season",
    "Session",
    "Venue",
]
