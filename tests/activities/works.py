"""The works of production on a house of a test: prefork workers, Redis, PostgreSQL, SMTP."""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg
import redis
from django.contrib.contenttypes.models import ContentType
from psycopg import sql

from agency.activities.models import Convening
from agency.activities.services.expected import expect
from agency.documents.models import IssuedDocument
from agency.mail.models import OutgoingEmail
from tests import world as worlds
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
)
from tests.mail.sink import Sink

PATIENCE = 90
# As docker-compose.yml starts it.
WORKER = "-m celery -A agency worker --without-gossip --without-mingle"


class Works:
    """A copy of the world whose letters are made by real workers, on a real queue."""

    def __init__(self, world, folder):
        self.queue = f"{uuid.uuid4().hex}:"
        self.database = worlds.copy(world, f"works_{self.queue[:8]}")
        self.var = folder
        self.sink = Sink().up()
        self.workers = []

    def environment(self, **changes):
        return {
            **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
            "DJANGO_SETTINGS_MODULE": "tests.activities.works_settings",
            "DATABASE_URL": self.database,
            "REDIS_URL": os.environ["REDIS_URL"],
            "PLATEAU_QUEUE": self.queue,
            "PLATEAU_VAR": str(self.var),
            "PRIVATE_MEDIA_ROOT": str(self.var / "media"),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.sink.port}",
            **changes,
        }

    # -- what people and beat do --------------------------------------------------
    def session_with(self, people):
        """A session in a fortnight at which so many are expected, each with an address."""
        session = SessionFactory(activity=ActivityFactory(), starts_in=15)
        for _one in range(people):
            enrolment = EnrolmentFactory(activity=session.activity, confirmed=True)
            expect(enrolment, sessions=[session])
        return session

    def do(self, verb, argument, **environment):
        subprocess.run(
            [sys.executable, "-m", "tests.activities.verbs", verb, str(argument)],
            cwd=worlds.ROOT,
            env=self.environment(**environment),
            check=True,
            timeout=PATIENCE,
        )

    def convene(self, session, **environment):
        self.do("convene", session.pk, **environment)
        return Convening.objects.get(session=session)

    @contextlib.contextmanager
    def held(self, row):
        """Whoever writes to ``row`` waits until the block ends: a worker stops there."""
        lock = sql.SQL("SELECT 1 FROM {} WHERE id = %s FOR UPDATE")
        with psycopg.connect(self.database) as own:
            own.execute(lock.format(sql.Identifier(row._meta.db_table)), [row.pk])
            yield
            own.rollback()

    def is_awaited(self, row):
        """Whether somebody waits to write to the table of the row that ``held`` holds."""
        with psycopg.connect(self.database, autocommit=True) as own:
            return own.execute(
                "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                " AND wait_event_type = 'Lock' AND query LIKE %s",
                [f'UPDATE "{row._meta.db_table}"%'],
            ).fetchone()

    # -- workers ------------------------------------------------------------------
    def work(self, concurrency=2):
        """Start a worker; it takes its tasks when it is ready."""
        with (self.var / f"worker-{len(self.workers)}.log").open("wb") as log:
            worker = subprocess.Popen(
                [sys.executable, *WORKER.split(), "--concurrency", str(concurrency)],
                cwd=worlds.ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.workers.append(worker)
        return worker

    def kill(self, worker):
        """The plug is pulled: the worker and its pool, without a word."""
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()

    def kill_pool(self, worker):
        """What the kernel does when memory is short: the pool dies, not who leads it."""
        children = Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text()
        for pid in children.split():
            os.kill(int(pid), signal.SIGKILL)

    def wait_until(self, condition):
        limit = time.monotonic() + PATIENCE
        while not (found := condition()):
            assert time.monotonic() < limit, self.story()
            time.sleep(0.01)
        return found

    def story(self):
        """What the workers said, for whoever reads why a test failed."""
        logs = sorted(self.var.glob("worker-*.log"))
        return "\n".join(log.read_text("utf-8", "replace")[-4000:] for log in logs)

    # -- what came of it -----------------------------------------------------------
    def settled(self, batch):
        return batch.convocations.exclude(state="waiting").count()

    def letters(self, session):
        """Every row of a letter of ``session``, with its file or without it."""
        kind = ContentType.objects.get_for_model(session)
        return IssuedDocument.objects.filter(content_type=kind, object_id=session.pk)

    def unsent(self, session):
        about = OutgoingEmail.objects.filter(template__endswith="session_convocation")
        return about.filter(object_id=session.pk).exclude(state="sent")

    def files(self):
        """{name in the storage: SHA-256} of every file, whole or not."""
        media = self.var / "media"
        return {
            str(path.relative_to(media)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in media.rglob("*")
            if path.is_file()
        }

    def received(self, person):
        """[(SHA-256 of the letter, calendar file)] of each message to ``person``."""
        found = []
        for readers, message in zip(self.sink.readers, self.sink.messages, strict=True):
            if readers != person.email:
                continue
            parts = {
                part.get_content_type(): part.get_payload(decode=True)
                for part in message.iter_attachments()
            }
            letter = hashlib.sha256(parts["application/pdf"]).hexdigest()
            found.append((letter, parts["text/calendar"].decode()))
        return found

    def close(self):
        for worker in self.workers:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self.sink.down()
        with redis.Redis.from_url(os.environ["REDIS_URL"]) as broker:
            for key in broker.scan_iter(f"{self.queue}*"):
                broker.delete(key)
