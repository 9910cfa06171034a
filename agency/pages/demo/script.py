"""What happened, and when: scenes played in order with the clock turned.

No worker has a part: no bell rings, messages leave at the time of their scene, and only
those of the last days reach the mailbox of the demonstration.
"""

from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings

from agency.core import bell
from agency.core.clock import travel
from agency.mail import delivery, transport
from agency.mail.models import OutgoingEmail

IN_THE_MAILBOX = timedelta(days=15)
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


class Script:
    """The past of the agency up to ``until``; what is later has not happened yet."""

    def __init__(self, until):
        self.until = until
        self.scenes = []

    def at(self, moment, action, *args, **kwargs):
        """Note that ``action`` happens at ``moment``."""
        self.scenes.append((moment, len(self.scenes), action, args, kwargs))

    def play(self):
        """Let everything happen that happened before now, in order."""
        past = sorted(scene for scene in self.scenes if scene[0] <= self.until)
        for moment, _rank, action, args, kwargs in past:
            with travel(moment), bell.silent():
                action(*args, **kwargs)
                self._post(moment)
        transport.hang_up()

    def _post(self, moment):
        due = OutgoingEmail.objects.due().order_by("pk").values_list("pk", flat=True)
        waiting = list(due)
        if not waiting:
            return
        with leaving(kept=self.until - moment < IN_THE_MAILBOX):
            for email_id in waiting:
                delivery.deliver(email_id)


@contextmanager
def leaving(*, kept):
    """Messages leave by the house's own server, or, not ``kept``, for nowhere."""
    usual = settings.EMAIL_BACKEND
    if not kept:
        settings.EMAIL_BACKEND = NOWHERE
    try:
        yield
    finally:
        settings.EMAIL_BACKEND = usual
