"""The papers of a file: which are needed, which were given, and how each was checked."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, paris, today
from agency.core.lifecycle import MoveBlocked
from agency.people.choices import OrganisationKind
from grants.choices import Needed, PaperCheck, ZoneCode
from grants.models import Application, ApplicationDocument
from grants.states import RUNNING

ABROAD = {ZoneCode.EUROPE, ZoneCode.INTERNATIONAL}
ASSOCIATIONS = {
    OrganisationKind.ASSOCIATION,
    OrganisationKind.COMPANY,
    OrganisationKind.ENSEMBLE,
}


@dataclass
class Line:
    """One document asked: what answers to it, and whether that will do."""

    requirement: object
    needed: bool
    # The last that was given; those before it.
    paper: object = None
    earlier: list = field(default_factory=list)
    expires_on: object = None
    meets_on: object = None

    @property
    def lapses(self):
        """It is no longer valid on the day of the sitting, or was found so."""
        if self.paper is None:
            return False
        if self.paper.check_state == PaperCheck.EXPIRED:
            return True
        return bool(self.expires_on and self.expires_on < (self.meets_on or today()))

    @property
    def is_checked(self):
        return self.paper is not None and self.paper.check_state == PaperCheck.VALID

    @property
    def why(self):
        """Why a file with this line is not complete, in a sentence, or ``""``."""
        said = {"paper": self.requirement.label}
        if self.paper is None:
            return _("%(paper)s: missing.") % said if self.needed else ""
        if self.lapses:
            return _("%(paper)s: expired on the day of the sitting.") % said
        if self.paper.check_state == PaperCheck.INVALID:
            return _("%(paper)s: to replace.") % said
        if not self.is_checked:
            return _("%(paper)s: not checked yet.") % said
        return ""


def checklist(application, *, requirements=None, papers=None):
    """A ``Line`` for each document that the rules of ``application`` ask before a sitting."""
    if requirements is None:
        requirements = application.rules.requirements.all()
    if papers is None:
        papers = application.documents.all()
    given = {}
    for paper in papers:
        given.setdefault(paper.requirement, []).append(paper)
    meets_on = meeting_day(application)
    found = []
    for requirement in requirements:
        if requirement.needed == Needed.SETTLEMENT:
            continue
        mine = given.get(requirement.key, [])
        current = next((one for one in mine if one.replaced_by_id is None), None)
        found.append(
            Line(
                requirement,
                is_needed(application, requirement),
                current,
                [one for one in mine if one is not current],
                current and expiry(current, requirement),
                meets_on,
            )
        )
    return found


def is_needed(application, requirement):
    if requirement.needed == Needed.ABROAD:
        return any(row.zone in ABROAD for row in application.performances.all())
    if requirement.needed == Needed.ASSOCIATION:
        return application.organisation.kind in ASSOCIATIONS
    return requirement.needed == Needed.ALWAYS


def expiry(paper, requirement):
    """The last day on which ``paper`` is valid; None when it does not expire."""
    if paper.expires_on or not (requirement.validity_days and paper.dated_on):
        return paper.expires_on
    return paper.dated_on + timedelta(days=requirement.validity_days)


def meeting_day(application):
    """The day, in Paris, on which the commission of ``application`` meets."""
    if application.sitting_id is None:
        return None
    return paris(application.sitting.session.starts_at).date()


def faults(application, lines=None):
    """Why the papers of ``application`` are not complete, a sentence each."""
    lines = checklist(application) if lines is None else lines
    return [line.why for line in lines if line.why]


def lapsing(application, lines=None):
    """The papers that will no longer be valid when the commission meets (I13)."""
    lines = checklist(application) if lines is None else lines
    return [line for line in lines if line.lapses]


@transaction.atomic
def check(paper, verdict, *, by, comment=""):
    """Note the check of ``paper``: in order, to replace (say why), or expired.

    Raises MoveBlocked with a sentence when the file is over, or another paper replaced
    this one meanwhile.
    """
    if verdict == PaperCheck.INVALID and not comment:
        raise MoveBlocked(_("Say what is wrong: whoever replaces it reads it."))
    running = Application.objects.filter(state__in=RUNNING).values("pk")
    seen = ApplicationDocument.objects.filter(
        pk=paper.pk, replaced_by=None, application__in=running
    )
    done = {
        "check_state": verdict,
        "checked_by": by,
        "checked_at": now(),
        "comment": comment if verdict != PaperCheck.VALID else "",
    }
    if not seen.update(**done):
        raise MoveBlocked(
            _("This document was replaced, or the file is over: nothing is noted.")
        )
    for name, value in done.items():
        setattr(paper, name, value)
    said = {"paper": paper.pk, "requirement": paper.requirement, "check": str(verdict)}
    journal.record(paper.application, "check_paper", by=by, **said)
    return paper
