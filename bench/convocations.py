"""Two hundred convocations made and sent: ``python -m bench.convocations``.

Two worker processes on Redis, as in production, and a mail server of our own that
counts. The clock runs from the officer's press to the last message received.
"""

import email
import io
import resource
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from email import policy
from pathlib import Path

import pikepdf
import redis
from aiosmtpd.controller import Controller

from bench import _harness as harness

LETTERS, PROCESSES, ROUNDS, SECONDS = 200, 2, 3, 120
SMTP_PORT = 8163
MAX_SECONDS = 30


def main():
    with harness.scratch() as var, harness.database("_convocations") as url:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{SMTP_PORT}"}
        env = harness.prepared(url, var) | mail
        redis.Redis.from_url(harness.REDIS).flushdb()
        harness.up(env)
        with Sink.open() as sink, worker(env):
            stage = Stage()
            stage.convene(10, sink)
            samples = [stage.convene(LETTERS, sink) for _round in range(ROUNDS)]
        harness.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = [seconds for seconds, _messages in samples]
    messages = [message for _seconds, some in samples for message in some]
    whole = [one for one in messages if is_whole(one)]
    harness.emit(
        "convocations",
        sizes={"letters": LETTERS, "processes": PROCESSES},
        seconds=harness.figures(seconds),
        # Of the workers and of the preparation, whatever else the machine was doing.
        processor_seconds=round(used.ru_utime + used.ru_stime, 1),
        received=len(messages),
        with_letter_and_calendar=len(whole),
        missed=[
            *(["seconds"] if harness.median(seconds) > MAX_SECONDS else []),
            *(["lost or torn"] if len(whole) != LETTERS * ROUNDS else []),
            *(
                ["twice"]
                if len({m["Message-ID"] for m in messages}) != len(messages)
                else []
            ),
        ],
    )


def is_whole(message):
    """A tagged PDF and the calendar file went with it."""
    parts = {part.get_content_type(): part for part in message.walk()}
    pdf = parts.get("application/pdf")
    if pdf is None or "text/calendar" not in parts:
        return False
    with pikepdf.open(io.BytesIO(pdf.get_payload(decode=True))) as letter:
        return "/StructTreeRoot" in letter.Root


class Sink:
    """A mail server that keeps what it gets."""

    def __init__(self):
        self.messages = []
        self.came = threading.Condition()

    async def handle_DATA(self, _server, _session, envelope):
        with self.came:
            self.messages.append(envelope.content)
            self.came.notify_all()
        return "250 OK"

    def wait(self, count):
        """The next ``count`` messages."""
        with self.came:
            if not self.came.wait_for(lambda: len(self.messages) >= count, SECONDS):
                raise TimeoutError(f"{len(self.messages)} messages of {count}")
            return [
                email.message_from_bytes(m, policy=policy.SMTP) for m in self.messages
            ]

    @classmethod
    @contextmanager
    def open(cls):
        sink = cls()
        server = Controller(sink, hostname="127.0.0.1", port=SMTP_PORT)
        server.start()
        try:
            yield sink
        finally:
            server.stop()


@contextmanager
def worker(env, processes=PROCESSES):
    """Celery as docker-compose starts it."""
    command = f"-m celery -A agency worker --concurrency {processes} --without-gossip --without-mingle"
    log = Path(env["PLATEAU_VAR"]) / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, *command.split()],
            env=env | {"LOG_LEVEL": "INFO"},
            cwd=harness.ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _ready(log)
            yield
        finally:
            _stop(process)


def _stop(process):
    process.terminate()
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _ready(log):
    until = time.monotonic() + SECONDS
    while b"ready." not in log.read_bytes():
        if time.monotonic() > until:
            raise TimeoutError("the worker did not start")
        time.sleep(0.2)


class Stage:
    """An officer, a place, and people who came in by the service."""

    def __init__(self):
        from agency.activities.models import Season, Venue
        from agency.people.models import Person

        self.season = Season.objects.create(
            name="S", starts_on="2020-09-01", ends_on="2099-08-31"
        )
        self.venue = Venue.objects.create(
            name="Hall",
            address="1 street",
            city="Town",
            transport="Ten minutes on foot from the station",
            step_free=True,
        )
        self.officer = Person.objects.create(
            email="officer@example.org",
            given_name="Nour",
            family_name="H",
            password="!",
        )
        self.count = 0

    def session(self, size):
        """A session at which ``size`` people are expected."""
        from agency.activities.models import (
            Activity,
            AgendaItem,
            Participation,
            Session,
        )
        from agency.core.clock import now
        from agency.people.models import Person

        self.count += 1
        activity = Activity.objects.create(
            kind="peer_group",
            title="Announce without wearing oneself out",
            slug=f"activity-{self.count}",
            season=self.season,
            summary="Three mornings.",
            officer=self.officer,
            state="open",
        )
        start = now() + timedelta(days=20)
        session = Session.objects.create(
            activity=activity,
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            venue=self.venue,
            room="Room 1",
        )
        AgendaItem.objects.bulk_create(
            AgendaItem(session=session, order=n, title=f"Point {n} of the agenda")
            for n in range(1, 6)
        )
        people = Person.objects.bulk_create(
            Person(
                email=f"p{self.count}-{n}@example.org",
                given_name="Given",
                family_name=f"Family {n}",
                password="!",
            )
            for n in range(size)
        )
        Participation.objects.bulk_create(
            Participation(session=session, person=person) for person in people
        )
        return session

    def convene(self, size, sink):
        """Seconds from the press to the last message, and the messages."""
        from agency.activities.services import convenings

        session = self.session(size)
        with sink.came:
            sink.messages.clear()
        began = time.perf_counter()
        convenings.convene(session, by=self.officer)
        messages = sink.wait(size)
        return time.perf_counter() - began, messages


if __name__ == "__main__":
    main()
