"""Workers that die, workers that race: real processes, a real server, a real file."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.db import connection

from agency.mail import delivery
from agency.mail.services import send
from tests.mail.sink import Sink

ROOT = Path(__file__).resolve().parents[2]


class House:
    """The demo's settings on a database of its own, its mail going to ``sink``."""

    def __init__(self, folder, sink):
        self.sink = sink
        self.env = {
            **{key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ},
            "DJANGO_SETTINGS_MODULE": "agency.settings.dev",
            "PLATEAU_VAR": str(folder),
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port if sink else 1}",
        }

    def start(self, *args):
        command = [sys.executable, *args]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE)

    def work(self, *args):
        process = self.start("-m", "tests.mail.worker", *args)
        out, _err = process.communicate(timeout=60)
        assert process.returncode == 0
        return out.decode()

    def states(self):
        return json.loads(self.work("states"))


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("house")
    process = House(folder, None).start("manage.py", "migrate", "-v0", "--skip-checks")
    assert process.wait(timeout=120) == 0
    process.stdout.close()
    return folder


@pytest.fixture
def house(migrated, tmp_path):
    sink = Sink().up()
    shutil.copytree(migrated, tmp_path / "var")
    yield House(tmp_path / "var", sink)
    sink.down()


def wait_until(condition):
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.slow
def test_worker_killed_between_claim_and_sending_loses_nothing(house):
    house.work("write", "1")
    reached, go_on = threading.Event(), threading.Event()

    def stall(address):
        reached.set()
        go_on.wait(30)

    house.sink.answer_rcpt = stall
    worker = house.start("-m", "tests.mail.worker", "deliver", "1")
    assert reached.wait(30)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    go_on.set()
    house.sink.answer_rcpt = lambda address: None

    left = house.states()
    house.work("sweep", "1", "1")
    too_soon = len(house.sink.envelopes)
    house.work("sweep", "1", "6")

    assert [row["state"] for row in left["rows"]] == ["sending"]
    assert left["secrets"] == 1
    assert too_soon == 0
    [message] = house.sink.messages
    assert "CODE-0" in message.get_body(("plain",)).get_content()
    after = house.states()
    assert [(row["state"], row["attempts"]) for row in after["rows"]] == [("sent", 2)]
    assert after["secrets"] == 0


@pytest.mark.slow
def test_eight_rings_at_once_send_one_message(house):
    house.work("write", "1")

    house.work("deliver", "8")

    assert house.sink.readers == ["p0@compagnie.example"]


@pytest.mark.slow
def test_sweeps_at_once_share_the_work(house):
    house.work("write", "40")

    first = house.start("-m", "tests.mail.worker", "sweep", "4")
    house.work("sweep", "4")
    first.communicate(timeout=60)

    expected = sorted(f"p{number}@compagnie.example" for number in range(40))
    assert sorted(house.sink.readers) == expected


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_eight_rings_at_once_send_one_message_on_postgresql(template, sink):
    email = send(template(), to="lou@compagnie.example", context={"title": "T"})
    gate = threading.Barrier(8)

    def ring():
        gate.wait()
        try:
            delivery.deliver(email.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ring) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sink.readers == ["lou@compagnie.example"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_same_message_written_at_once_is_one_row_on_postgresql(template):
    name, gate, written = template(), threading.Barrier(8), []

    def write():
        gate.wait()
        try:
            written.append(
                send(name, to="lou@compagnie.example", context={"title": "T"}).pk
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=write) for _number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(written) == 8
    assert len(set(written)) == 1
