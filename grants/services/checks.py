"""The papers of a file: which are needed, which were given, and how each was checked."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, paris, today
from agency.core.lifecycle import MoveBlocked
from grants.choices import PaperCheck
from grants.models import Application, ApplicationDocument
from grants.services.papers import is_needed, requirements
from grants.states import RUNNING


@dataclass
class Given:
    """A paper that was given, and whether it holds until the sitting."""

    paper: object
    expires_on: object
    meets_on: object

    @property
    def lapses(self):
        """It is no longer valid on the day of the sitting, or was found so."""
        if self.paper.check_state == PaperCheck.EXPIRED:
            return True
        return bool(self.expires_on and self.expires_on < (self.meets_on or today()))

    @property
    def why(self):
        """Why it will not do, for a sentence that begins with its name, or ``""``."""
        if self.lapses:
            return _("%(paper)s: expired on the day of the sitting.")
        if self.paper.check_state == PaperCheck.INVALID:
            return _("%(paper)s: to replace.")
        if self.paper.check_state != PaperCheck.VALID:
            return _("%(paper)s: not checked yet.")
        return ""


@dataclass
class Line:
    """One document asked, and what was given for it."""

    requirement: object
    needed: bool
    given: list = field(default_factory=list)
    earlier: list = field(default_factory=list)

    @property
    def lapses(self):
        return any(one.lapses for one in self.given)

    @property
    def why(self):
        """Why a file with this line is not complete, in a sentence, or ``""``."""
        said = {"paper": self.requirement.label}
        if not self.given:
            return _("%(paper)s: missing.") % said if self.needed else ""
        return next((one.why % said for one in self.given if one.why), "")


def checklist(application, papers=None):
    """A ``Line`` for each document that the rules of ``application`` ask before a sitting."""
    if papers is None:
        papers = application.documents.all()
    meets_on = meeting_day(application)
    found = {}
    for requirement in requirements(application):
        needed = is_needed(requirement, application)
        found[requirement.key] = Line(requirement, needed)
    for paper in papers:
        line = found.get(paper.requirement)
        if line is None:
            continue
        if paper.replaced_by_id:
            line.earlier.append(paper)
        else:
            until = expiry(paper, line.requirement)
            line.given.append(Given(paper, until, meets_on))
    return list(found.values())


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
