"""A process of its own for the tests that kill a worker: ``python -m tests.activities.verbs``.

It rings the broker of the house, as a web server or beat would; the tests' own process
has none.
"""

import sys
from datetime import datetime, timedelta

import django

django.setup()

from agency.activities.models import Session  # noqa: E402 - after setup
from agency.activities.services import convenings  # noqa: E402
from agency.core.clock import now, travel  # noqa: E402
from agency.documents.services import sweep_files  # noqa: E402
from agency.mail import delivery, reminders  # noqa: E402


def convene(session_id):
    session = Session.objects.get(pk=session_id)
    convenings.convene(session, by=session.activity.officer)


def sweep(minutes):
    """What beat rings each minute, ``minutes`` from now."""
    with travel(now() + timedelta(minutes=int(minutes))):
        convenings.sweep()
        delivery.sweep()


def remind(moment):
    """What beat rings every five minutes, at that moment."""
    with travel(datetime.fromisoformat(moment)):
        reminders.run()


def tidy(days):
    with travel(now() + timedelta(days=int(days))):
        sweep_files()


if __name__ == "__main__":
    verbs = {"convene": convene, "remind": remind, "sweep": sweep, "tidy": tidy}
    verbs[sys.argv[1]](sys.argv[2])
