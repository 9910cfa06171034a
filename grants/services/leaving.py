"""Somebody who writes in applications goes: what becomes of theirs."""

from django.db import transaction

from agency.core import journal
from grants.choices import EditorRole
from grants.models import ApplicationDocument, ApplicationEditor
from grants.states import ENDED, ApplicationState

# The one who may send it already comes first, then who was there first.
HEIRS = ("-may_submit", "added_at", "pk")


def alone_in_charge(person):
    """Applications that were sent, are not over, and would be nobody's without them."""
    lines = person.edited_applications.filter(role=EditorRole.OWNER)
    lines = lines.exclude(application__state__in=(ApplicationState.DRAFT, *ENDED))
    others = ApplicationEditor.objects.exclude(person=person).values("application")
    return lines.exclude(application__in=others)


@transaction.atomic
def leave(rows, person):
    """Take them off: a colleague takes over, a draft that is theirs alone goes."""
    rows = rows.select_related("application").order_by("application_id")
    for line in rows:
        application = line.application
        line.delete()
        heir = application.editors.order_by(*HEIRS).first()
        if heir is None and application.is_draft:
            throw_away(application)
        elif heir is not None and line.role == EditorRole.OWNER:
            hand_over(application, heir)


def hand_over(application, heir):
    """``heir`` is in charge of it from now on; it has no owner at this moment."""
    lines = ApplicationEditor.objects.filter(pk=heir.pk)
    lines.update(role=EditorRole.OWNER, may_submit=True)
    journal.record(application, "hand_over", person=heir.person_id)


def throw_away(draft):
    """A draft goes with its rows and its files."""
    papers = ApplicationDocument.objects.filter(application=draft)
    files = [(paper.file.storage, paper.file.name) for paper in papers]
    draft.computations.all().delete()
    draft.delete()
    # A disk away now undoes nothing.
    transaction.on_commit(
        lambda: [storage.delete(name) for storage, name in files], robust=True
    )
