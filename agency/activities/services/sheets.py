"""A sheet that was locked becomes a document, once for each lock."""

import logging
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType

from agency.activities import sheets, tasks
from agency.activities.models import AttendanceSheet
from agency.activities.states import SheetState
from agency.core import bell
from agency.core.clock import now
from agency.core.services import ran
from agency.documents.models import IssuedDocument

logger = logging.getLogger(__name__)

# A bell that was rung so long ago was lost, or what it rang for failed.
RUNG = timedelta(minutes=2)
AT_ONCE = 50


def waiting():
    """Those that are locked and are not on paper yet."""
    return AttendanceSheet.objects.filter(state=SheetState.LOCKED, document=None)


def make(sheet_id):
    """Issue the sheet as it is locked; nothing when it is there, or open again.

    No lock is held while it is laid out. Whoever unlocks it meanwhile is not told
    wrong: the document of an earlier lock is not taken for that of the next, which
    replaces it.
    """
    found = waiting().select_related("session__activity", "session__venue", "locked_by")
    sheet = found.filter(pk=sheet_id).first()
    if sheet is None:
        return None
    last = latest(sheet)
    while last is None or not last.file or last.issued_at < sheet.locked_at:
        # Without a file it is still to be made, in the place that it took.
        reserved = last is not None and not last.file
        last = sheets.filled(sheet, supersedes=last.supersedes if reserved else last)
    still = waiting().filter(pk=sheet.pk, locks=sheet.locks)
    still.update(document=last)
    return last


def latest(about, *, kind=sheets.KIND):
    """The last document of a kind about ``about``, made or still to be."""
    found = IssuedDocument.objects.filter(
        kind=kind,
        content_type=ContentType.objects.get_for_model(about),
        object_id=about.pk,
    )
    return found.select_related("supersedes").order_by("-version", "-pk").first()


def sweep():
    """Ring again for each sheet that should be on paper by now; return how many."""
    late = waiting().filter(locked_at__lt=now() - RUNG).order_by("locked_at", "pk")
    keys = list(late.values_list("pk", flat=True)[:AT_ONCE])
    for key in keys:
        bell.ring(tasks.make_sheet, key)
    ran("activities.sweep_sheets")
    return len(keys)
