"""What a person may type to register, and what they are told when they mistype."""

from agency.activities.forms.enrolment import EnrolmentForm

__all__ = ["EnrolmentForm"]
