"""The life of an import: read, shown, then written once somebody has said yes."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agency.core.moves import Move


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", pgettext_lazy("import", "Received")
    READING = "reading", pgettext_lazy("import", "Being read")
    PREVIEWED = "previewed", pgettext_lazy("import", "To confirm")
    RUNNING = "running", pgettext_lazy("import", "Being written")
    DONE = "done", pgettext_lazy("import", "Done")
    FAILED = "failed", pgettext_lazy("import", "Not readable")
    DROPPED = "dropped", pgettext_lazy("import", "Given up")


S = ImportState

# Nothing more happens to these: their lines are kept a month, then go.
ENDED = (S.DONE, S.FAILED, S.DROPPED)

IMPORT_MOVES = {
    "read": Move((S.UPLOADED,), S.READING, _("Read"), automatic=True),
    "preview": Move((S.READING,), S.PREVIEWED, _("Show"), automatic=True),
    "fail": Move((S.UPLOADED, S.READING), S.FAILED, _("Refuse"), automatic=True),
    "confirm": Move(
        (S.PREVIEWED,),
        S.RUNNING,
        _("Write into the directory"),
        _(
            "What the preview says is written, line by line. A record that changed "
            "since then is left as it is, and said."
        ),
    ),
    "finish": Move((S.RUNNING,), S.DONE, _("Finish"), automatic=True),
    "drop": Move(
        (S.PREVIEWED,),
        S.DROPPED,
        _("Give up this import"),
        _("Nothing is written. What was read of the file is deleted after a month."),
    ),
}
