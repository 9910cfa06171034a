"""A process of its own for the tests that kill one: ``python -m tests.mail.worker``."""

import json
import sys
import threading
from datetime import timedelta

import django

django.setup()

from django.db import connection  # noqa: E402 - after setup

from agency.core.clock import now, travel  # noqa: E402
from agency.mail import delivery  # noqa: E402
from agency.mail.models import OutgoingEmail  # noqa: E402
from agency.mail.services import send  # noqa: E402


def write(count):
    """Queue ``count`` messages; nobody hears their bell."""
    context = {"address": "", "minutes": 15}
    for number in range(int(count)):
        send(
            "account/email/login_code",
            to=f"p{number}@compagnie.example",
            context=context,
            key=f"CODE-{number}",
        )


def deliver(threads):
    """Ring for the first message, ``threads`` times at once."""
    email_id = OutgoingEmail.objects.order_by("pk").values_list("pk", flat=True)[0]
    _at_once(int(threads), lambda: delivery.deliver(email_id))


def sweep(threads, minutes="0"):
    """Sweep ``threads`` times at once, ``minutes`` from now."""

    def work():
        with travel(now() + timedelta(minutes=int(minutes))):
            delivery.sweep()

    _at_once(int(threads), work)


def _at_once(count, work):
    gate = threading.Barrier(count)

    def run():
        gate.wait()
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def states():
    rows = OutgoingEmail.objects.order_by("pk").values("to", "state", "attempts")
    kept = OutgoingEmail.objects.exclude(secret=None).count()
    print(json.dumps({"rows": list(rows), "secrets": kept}))  # noqa: T201


if __name__ == "__main__":
    {"write": write, "deliver": deliver, "sweep": sweep, "states": states}[sys.argv[1]](
        *sys.argv[2:]
    )
