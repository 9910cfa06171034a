"""What a matching knows about a person, and how it lets them go."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agency.core.admin import words
from agency.people import privacy
from agency.people.privacy import Erasure
from mentoring.models import MatchProposal, MatchRule, MatchRun
from mentoring.services import retention

SIX_MONTHS = _("Six months after it was made")
AT_WORK = "the officer in charge, at work"


def declare():
    """Called once, when the apps are ready."""
    for model, name in (
        (MatchRun, "made_by"),
        (MatchRun, "published_by"),
        (MatchRule, "by"),
    ):
        privacy.professional(model, name, AT_WORK)
    shared = {
        "path": _half,
        "legal_basis": privacy.CONTRACT,
        "retention": SIX_MONTHS,
    }
    privacy.register(
        MatchProposal,
        purpose=_("To see who would accompany whom, before it is proposed to them"),
        # Of one's own pair one reads why; scores and the others are the officer's.
        export=("pair",),
        erase=Erasure(_("Deleted for good, with what it was computed from"), forget),
        **shared,
    )
    privacy.register(
        MatchRule,
        purpose=_("To keep what the officer in charge has settled about two people"),
        # Whom else it is about is theirs; the rest is a note of the officer's work.
        export=("at",),
        erase=privacy.delete(),
        **shared,
    )
    words.describe(
        match=_("Matched"),
        lock_pair=_("Locked a pair"),
        ban_pair=_("Forbade a pair"),
        hierarchy_pair=_("Noted a hierarchical link"),
        lift_rule=_("Lifted a lock or a ban"),
        publish_pairs=_("Published: the pairs are proposed"),
    )


def _half(rows, person):
    return rows.filter(Q(mentor__person=person) | Q(mentee__person=person))


def forget(rows, person):
    """Their pairs go, and the figures of each run in which they were."""
    rows.delete()
    retention.empty_runs(MatchRun.objects.filter(edition__in=_editions(person)))


def _editions(person):
    return person.mentoring_applications.values("edition")
