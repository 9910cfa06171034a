"""What applicants wrote goes by itself, six months after the answer."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from agency.core.clock import now
from agency.core.services import ran
from mentoring.models import MatchRule, MatchRun, MentoringApplication, Veto
from mentoring.states import ENDED, ApplicationState

# Six months, whatever their lengths.
KEPT = timedelta(days=183)
# What identifies nobody stays, for the report: side, topics, territory, state.
EMPTIED = {
    "experience": "",
    "availability": "",
    "expectations": "",
    "motivation": "",
    "asked": "",
    "told": "",
    "interview_note": "",
    "note": "",
}


@transaction.atomic
def forget():
    """Empty what was refused or withdrawn six months ago; delete drafts of old calls.

    Run twice, late, or after a day away, it takes the same rows.
    """
    past = now() - KEPT
    ended = MentoringApplication.objects.filter(state__in=ENDED, ended_at__lt=past)
    # What has no word left is not written to again.
    worded = ~Q(**EMPTIED) | Q(vetoes__isnull=False)
    due = ended.filter(worded, keep_for_next=False)
    due = set(due.values_list("pk", flat=True))
    if due:
        empty(MentoringApplication.objects.filter(pk__in=due))
    drafts = MentoringApplication.objects.filter(state=ApplicationState.DRAFT)
    over = Q(edition__closes_at__lt=past) | Q(edition__closes_at=None)
    drafts.filter(over, created_at__lt=past).delete()
    # Pairs stay; who might have been with whom is nobody's any more.
    MatchRun.objects.filter(made_at__lt=past).delete()
    MatchRule.objects.filter(at__lt=past).delete()
    ran("forget_mentoring_applications")


def empty(rows):
    """Take the words out of ``rows``, and delete whom their authors would not meet."""
    Veto.objects.filter(application__in=rows.values("pk")).delete()
    rows.update(**EMPTIED)


def empty_runs(rows):
    """Take the figures out of runs: they cannot be made again, nor published."""
    rows.update(snapshot={}, result={}, fingerprint="")
