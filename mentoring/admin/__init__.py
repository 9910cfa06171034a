"""The desk of mentoring."""

from mentoring.admin.alerts import PairAlertAdmin
from mentoring.admin.applications import MentoringApplicationAdmin
from mentoring.admin.edition import MentoringEditionAdmin
from mentoring.admin.pair import AgencyNoteAdmin, PairAdmin
from mentoring.admin.review import ReviewAdmin

__all__ = [
    "AgencyNoteAdmin",
    "MentoringApplicationAdmin",
    "MentoringEditionAdmin",
    "PairAdmin",
    "PairAlertAdmin",
    "ReviewAdmin",
]
