"""Where applications and pairs go when two persons turn out to be one."""

from django.utils.translation import gettext as _

from agency.people import merging
from mentoring.models import (
    AgreementSignature,
    MatchRule,
    MatchRun,
    MentoringApplication,
    Pair,
    Veto,
)

AT_WORK = "who did it, at work: as the journal, it is not rewritten"


def declare():
    """Called once, when the apps are ready."""
    merging.move(MentoringApplication, "person", settle=both_applied)
    merging.move(Veto, "with_person")
    merging.move(Veto, "with_organisation")
    merging.move(Pair, "mentor")
    merging.move(Pair, "mentee")
    merging.leave(MatchRun, "made_by", AT_WORK)
    merging.leave(MatchRun, "published_by", AT_WORK)
    merging.leave(MatchRule, "by", AT_WORK)
    merging.move(AgreementSignature, "person")


def both_applied(row, twin):
    """Who compares two records may know that there is something, and not what."""
    if not row.is_running:
        return merging.stays(
            _(
                "Both have applied to the same mentoring edition: the application that "
                "is over stays with the record set aside."
            )
        )
    return merging.blocks(
        _(
            "Both have applied to the same mentoring edition: the application of the "
            "record that would be set aside is withdrawn first."
        )
    )
