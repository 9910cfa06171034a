"""The life of a message in the outbox."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agency.core.moves import Move


class EmailState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Refused")
    SUPPRESSED = "suppressed", _("Not sent")


S = EmailState

# Delivery claims and settles rows by conditional UPDATE without the journal: the
# outbox is itself the record of what was sent. Only what staff do is a move.
EMAIL_MOVES = {
    "resend": Move(
        (S.FAILED, S.SUPPRESSED),
        S.QUEUED,
        _("Send again"),
        warning=_("The message leaves again for the same address, word for word."),
    ),
}
