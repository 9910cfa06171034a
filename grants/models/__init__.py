"""What aid is made of."""

from grants.models.application import (
    Application,
    ApplicationEditor,
    ApplicationRevision,
    Extension,
)
from grants.models.handling import (
    ApplicationDocument,
    CompletionItem,
    CompletionRequest,
    InstructionReport,
    InternalNote,
    ThreadMessage,
)
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
from grants.models.sitting import COMMISSION, Commission, Sitting
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
    "Commission",
    "CompletionItem",
    "CompletionRequest",
    "Criterion",
    "CriterionLevel",
    "DocumentRequirement",
    "EligibilityRule",
    "EmissionFactor",
    "ExpenseCategory",
    "ExpenseLine",
    "Extension",
    "IncomeLine",
    "InstructionReport",
    "InternalNote",
    "Leg",
    "PartyMember",
    "Performance",
    "RateScale",
    "Scheme",
    "SchemeVersion",
    "Show",
    "Sitting",
    "ThreadMessage",
    "Zone",
]
