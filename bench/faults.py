"""Two hundred convocations on a bad day: ``python -m bench.faults``.

The mail server puts one message in ten off for later; in the middle every worker is
killed, and what the broker held is lost with them. Then the workers come back, and beat.
Each person gets exactly one convocation; the seconds say how long the day took to mend.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import redis
from aiosmtpd.controller import Controller

from bench import _harness as harness
from bench import convocations

LETTERS, KILLED_AFTER, ONE_IN = 200, 60, 10
# What a killed worker had in hand is given back after five minutes; whoever is put off
# again then waits two more, and a sweep comes each minute.
MAX_SECONDS = 600


def main():
    with harness.scratch() as var, harness.database("_faults") as url:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{convocations.SMTP_PORT}"}
        env = harness.prepared(url, var) | mail
        broker = redis.Redis.from_url(harness.REDIS)
        broker.flushdb()
        harness.up(env)
        with refusing() as sink:
            session = convocations.Stage().session(LETTERS)
            began = time.perf_counter()
            with celery(env, "worker", "--concurrency=2") as workers:
                convene(session)
                sink.wait(KILLED_AFTER)
                os.killpg(workers.pid, signal.SIGKILL)
            broker.flushdb()
            before = len(sink.received)
            with celery(env, "worker", "--concurrency=2"), celery(env, "beat"):
                mended = sink.wait(LETTERS)
                seconds = time.perf_counter() - began
                # Whatever would come twice has the time to come.
                time.sleep(15)
        harness.close()
    received = Counter(sink.received)
    twice = sum(n > 1 for n in received.values())
    harness.emit(
        "faults",
        sizes={"letters": LETTERS, "processes": 2},
        killed_after=before,
        put_off=len(sink.put_off),
        seconds=round(seconds, 1),
        received=len(received),
        twice=twice,
        missed=[
            *(["lost"] if not mended or len(received) < LETTERS else []),
            *(["twice"] if twice else []),
            *(["seconds"] if seconds > MAX_SECONDS else []),
        ],
    )


def convene(session):
    from agency.activities.services import convenings

    convenings.convene(session, by=session.activity.officer)


class Refusing:
    """A mail server that puts one reader in ten off, once."""

    def __init__(self):
        self.received, self.put_off, self.seen = [], set(), 0

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        self.seen += 1
        if self.seen % ONE_IN == 0 and address not in self.put_off:
            self.put_off.add(address)
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        self.received.extend(envelope.rcpt_tos)
        return "250 OK"

    def wait(self, count):
        """Whether ``count`` readers were heard of in time."""
        until = time.monotonic() + 2 * MAX_SECONDS
        while len(set(self.received)) < count:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True


@contextmanager
def refusing():
    sink = Refusing()
    server = Controller(sink, hostname="127.0.0.1", port=convocations.SMTP_PORT)
    server.start()
    try:
        yield sink
    finally:
        server.stop()


@contextmanager
def celery(env, *what):
    """A process of Celery and its children, in a group that is killed as one."""
    process = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "agency", *what],
        env=env | {"LOG_LEVEL": "WARNING"},
        cwd=env["PLATEAU_VAR"] if what[0] == "beat" else harness.ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
