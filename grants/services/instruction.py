"""From the check of a file to the agenda of a sitting: what the desk does with it."""

from copy import copy

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from agency.activities.states import SessionState
from agency.core import journal
from agency.core.access import DIRECTION, OFFICER, SECRETARY
from agency.core.bell import ring
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked, move
from agency.people.models import Organisation, Person
from grants import dialogue_emails as emails
from grants import emails as receipts
from grants import tasks
from grants.choices import Severity
from grants.models import Application, InternalNote, Sitting
from grants.services import (
    agenda,
    checks,
    completions,
    conflicts,
    eligibility,
    report,
)
from grants.states import RUNNING, ApplicationState, SittingState

S = ApplicationState
HANDLERS = (OFFICER, SECRETARY, DIRECTION)


# --- Whether it may be -----------------------------------------------------------
def unmet(application):
    """The blocking rules that ``application`` does not meet, as sentences."""
    return [
        finding.message
        for finding in eligibility.findings(application)
        if not finding.met and finding.severity == Severity.BLOCKING
    ]


def not_admissible(application):
    """Why it may not be declared admissible without a waiver, a sentence each (T5)."""
    return [*checks.faults(application), *unmet(application)]


def not_ready(application):
    """Why it may not go to the commission, a sentence each (T6); papers are in ``lapsing``."""
    written = report.report_of(application)
    said = []
    if report.missing(written):
        said.append(_("The report is not written: complete it first."))
    proposed = report.proposal(application, written)
    if proposed is None:
        said.append(_("No aid is computed nor proposed."))
    refused = report.objection(application, proposed, written.override_reason)
    return [*said, refused] if refused else said


def lapsing(application):
    """The papers that will have expired when the commission meets, a sentence each (I13)."""
    return [line.why for line in checks.lapsing(application)]


def not_schedulable(sitting, by=None):
    """Why nothing more goes on the agenda of ``sitting``, in a sentence, or ``""`` (T7)."""
    return agenda.closed_to(sitting, by)


# --- The check ---------------------------------------------------------------------
@transaction.atomic
def admit(application, *, by, reason=""):
    """Declare it admissible; when something is missing ``reason`` says why, and is kept."""
    faults = not_admissible(application)
    if faults and not reason:
        raise MoveBlocked(" ".join(faults))
    move(application, "admit", by=by, reason=reason)
    completions.settle(application, by=by)
    if faults:
        _keep(application, by, reason)
    return application


@transaction.atomic
def dismiss(application, *, by, told):
    """Declare it inadmissible; its authors are told why, in the words of ``told``."""
    if not told:
        raise MoveBlocked(_("Write the reason: the applicants read it."))
    move(application, "dismiss", by=by, told=told, ended_at=now())
    for editor in application.editors.select_related("person"):
        emails.application_inadmissible(application, editor.person)
    return application


# --- The instruction ---------------------------------------------------------------
@transaction.atomic
def instruct(application, *, by):
    """Take it up: whoever does is its rapporteur."""
    return move(application, "instruct", by=by, rapporteur=by)


def rapporteurs():
    """Who may be one: the officers, the secretary and the direction of today."""
    return Person.objects.present().with_role(*HANDLERS).order_by("folded", "pk")


@transaction.atomic
def assign(application, rapporteur, *, by):
    """Give the file to ``rapporteur`` while it runs; to whom it belongs already is nothing."""
    if application.rapporteur_id == rapporteur.pk:
        return application
    if not rapporteurs().filter(pk=rapporteur.pk).exists():
        raise MoveBlocked(_("A rapporteur is of the team that handles applications."))
    # Of two who give it at once, the second learns of the first.
    seen = Application.objects.filter(
        Q(rapporteur=application.rapporteur_id), pk=application.pk, state__in=RUNNING
    )
    if not seen.update(rapporteur=rapporteur):
        raise MoveBlocked(
            _("The file is over, or somebody else has just been given it.")
        )
    application.rapporteur = rapporteur
    journal.record(application, "assign_rapporteur", by=by, to_person=rapporteur.pk)
    return application


@transaction.atomic
def finish(application, *, by, reason=""):
    """Close the report; a paper that lapses before the sitting needs ``reason`` (I13).

    The aid is computed once more: what other files of the organisation hold by now
    counts in its caps, and of two that are closed at once the second sees the first.
    """
    held = Application.objects.filter(pk=application.pk, state=S.INSTRUCTION)
    if held.update(told=F("told")):
        house = Organisation.objects.filter(pk=application.organisation_id)
        house.update(name=F("name"))
        report.compute(application)
        application.refresh_from_db(fields=["requested", "proposed"])
    faults = not_ready(application)
    if faults:
        raise MoveBlocked(" ".join(faults))
    lapses = lapsing(application)
    if lapses and not reason:
        raise MoveBlocked(" ".join(lapses))
    proposed = report.proposal(application, report.report_of(application))
    move(application, "finish", by=by, reason=reason, proposed=proposed)
    if lapses:
        _keep(application, by, reason)
    ring(tasks.make_note, application.pk)
    return application


@transaction.atomic
def reopen(application, *, by, reason=""):
    return move(application, "reopen", by=by, reason=reason)


# --- The agenda ----------------------------------------------------------------------
def sittings(application):
    """Where it may be presented: its own sitting, those of its scheme to come or under
    way.
    """
    coming = Sitting.objects.filter(
        Q(session__starts_at__gt=now(), state=SittingState.PREPARING)
        | Q(state=SittingState.IN_SESSION),
        schemes=application.scheme_id,
        session__state=SessionState.PLANNED,
        is_second=False,
    )
    rows = Sitting.objects.filter(pk__in=coming.values("pk"))
    own = Sitting.objects.filter(pk=application.sitting_id)
    return (rows | own).select_related("session__activity").order_by("deadline_at")


@transaction.atomic
def schedule(application, *, by, sitting=None, reason=""):
    """Put it on the agenda of its sitting, or of another one, with a reason."""
    sitting = sitting or application.sitting
    agenda.lock(sitting)
    refused = not_schedulable(sitting, by)
    if refused:
        raise MoveBlocked(refused)
    if sitting.state == SittingState.IN_SESSION and not reason:
        raise MoveBlocked(_("Say why it is added during the sitting."))
    changes = {}
    if sitting.pk != application.sitting_id:
        if not reason:
            raise MoveBlocked(_("Say why it goes to another sitting than its own."))
        if not sittings(application).filter(pk=sitting.pk).exists():
            raise MoveBlocked(_("This sitting is not one of its scheme."))
        changes["sitting"] = sitting
        _note_what_lapses(application, sitting, by, reason)
    move(application, "schedule", by=by, reason=reason, **changes)
    agenda.add(sitting, application, by=by)
    conflicts.notice(sitting, only=application)
    return application


def _note_what_lapses(application, sitting, by, reason):
    """A later sitting may find papers expired: the team reads which, and why (I13)."""
    there = copy(application)
    there.sitting = sitting
    if said := lapsing(there):
        _keep(application, by, " ".join([reason, *said]))


@transaction.atomic
def unschedule(application, *, by, reason=""):
    agenda.lock(application.sitting)
    move(application, "unschedule", by=by, reason=reason)
    agenda.remove(application)
    return application


# --- At any time ---------------------------------------------------------------------
@transaction.atomic
def withdraw(application, *, by, proof):
    """Withdraw it for its authors, who asked for it: ``proof`` says where that is (T15)."""
    if not proof:
        raise MoveBlocked(_("Say what proves that the applicants asked for it."))
    agenda.lock_of(application)
    move(application, "withdraw", by=by, reason=proof, ended_at=now())
    agenda.give_up(application, by=by)
    receipts.withdrawn(application)
    return application


@transaction.atomic
def note(application, body, *, by):
    """Keep a note between the team; the journal says that there is one, not what it says."""
    kept = _keep(application, by, body)
    journal.record(application, "note", by=by)
    return kept


def _keep(application, by, body):
    return InternalNote.objects.create(application=application, author=by, body=body)
