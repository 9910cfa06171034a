"""What the rapporteur writes: the report, and what is retained of each expense."""

from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from grants.models import (
    Application,
    ApplicationRevision,
    ExpenseLine,
    InstructionReport,
)
from grants.services import computation
from grants.states import ApplicationState

S = ApplicationState
CENT = Decimal("0.01")
WORDS = ("summary", "eligibility", "context", "budget", "risks")
ANSWERS = (*WORDS, "opinion", "amount", "override_reason")
# Without which a report is not written.
NEEDED = ("summary", "context", "budget", "opinion")


def report_of(application):
    """The report of ``application``; a new one, not saved, when there is none."""
    return InstructionReport.objects.filter(application=application).first() or (
        InstructionReport(application=application)
    )


def missing(report):
    """The names of what is still to write in ``report``."""
    return [name for name in NEEDED if not getattr(report, name)]


def declared(line):
    """What the applicant declares of an expense."""
    return (line.quantity * line.unit_amount).quantize(CENT, ROUND_HALF_UP)


def proposal(application, report):
    """What is proposed: the amount of the report, or what was computed."""
    return report.amount if report.amount is not None else application.computed


def objection(application, amount, reason):
    """Why ``amount`` may not be proposed for ``application``, in a sentence, or ``""``."""
    if amount is None:
        return ""
    if application.requested is not None and amount > application.requested:
        return _("No more is proposed than what is asked for.")
    computed = application.computed
    if computed is not None and amount > computed and not reason:
        return _("This is more than what was computed: say why.")
    return ""


@transaction.atomic
def write(application, answers, *, by, version):
    """Keep the report as it stands, on the ``version`` that was read; return it.

    Raises Stale when somebody wrote in it meanwhile, MoveBlocked with a sentence when
    the file is not under instruction any more, or when the amount may not be proposed.
    """
    need_instruction(application)
    # A colleague may have retained less since this was read.
    application.refresh_from_db(fields=["computed", "requested", "proposed"])
    refused = objection(
        application, answers.get("amount"), answers.get("override_reason", "")
    )
    if refused:
        raise MoveBlocked(refused)
    report, _made = InstructionReport.objects.get_or_create(application=application)
    report.version = version
    report.take_version()
    changed = [name for name in ANSWERS if answers[name] != getattr(report, name)]
    columns = {name: answers[name] for name in ANSWERS} | {"written_at": now()}
    InstructionReport.objects.filter(pk=report.pk).update(**columns)
    for name, value in columns.items():
        setattr(report, name, value)
    _propose(application, report)
    journal.record(application, "write_report", by=by, fields=changed)
    return report


@transaction.atomic
def retain(line, amount, *, by, version, reason=""):
    """Retain ``amount`` of an expense and compute the aid again; None lets the engine do.

    Never above what is declared, nothing of what the rules do not pay (I2). The former
    computations stay. Raises Stale or MoveBlocked as ``write`` does.
    """
    application = line.application
    need_instruction(application)
    _need_to_be_retainable(line, amount, reason)
    line.version = version
    line.take_version()
    told = reason if amount is not None else ""
    ExpenseLine.objects.filter(pk=line.pk).update(retained=amount, retained_reason=told)
    line.retained, line.retained_reason = amount, told
    said = {"line": line.pk, "amount": None if amount is None else str(amount)}
    journal.record(application, "retain", by=by, reason=told, **said)
    return compute(application)


def compute(application):
    """Compute the aid of ``application`` as it stands, and what is proposed from it."""
    last = ApplicationRevision.objects.filter(application=application)
    number = last.values_list("number", flat=True).order_by("-number").first()
    # Read again: rows of it may have been loaded before they changed.
    fresh = Application.objects.select_related("rules", "scheme").get(pk=application.pk)
    made = computation.compute(fresh, revision=number)
    application.refresh_from_db(fields=["computed"])
    _propose(application, report_of(application))
    return made


def _propose(application, report):
    proposed = proposal(application, report)
    if proposed != application.proposed:
        Application.objects.filter(pk=application.pk).update(proposed=proposed)
        application.proposed = proposed


def need_instruction(application):
    """Hold the file, which is under instruction; MoveBlocked otherwise."""
    held = Application.objects.filter(pk=application.pk, state=S.INSTRUCTION)
    # An UPDATE of nothing: its row stays ours until the end of the transaction.
    if not held.update(told=F("told")):
        raise MoveBlocked(
            _("The report is closed, or not begun: the file is not under instruction.")
        )


def _need_to_be_retainable(line, amount, reason):
    if amount is None:
        return
    if amount < 0:
        raise MoveBlocked(_("An amount is not negative."))
    if amount > declared(line):
        raise MoveBlocked(_("No more is retained than what is declared."))
    paid = line.application.rules.expense_categories.filter(
        code=line.category, eligible=True
    )
    if amount and not paid.exists():
        raise MoveBlocked(_("The rules do not pay this expense: nothing is retained."))
    if not reason:
        raise MoveBlocked(_("Say why this amount is retained."))
