"""The papers of an application: given, replaced, removed, and what each still lacks."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, paris, today
from agency.core.dates import day_year
from agency.core.lifecycle import MoveBlocked
from agency.people.choices import OrganisationKind
from grants.choices import Needed, PaperCheck, Scan, ZoneCode
from grants.models import (
    Application,
    ApplicationDocument,
    CompletionItem,
    DocumentRequirement,
)
from grants.states import ApplicationState, CompletionState
from grants.uploads import virus
from grants.uploads.content import PaperRefused, content_of

logger = logging.getLogger(__name__)
MOST = 10
# So many without an answer, and the scanner is taken to be away.
ENOUGH = 3
DOCUMENT = "document:"
# What is asked may still be answered, although its date may be past.
PENDING = (CompletionState.SENT, CompletionState.EXPIRED)
FAR_ZONES = {ZoneCode.EUROPE, ZoneCode.INTERNATIONAL}
# What a company, an ensemble or a festival is in law is told by its papers alone.
ASSOCIATIONS = {OrganisationKind.ASSOCIATION, OrganisationKind.COMPANY}


@dataclass
class Line:
    """A document that is asked, what was given for it, and what is still wrong."""

    requirement: DocumentRequirement
    is_needed: bool
    is_open: bool
    papers: list = field(default_factory=list)
    former: list = field(default_factory=list)
    # Sentences: these stop the application, those only warn.
    faults: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    @property
    def is_missing(self):
        return self.is_needed and not self.papers

    @property
    def state(self):
        """The shape that goes before its word."""
        if self.faults:
            return "late"
        if self.is_missing:
            return "todo"
        if not self.papers:
            return "announced"
        return "part" if self.warnings else "yes"


def requirements(application):
    """What is asked for this application, by its rules; the balance asks later."""
    rows = application.rules.requirements.all()
    return [row for row in rows if row.needed != Needed.SETTLEMENT]


def requirement_of(application, key):
    """The ``DocumentRequirement`` of that short name, or None."""
    rows = requirements(application)
    return next((row for row in rows if row.key == key), None)


def is_needed(requirement, application, *, abroad=None):
    """Whether the application is not whole without it."""
    if requirement.needed == Needed.ABROAD:
        return plays_abroad(application) if abroad is None else abroad
    if requirement.needed == Needed.ASSOCIATION:
        return application.organisation.kind in ASSOCIATIONS
    return requirement.needed == Needed.ALWAYS


def plays_abroad(application):
    return any(one.zone in FAR_ZONES for one in application.performances.all())


def checklist(application):
    """A ``Line`` for each document that is asked, in the order of the rules."""
    given = {}
    for paper in application.documents.all():
        given.setdefault(paper.requirement, []).append(paper)
    asked = _asked(application)
    abroad = plays_abroad(application)
    lines = []
    for requirement in requirements(application):
        line = Line(
            requirement,
            is_needed(requirement, application, abroad=abroad),
            application.is_draft or requirement.key in asked,
        )
        for paper in given.get(requirement.key, ()):
            (line.former if paper.replaced_by_id else line.papers).append(paper)
        _judge(line, application)
        lines.append(line)
    return lines


def _judge(line, application):
    meets = application.sitting and paris(application.sitting.meets_at).date()
    for paper in line.papers:
        if paper.scan == Scan.INFECTED:
            line.faults.append(
                _("%(name)s: the virus scanner refuses it. Replace it.")
                % {"name": paper.name}
            )
        elif paper.scan == Scan.PENDING and application.is_writable:
            line.faults.append(
                _("%(name)s: being scanned, a few minutes more.") % {"name": paper.name}
            )
        if paper.check_state == PaperCheck.INVALID:
            line.warnings.append(paper.comment or _("To replace."))
        _judge_its_date(line, paper, meets)


def _judge_its_date(line, paper, meets):
    last = paper.expires_on
    if last is None:
        return
    if last < today():
        line.faults.append(
            _("%(name)s is no longer valid since %(day)s: give a newer one.")
            % {"name": paper.name, "day": day_year(last + timedelta(days=1))}
        )
    elif meets and last < meets:
        line.warnings.append(
            _(
                "%(name)s is valid until %(day)s only, and the commission meets on "
                "%(sitting)s: give a newer one before."
            )
            % {"name": paper.name, "day": day_year(last), "sitting": day_year(meets)}
        )


def _asked(application):
    """The documents that the house asks for, of an application that it sent back."""
    if application.state != ApplicationState.COMPLETION:
        return set()
    targets = {
        item.target
        for request in application.completions.all()
        if request.state in PENDING
        for item in request.items.all()
    }
    return {one.removeprefix(DOCUMENT) for one in targets if one.startswith(DOCUMENT)}


def is_open(application, key):
    """Whether its authors may give that document now."""
    return application.is_draft or key in _asked(application)


def missing(application, asked=None):
    """Sentences: the documents without which it is not sent; of ``asked`` alone, if given."""
    said = []
    for line in checklist(application):
        if asked is not None and f"{DOCUMENT}{line.requirement.key}" not in asked:
            continue
        if line.is_missing:
            said.append(
                _("%(document)s: to give.") % {"document": line.requirement.label}
            )
        said += line.faults
    return said


def give(application, requirement, upload, *, by, dated_on=None, replaces=None):
    """Keep ``upload`` for ``requirement``; return the paper. Raises PaperRefused.

    ``replaces``: a paper of the same requirement, which stays in the history. It is
    looked at before anything is locked. Raises MoveBlocked once it is not theirs to
    write in any more.
    """
    content = content_of(upload)
    scan = virus.scan(content.data)
    if scan == Scan.INFECTED:
        raise PaperRefused(
            _("The virus scanner refuses this file: nothing of it was kept.")
        )
    return _keep(application, requirement, content, scan, by, dated_on, replaces)


@transaction.atomic
def _keep(application, requirement, content, scan, by, dated_on, replaces):
    _hold(application, requirement.key)
    current = ApplicationDocument.objects.filter(
        application=application, requirement=requirement.key, replaced_by=None
    )
    same = current.filter(sha256=content.sha256).first()
    if same is not None and (replaces is None or same.pk == replaces.pk):
        # A second press, a page sent again: it is there already.
        _answer(application, requirement.key)
        return _dated_anew(same, requirement, dated_on, by)
    if replaces is None and current.count() >= MOST:
        raise PaperRefused(
            _("%(count)s files are the most for one document: replace one of them.")
            % {"count": MOST}
        )
    paper = ApplicationDocument(
        application=application,
        requirement=requirement.key,
        name=content.name,
        media_type=content.media_type,
        size=len(content.data),
        sha256=content.sha256,
        dated_on=dated_on,
        expires_on=expiry(requirement, dated_on),
        scan=scan,
        uploaded_by=by,
        uploaded_at=now(),
    )
    paper.file.save("", ContentFile(content.data), save=False)
    _save_or_clear_away(paper)
    if replaces is not None:
        current.filter(pk=replaces.pk).update(replaced_by=paper)
    _answer(application, requirement.key)
    journal.record(
        application,
        "replace_paper" if replaces else "give_paper",
        by=by,
        requirement=requirement.key,
        paper=paper.pk,
        sha256=paper.sha256,
    )
    return paper


def _answer(application, key):
    """If that document was asked for, it is there now."""
    asked = CompletionItem.objects.filter(
        request__application=application,
        request__state__in=PENDING,
        target=f"{DOCUMENT}{key}",
    )
    asked.filter(answered_at=None).update(answered_at=now())


def _save_or_clear_away(paper):
    name, storage = paper.file.name, paper.file.storage
    try:
        paper.save()
    except BaseException:
        storage.delete(name)
        raise


def _dated_anew(paper, requirement, dated_on, by):
    if dated_on != paper.dated_on:
        paper.dated_on, paper.expires_on = dated_on, expiry(requirement, dated_on)
        # Nobody has looked at that date yet.
        paper.check_state, paper.comment = PaperCheck.TO_CHECK, ""
        paper.checked_by = paper.checked_at = None
        paper.uploaded_at = now()
        paper.save()
        journal.record(paper.application, "date_paper", by=by, paper=paper.pk)
    return paper


def _hold(application, key):
    """Hold the application until the end of the transaction; what is said here stands.

    Its open pages keep their version: a paper is no field of theirs.
    """
    rows = Application.objects.filter(pk=application.pk)
    rows.update(saved_at=now())
    fresh = rows.get()
    if not is_open(fresh, key):
        raise MoveBlocked(
            _("This application was sent: its documents do not change any more.")
        )


def expiry(requirement, dated_on):
    """The last day on which a paper of that date is valid, or None."""
    if dated_on is None or requirement.validity_days is None:
        return None
    return dated_on + timedelta(days=requirement.validity_days)


@transaction.atomic
def remove(paper, *, by):
    """Take a paper out of a draft, with those that it replaced: nobody read them.

    Once an application was sent a paper is replaced, never removed: MoveBlocked.
    """
    application = paper.application
    drafts = Application.objects.filter(pk=application.pk, state=ApplicationState.DRAFT)
    if not drafts.update(saved_at=now()):
        raise MoveBlocked(
            _(
                "This application was sent: replace the document, it stays in its history."
            )
        )
    chain = _chain(paper)
    files = [(one.file.storage, one.file.name) for one in chain]
    journal.record(
        application,
        "remove_paper",
        by=by,
        requirement=paper.requirement,
        papers=sorted(one.pk for one in chain),
    )
    ApplicationDocument.objects.filter(pk__in=[one.pk for one in chain]).delete()
    transaction.on_commit(lambda: [store.delete(name) for store, name in files])


def _chain(paper):
    """``paper``, those that it replaced, and so on."""
    found, last = [], [paper]
    while last:
        found += last
        last = list(ApplicationDocument.objects.filter(replaced_by__in=last))
    return found


def scan_again():
    """Ask the scanner again for what it did not answer about; return how many.

    What it refuses is not handed out any more, and its authors are asked to replace it.
    """
    pending = ApplicationDocument.objects.filter(scan=Scan.PENDING).order_by("pk")
    done = silent = 0
    for paper in pending[:50]:
        try:
            with paper.file.open("rb") as stored:
                said = virus.scan(stored.read())
        except FileNotFoundError:  # one lost file must not keep the others waiting
            logger.exception("the file of document %s is not there", paper.pk)
            continue
        if said == Scan.PENDING:
            silent += 1
            if silent == ENOUGH:  # it does not answer at all: in ten minutes again
                break
            continue
        rows = ApplicationDocument.objects.filter(pk=paper.pk, scan=Scan.PENDING)
        done += rows.update(scan=said, size=F("size"))
    return done
