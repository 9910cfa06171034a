"""The letters of those without an address of their own: printed together, then posted."""

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from agency.activities.choices import Purpose
from agency.activities.models import Convening
from agency.activities.states import ConvocationState, ParticipationState
from agency.core import journal
from agency.core.clock import now
from agency.core.lifecycle import MoveBlocked
from agency.core.models import JournalEntry
from agency.documents.binding import bound

POSTED = "post_letters"
# A letter that asks somebody to come; that of a cancellation reaches whoever came before.
STILL_EXPECTED = (Purpose.CONVENE, Purpose.CHANGE)


def to_print(convening):
    """The letters on paper of ``convening``, but of whoever left or was erased since."""
    rows = convening.convocations.filter(state=ConvocationState.PAPER)
    rows = rows.exclude(document__file="")
    rows = rows.exclude(participation__person__erased_at__isnull=False)
    rows = rows.exclude(person__erased_at__isnull=False)
    if convening.purpose in STILL_EXPECTED:
        gone = (ParticipationState.EXCUSED, ParticipationState.CANCELLED)
        rows = rows.exclude(participation__state__in=gone)
    name = Coalesce("participation__person__folded", "person__folded")
    rows = rows.select_related("document", "participation__person", "person")
    return rows.order_by(name, "pk")


def letters(convening):
    """One PDF with every letter to print, or None when there is none.

    Raises OSError when a file is away.
    """
    documents = [one.document for one in to_print(convening)]
    return bound(documents) if documents else None


@transaction.atomic
def mark_posted(convening, *, by):
    """Note that the letters were printed and handed over; the journal says by whom.

    Raises MoveBlocked without any, or when somebody has noted it before.
    """
    count = to_print(convening).count()
    if not count:
        raise MoveBlocked(_("There is no letter to print in this batch."))
    fresh = Convening.objects.filter(pk=convening.pk, posted_at=None)
    if not fresh.update(posted_at=now()):
        raise MoveBlocked(_("These letters were posted already."))
    convening.refresh_from_db()
    journal.record(convening, POSTED, by=by, letters=count)


def posted_by(convening):
    """Who noted that the letters were posted; None when nobody has."""
    if convening.posted_at is None:
        return None
    entries = JournalEntry.objects.about(convening).filter(action=POSTED)
    return entries.select_related("by").order_by("-seq").first().by
