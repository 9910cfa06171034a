"""The briefing notes of files: made in the background once the report is closed."""

from django.db.models import Exists, OuterRef

from agency.core import bell
from agency.core.clock import now
from grants import booklet, tasks
from grants.models import Application, ApplicationRevision
from grants.states import PRESENTED, ApplicationState

READ = Application.objects.select_related(
    "scheme",
    "rules",
    "organisation",
    "show",
    "rapporteur",
    "report",
    "sitting__session",
)
# Its report is closed: what is written in the note does not move any more.
CLOSED = (ApplicationState.READY, *PRESENTED)
AT_ONCE = 20


def make(application_id):
    """The note of a file whose report is closed; nothing when it was taken up again."""
    one = READ.filter(pk=application_id, state__in=CLOSED).first()
    if one is not None and hasattr(one, "report"):
        booklet.briefing_note(one)


def sweep():
    """Ring again for the files of sittings to come that have none; return how many."""
    sent = ApplicationRevision.objects.filter(application=OuterRef("pk")).order_by()
    rows = Application.objects.filter(
        Exists(sent), state__in=CLOSED, sitting__session__starts_at__gt=now()
    ).exclude(report=None)
    files = list(rows.order_by("sitting__session__starts_at", "pk"))
    made = booklet.notes(files)
    lost = [one.pk for one in files if one.pk not in made][:AT_ONCE]
    for pk in lost:
        bell.ring(tasks.make_note, pk)
    return len(lost)
