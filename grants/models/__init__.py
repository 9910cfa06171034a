"""What aid is made of."""

from grants.models.application import (
    Application,
    ApplicationEditor,
    ApplicationRevision,
    Extension,
)
from grants.models.body import College, Member
from grants.models.deliberation import Opinion, Point, Vote
from grants.models.handling import (
    ApplicationDocument,
    CompletionItem,
    CompletionRequest,
    InstructionReport,
    InternalNote,
    ThreadMessage,
)
from grants.models.interests import InterestAnswer, Recusal
from grants.models.minutes import Erratum, Minutes, Scenario
from grants.models.presence import Presence, Proxy, StepOut
from grants.models.review import MemberQuestion, Review, ReviewScore
from grants.models.ruleset import (
    Criterion,
    CriterionLevel,
    DocumentRequirement,
    EligibilityRule,
    EmissionFactor,
    ExpenseCategory,
    RateScale,
    Zone,
)
from grants.models.scheme import Scheme, SchemeVersion
from grants.models.show import Show
from grants.models.sitting import COMMISSION, Commission, Sitting, SittingEnvelope
from grants.models.tour import (
    AidComputation,
    ExpenseLine,
    IncomeLine,
    Leg,
    PartyMember,
    Performance,
)

__all__ = [
    "COMMISSION",
    "AidComputation",
    "Application",
    "ApplicationDocument",
    "ApplicationEditor",
    "ApplicationRevision",
    "College",
    "Commission",
    "CompletionItem",
    "CompletionRequest",
    "Criterion",
    "CriterionLevel",
    "DocumentRequirement",
    "EligibilityRule",
    "EmissionFactor",
    "Erratum",
    "ExpenseCategory",
    "ExpenseLine",
    "Extension",
    "IncomeLine",
    "InstructionReport",
    "InterestAnswer",
    "InternalNote",
    "Leg",
    "Member",
    "MemberQuestion",
    "Minutes",
    "Opinion",
    "PartyMember",
    "Performance",
    "Point",
    "Presence",
    "Proxy",
    "RateScale",
    "Recusal",
    "Review",
    "ReviewScore",
    "Scenario",
    "Scheme",
    "SchemeVersion",
    "Show",
    "Sitting",
    "SittingEnvelope",
    "StepOut",
    "ThreadMessage",
    "Vote",
    "Zone",
]
