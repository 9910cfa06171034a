"""Open Plateau on this machine: the web server and the worker, until Ctrl-C."""

import os
import sys

from django.conf import settings
from django.core.management.base import BaseCommand

from agency.core import broker, lock
from agency.core.prepare import prepare
from agency.core.supervisor import Child, Supervisor, check_port
from agency.core.words import say_raw, sentence

ACCOUNTS = (
    *("pro", "pro2", "intervenante", "mentor", "mentoree", "compagnie"),
    *("membre", "presidence", "agence", "direction"),
)


class Command(BaseCommand):
    help = "Prepare what is missing, then run the web server and the worker together."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--fresh", action="store_true", help="reload the demo")

    def handle(self, *, fresh, **_):
        try:
            supervisor = self.take_the_house(fresh)
        except lock.Refused as refusal:
            say_raw(refusal)
            sys.exit(1)
        sys.exit(supervisor.run())

    def take_the_house(self, fresh):
        if fresh and not settings.DEMO:
            raise lock.Refused(sentence("fresh_refused"))
        port = os.environ.get("PORT", "8000")
        url = f"http://localhost:{port}"
        handle = lock.take(settings.VAR_DIR / "lock", url=url)
        port = check_port(port)
        prepare(fresh=fresh)
        tidy_broker()
        return Supervisor(
            children(port),
            port=port,
            lock_handle=handle,
            hello=hello(),
            hourly=tidy_broker,
        )


def children(port):
    logs = settings.VAR_DIR / "log"
    web = f"-m gunicorn -c python:agency.settings.gunicorn -b 127.0.0.1:{port}"
    worker = (
        "-m celery -A agency worker --beat --pool threads --concurrency 1"
        " --without-gossip --without-mingle --without-heartbeat"
    )
    return [
        Child("web", [sys.executable, *web.split()], logs / "web.log"),
        Child("worker", [sys.executable, *worker.split()], logs / "worker.log"),
    ]


def tidy_broker():
    broker.empty(settings.VAR_DIR / "broker")


def hello():
    if not settings.DEMO:
        return []
    addresses = ", ".join(f"{name}@demo.plateau.example" for name in ACCOUNTS)
    return [sentence("accounts", accounts=addresses)]
