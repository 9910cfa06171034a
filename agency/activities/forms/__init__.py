"""What a person may type to register, and what they are told when they mistype."""

from agency.activities.forms.enrolment import EnrolmentForm
from agency.activities.forms.proposal import ProposalForm

__all__ = ["EnrolmentForm", "ProposalForm"]
