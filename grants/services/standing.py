"""Where an application stands, in the words that its applicants read."""

from agency.core import dates
from grants.states import PRESENTED, PUBLIC, ApplicationState, CompletionState

S = ApplicationState


def standing(application):
    """The state as the applicants read it, with its date."""
    said = str(PUBLIC[application.state])
    return said % _day(application) if "%s" in said else said


def _day(application):
    if application.state in PRESENTED:
        return dates.day_year(application.sitting.meets_at)
    asked = application.completions.filter(
        state__in=(CompletionState.SENT, CompletionState.EXPIRED)
    ).first()
    return dates.day_year(asked.due_on) if asked else "\u2013"
