"""An application is sent: whole, in time, once; and taken back (references/grants.md, C.3)."""

from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from agency.core.bell import ring
from agency.core.clock import now
from agency.core.dates import day_year, hour
from agency.core.figures import euros
from agency.core.lifecycle import MoveBlocked, MoveRefused, move
from agency.people.models import Organisation
from grants import emails, sections, tasks
from grants.choices import RevisionReason, RuleSubject
from grants.models import (
    Application,
    ApplicationRevision,
    Extension,
    Scheme,
)
from grants.sections import Section
from grants.services import agenda, computation, eligibility, papers, snapshots
from grants.services.leaving import refuse_who_left
from grants.states import WRITABLE

DIGITS = 4
CENT = Decimal("0.01")
CHECKED = ("siret", "licence", "iban")


# --- Is it whole? -------------------------------------------------------------------
def missing(application, findings=None):
    """What stands between the application and being sent: (section, sentence) pairs.

    Sections: sitting, organisation, project, expenses, budget, documents, eligibility.
    ``findings``: those of ``eligibility``, when they are known.
    """
    if findings is None:
        findings = eligibility.findings(application)
    return [
        *_of_the_sitting(application),
        *_of_the_fields(application),
        *_of_the_budget(application),
        *(("documents", said) for said in papers.missing(application)),
        *_of_the_rules(application, findings),
    ]


def _of_the_sitting(application):
    sitting = application.sitting
    if sitting is None:
        yield "sitting", _("Choose the sitting that you apply for.")
    elif not application.scheme.sittings.taking_place().filter(pk=sitting.pk).exists():
        yield (
            "sitting",
            _("This sitting takes no application for this scheme: choose another one."),
        )
    elif application.is_draft and (refusal := out_of_time(application)):
        yield "sitting", refusal


def out_of_time(application, moment=None):
    """Why it cannot be sent for its sitting at ``moment``, in a sentence; "" when it can.

    The deadline itself is in time; so is an organisation's own extension.
    """
    moment = moment or now()
    sitting = application.sitting
    if moment < sitting.opens_at:
        return _("Applications for this sitting open on %(day)s at %(hour)s.") % {
            "day": day_year(sitting.opens_at),
            "hour": hour(sitting.opens_at),
        }
    if moment <= sitting.deadline_at:
        return ""
    extension = Extension.objects.filter(
        sitting=sitting, organisation=application.organisation_id
    ).first()
    last = (
        max(sitting.deadline_at, extension.until) if extension else sitting.deadline_at
    )
    if moment <= last:
        return ""
    return _(
        "Applications for this sitting closed on %(day)s at %(hour)s: choose the next "
        "one, nothing that you wrote is lost."
    ) % {"day": day_year(last), "hour": hour(last)}


def _of_the_fields(application):
    needed = [("project", "title"), ("project", "purpose"), ("organisation", "iban")]
    needed.append(("organisation", "account_holder"))
    if application.scheme.tours_a_show:
        needed.append(("project", "show"))
    if application.rules.solidarity:
        needed.append(("project", "solidarity"))
    for section, name in needed:
        if getattr(application, name) in (None, ""):
            yield section, _("%(answer)s: to give.") % {"answer": _label(name)}
    for name in CHECKED:
        yield from _ill_formed(application, name)


def _ill_formed(application, name):
    value = getattr(application, name)
    try:
        if value:
            Application._meta.get_field(name).run_validators(value)
    except ValidationError as error:
        yield "organisation", " ".join(error.messages)


def _label(name):
    label = str(Application._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _of_the_budget(application):
    requested = application.requested or Decimal(0)
    spent, income = sums(application)
    if not spent:
        yield "expenses", _("Expenses: give at least one.")
    if requested <= 0:
        yield "budget", _("%(answer)s: to give.") % {"answer": _label("requested")}
    elif spent and (gap := spent - income - requested):
        sentence = (
            _(
                "Expenses exceed incomes and the aid asked for by %(amount)s: balance them."
            )
            if gap > 0
            else _(
                "Incomes and the aid asked for exceed expenses by %(amount)s: balance them."
            )
        )
        yield "budget", sentence % {"amount": euros(abs(gap))}


def sums(application):
    """The expenses and the incomes of an application, to the cent."""
    lines, rows = application.expenses.all(), application.incomes.all()
    spent = sum(
        (to_the_cent(one.quantity * one.unit_amount) for one in lines), Decimal(0)
    )
    return spent, sum((one.amount for one in rows), Decimal(0))


def to_the_cent(amount):
    return Decimal(amount).quantize(CENT, ROUND_HALF_UP)


def _of_the_rules(application, findings):
    """The conditions that bar it; whether the budget is balanced was said with its sum."""
    for one in findings:
        if not one.bars or one.rule.subject == RuleSubject.BALANCED:
            continue
        said = _("Condition not fulfilled: %(condition)s") % {"condition": one.message}
        unknown = application.organisation.territory_id is None
        if one.rule.subject == RuleSubject.TERRITORY and unknown:
            said = f"{said} {_no_seat()}"
        yield "eligibility", said


def _no_seat():
    """No page of theirs says where an organisation has its seat: the house writes it."""
    return _(
        "The agency does not know yet where your organisation has its seat: write to "
        "it, it completes it."
    )


# --- Sent ---------------------------------------------------------------------------
@transaction.atomic
def submit(application, *, by):
    """Send it: number it, freeze a revision, compute the aid; return the revision.

    Whether it is in time is decided by the moment of the press, and inside the
    transaction. Raises MoveBlocked with a sentence when something stands against it,
    MoveRefused when it was sent already: of eight presses one sends.
    """
    moment = now()
    fresh = _hold(application)
    if not fresh.is_draft:
        raise MoveRefused(f"submit {fresh.pk} ({fresh.state})")
    refuse_who_left(by, fresh.organisation)
    # One a year and zone: of two that an organisation sends at once, one sees the other.
    house = Organisation.objects.filter(pk=fresh.organisation_id)
    house.update(name=F("name"))
    _need_to_be_whole(fresh)
    fresh.number = _next_number(fresh)
    move(fresh, "submit", by=by, number=fresh.number, submitted_at=moment)
    return _freeze(fresh, RevisionReason.INITIAL, by, moment)


@transaction.atomic
def complete(application, *, by, opened=None):
    """Send back what the house asked for (``completions`` says when all of it is done).

    ``opened``: the targets that are asked (None: all); only what its authors may mend in them
    holds it, the rest is judged by the house (T3, T5). Another revision; the deadline was kept by the first. Raises MoveBlocked with a
    sentence, or MoveRefused.
    """
    moment = now()
    fresh = _hold(application)
    if fresh.is_draft:
        raise MoveRefused(f"complete {fresh.pk} ({fresh.state})")
    refuse_who_left(by, fresh.organisation)
    _need_to_be_whole(fresh, opened)
    move(fresh, "complete", by=by)
    return _freeze(fresh, RevisionReason.COMPLETION, by, moment)


def _hold(application):
    """The application, held until the end of the transaction, as it is now.

    Its version is raised: a page that is still open in another tab saves nothing over
    what was sent. Raises MoveRefused when it is not written in any more.
    """
    rows = Application.objects.filter(pk=application.pk, state__in=WRITABLE)
    if not rows.update(version=F("version") + 1):
        raise MoveRefused(f"submit {application.pk}: sent already")
    return rows.select_related(
        "scheme", "rules", "sitting__session", "organisation", "show"
    ).get()


def _need_to_be_whole(application, opened=None):
    found = missing(application)
    if opened is not None:
        keys = {one for one in opened if one.startswith(sections.DOCUMENT)}
        found = [one for one in found if _is_open(one[0], opened)]
        found += [("documents", said) for said in papers.missing(application, keys)]
    if found:
        raise MoveBlocked(" ".join(sentence for _section, sentence in found[:3]))


def _is_open(part, opened):
    """Whether what is missing in ``part`` may be mended in what is asked."""
    if part == "budget":
        both = (Section.EXPENSES, Section.INCOMES)
        return opened.issuperset(f"{sections.SECTION}{one.value}" for one in both)
    return f"{sections.SECTION}{part}" in opened


def _next_number(application):
    """MOB-2026-S3-0042: no number is skipped, none is given twice.

    The scheme is held until the end of the transaction: whoever sends at the same
    moment counts after this one, and a number goes back with a transaction undone.
    """
    sitting = application.sitting
    prefix = f"{application.scheme.code}-{sitting.year}-S{sitting.number}-"
    Scheme.objects.filter(pk=application.scheme_id).update(code=F("code"))
    given = Application.objects.filter(number__startswith=prefix)
    last = given.order_by(Length("number").desc(), "-number").first()
    rank = int(last.number.removeprefix(prefix)) + 1 if last else 1
    return f"{prefix}{rank:0{DIGITS}}"


def _freeze(application, reason, by, moment):
    """What was sent, as a revision that nothing changes any more, and what it comes to."""
    content = snapshots.of(application)
    before = application.revisions.order_by("-number").first()
    revision = ApplicationRevision.objects.create(
        application=application,
        number=before.number + 1 if before else 1,
        reason=reason,
        snapshot=content,
        sha256=snapshots.sha256(content),
        submitted_by=by,
        submitted_at=moment,
    )
    computation.compute(application, revision=revision.number)
    ring(tasks.send_receipt, revision.pk)
    return revision


def changes(revision):
    """What ``revision`` changes in the one before it, by section; [] for the first."""
    rows = ApplicationRevision.objects.filter(application=revision.application_id)
    before = rows.filter(number=revision.number - 1).first()
    if before is None:
        return []
    return snapshots.compare(before.snapshot, revision.snapshot)


# --- Taken back ---------------------------------------------------------------------
@transaction.atomic
def withdraw(application, *, by):
    """Take it back for good; its number and its revisions stay in the history (T15)."""
    moment = now()
    agenda.lock_of(application)
    move(application, "withdraw", by=by, ended_at=moment)
    agenda.give_up(application, by=by)
    emails.withdrawn(application)
    return application
