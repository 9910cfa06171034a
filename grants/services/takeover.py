"""To take an application over: a new draft from what the organisation sent before."""

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from agency.core import journal
from agency.core.clock import now, today
from agency.core.lifecycle import MoveBlocked
from grants.choices import ContractStatus, EditorRole, IncomeStatus, Needed, Scan
from grants.models import (
    Application,
    ApplicationDocument,
    ApplicationEditor,
    ExpenseLine,
    IncomeLine,
    Leg,
    PartyMember,
    Performance,
)
from grants.services import papers
from grants.services.leaving import refuse_who_left
from grants.services.snapshots import sent_of

TEXTS = ("purpose", "stakes", "solidarity", "greener", "requested")
HOUSE = ("siret", "licence", "licence_until", "iban", "account_holder")
AGAIN_WITHIN_SECONDS = 60


def refusal(application):
    """Why nobody takes it over now, in a sentence; "" when one may."""
    scheme = application.scheme
    if not scheme.takes_applications or scheme.rules_on() is None:
        return _("This scheme takes no application at the moment.")
    return ""


@transaction.atomic
def take_over(former, *, by):
    """A draft with the texts, the show and the rows of ``former``; return it.

    Dates that are past stay behind, and so do papers that expired or that nobody asks
    for any more. Contracts are options again, and incomes asked for. Pressed twice it is
    one draft. Raises MoveBlocked.
    """
    if sentence := refusal(former):
        raise MoveBlocked(sentence)
    refuse_who_left(by, former.organisation)
    Application.objects.filter(pk=former.pk).update(rapporteur=former.rapporteur_id)
    if begun := _just_begun(former, by):
        return begun
    draft = Application.objects.create(
        scheme=former.scheme,
        rules=former.scheme.rules_on(),
        sitting=_next_sitting(former.scheme),
        organisation=former.organisation,
        show=former.show,
        title=former.title,
        previous=former,
        **{name: getattr(former, name) for name in (*TEXTS, *HOUSE)},
    )
    ApplicationEditor.objects.create(
        application=draft, person=by, role=EditorRole.OWNER, may_submit=True
    )
    journal.record(draft, "take_over", by=by, former=former.pk)
    _rows(former, draft)
    _papers(former, draft, by)
    return draft


def _just_begun(former, by):
    """The draft of a press a moment ago: nothing in it was written yet."""
    drafts = Application.objects.filter(
        previous=former, editors__person=by, editors__role=EditorRole.OWNER
    )
    last = drafts.order_by("-created_at").first()
    fresh = last and (now() - last.created_at).total_seconds() < AGAIN_WITHIN_SECONDS
    return last if fresh and last.is_draft else None


def _next_sitting(scheme):
    return scheme.sittings.accepting().first()


def _rows(former, draft):
    for model in (Leg, PartyMember, ExpenseLine):
        _copy(model, model.objects.filter(application=former), draft)
    _copy(
        IncomeLine,
        IncomeLine.objects.filter(application=former),
        draft,
        status=IncomeStatus.REQUESTED,
    )
    _copy(
        Performance,
        Performance.objects.filter(application=former, day__gt=today()),
        draft,
        contract_status=ContractStatus.OPTION,
        signed_on=None,
    )


def _copy(model, rows, draft, **changes):
    names = [one for one in sent_of(model) if one not in changes]
    model.objects.bulk_create(
        model(
            application=draft,
            **{name: getattr(row, name) for name in names},
            **changes,
        )
        for row in rows
    )


def _papers(former, draft, by):
    """Those that still stand: a copy of the file, since each application keeps its own."""
    asked = {one.key: one for one in papers.requirements(draft)}
    rows = ApplicationDocument.objects.filter(
        application=former, replaced_by=None, scan__in=(Scan.CLEAN, Scan.SKIPPED)
    )
    for paper in rows:
        requirement = asked.get(paper.requirement)
        if requirement is None or not _still_stands(paper, requirement):
            continue
        with paper.file.open("rb") as stored:
            data = stored.read()
        names = ("requirement", "name", "media_type", "size", "sha256", "dated_on")
        copy = ApplicationDocument(
            application=draft,
            expires_on=papers.expiry(requirement, paper.dated_on),
            scan=paper.scan,
            uploaded_by=by,
            uploaded_at=now(),
            **{name: getattr(paper, name) for name in names},
        )
        copy.file.save("", ContentFile(data), save=False)
        copy.save()


def _still_stands(paper, requirement):
    if requirement.needed == Needed.SETTLEMENT:
        return False
    if requirement.validity_days is None:
        return True
    last = papers.expiry(requirement, paper.dated_on)
    return last is not None and last >= today()
