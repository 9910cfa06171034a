"""What mentoring is made of."""

from mentoring.models.agreement import AgreementSignature, PairAgreement
from mentoring.models.application import MentoringApplication, Veto
from mentoring.models.edition import MENTORING, EditionDetails, MentoringEdition
from mentoring.models.goal import Goal
from mentoring.models.health import PairAlert, PulseCheck
from mentoring.models.matching import MatchProposal, MatchRule, MatchRun, RuleKind
from mentoring.models.meeting import AgencyNote, PairMeeting, PrivateNote
from mentoring.models.nudge import NudgeSent, Pause, Snooze
from mentoring.models.pair import Pair
from mentoring.models.review import Review, SharedReview

__all__ = [
    "MENTORING",
    "AgencyNote",
    "AgreementSignature",
    "EditionDetails",
    "Goal",
    "MatchProposal",
    "MatchRule",
    "MatchRun",
    "MentoringApplication",
    "MentoringEdition",
    "NudgeSent",
    "Pair",
    "PairAgreement",
    "PairAlert",
    "PairMeeting",
    "Pause",
    "PrivateNote",
    "PulseCheck",
    "Review",
    "RuleKind",
    "SharedReview",
    "Snooze",
    "Veto",
]
