"""The receipt of what was sent, with its summary on paper: made in the background."""

from datetime import timedelta

from django.db import transaction

from agency.core import bell
from agency.core.clock import now
from grants import documents, emails, tasks
from grants.models import ApplicationRevision

# What was rung for less than that ago is still being made.
RUNG_LATELY = timedelta(minutes=2)
# Later than that a receipt would only surprise.
WORTH_IT = timedelta(days=7)
AT_ONCE = 20


def make(revision_id):
    """The summary of a revision, then the receipt to all who write in the application."""
    revision = documents.READ.filter(pk=revision_id).first()
    if revision is not None:
        tell(revision, documents.application_summary(revision))


@transaction.atomic
def tell(revision, document):
    """Note the summary and write to each editor, once however many workers do it."""
    waiting = ApplicationRevision.objects.filter(pk=revision.pk, receipt=None)
    if not waiting.update(receipt=document):
        return
    revision.receipt = document
    for editor in revision.application.editors.select_related("person"):
        emails.receipt(revision, editor.person, document)


def sweep():
    """Ring again for what has no receipt yet; return how many."""
    moment = now()
    rows = ApplicationRevision.objects.filter(
        receipt=None,
        submitted_at__lt=moment - RUNG_LATELY,
        submitted_at__gt=moment - WORTH_IT,
    )
    lost = list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    for pk in lost:
        bell.ring(tasks.send_receipt, pk)
    return len(lost)
