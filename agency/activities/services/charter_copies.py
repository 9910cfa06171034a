"""The copies of charters on paper: made in the background, found again when lost."""

import logging
from datetime import timedelta

from django.db.models import Exists, OuterRef

from agency.activities import tasks
from agency.activities.models import CharterSignature, CharterVersion
from agency.activities.printed import charters
from agency.activities.states import CharterState
from agency.core import bell
from agency.core.clock import now

logger = logging.getLogger(__name__)

# What was rung for less than that ago is still being made.
RUNG_LATELY = timedelta(minutes=2)
# A minute's work: the rest waits for the next turn of the sweeper.
AT_ONCE = 20


def make_text(version_id):
    """The text of a published version; nothing for a draft, which may still change."""
    versions = CharterVersion.objects.select_related("charter")
    published = versions.filter(pk=version_id, state=CharterState.PUBLISHED)
    if version := published.first():
        charters.issue_text(version)


def make_signed(signature_id):
    """What somebody signed, for them; nothing when they were erased meanwhile.

    A text that was changed under its signatures is written in the log: no copy is made.
    """
    present = charters.READ.filter(pk=signature_id, person__erased_at=None)
    if signature := present.first():
        try:
            charters.issue_signed(signature)
        except charters.NotTheTextSigned:
            logger.exception("a charter was changed after it was signed")


def sweep():
    """Ring again for what is published or signed and has no copy; return how many."""
    still = now() - RUNG_LATELY
    texts = CharterVersion.objects.filter(
        state=CharterState.PUBLISHED, published_at__lt=still
    )
    signed = CharterSignature.objects.filter(
        signed_at__lt=still, person__erased_at=None
    )
    lost = [
        *_without(texts, charters.TEXT, tasks.make_charter_text),
        *_without(signed, charters.SIGNED, tasks.make_signed_charter),
    ]
    for task, pk in lost:
        bell.ring(task, pk)
    return len(lost)


def _without(rows, kind, task):
    made = charters.issued(kind, rows.model).filter(object_id=OuterRef("pk"))
    missing = rows.filter(~Exists(made)).order_by("-pk")
    return [(task, pk) for pk in missing.values_list("pk", flat=True)[:AT_ONCE]]
