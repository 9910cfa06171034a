"""What a person may type about themselves, and what they read when they mistype."""

from agency.people.forms.account import ClaimForm, EraseForm, SignupForm
from agency.people.forms.profile import AffiliationForm, ProfileForm

__all__ = ["AffiliationForm", "ClaimForm", "EraseForm", "ProfileForm", "SignupForm"]
