"""The promises of ``manage.py up``: one at a time, nothing left behind, and a sentence."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from agency.core import broker, lock
from agency.core.supervisor import check_port

ROOT = Path(__file__).resolve().parent.parent

# A web server that answers, a worker that works, and one of each bad habit.
CHILDREN = {
    "web": """
import http.server, sys
class Quiet(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Quiet).serve_forever()
""",
    "worker": "import time\nwhile True: time.sleep(60)",
    "stubborn": """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
while True: time.sleep(60)
""",
    "parent": """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
while True: time.sleep(60)
""",
    "dying": """
import time
time.sleep(1)
raise SystemExit("the disk is full")
""",
}
SUPERVISE = """
import sys
from pathlib import Path
from agency.core import lock, supervisor
from agency.core.supervisor import Child, Supervisor, check_port
from agency.core.words import say_raw
supervisor.PATIENCE = 1
lock.PATIENCE = 2
var, port, *scripts = sys.argv[1:]
try:
    handle = lock.take(Path(var) / "lock", url=f"http://localhost:{port}")
    port = check_port(port)
except lock.Refused as refusal:
    say_raw(refusal)
    sys.exit(1)
children = [
    Child(Path(s).stem, [sys.executable, s, str(port)], Path(s).with_suffix(".log"))
    for s in scripts
]
sys.exit(Supervisor(children, port=port, lock_handle=handle).run())
"""


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


@pytest.fixture
def start(tmp_path, port):
    """Start a supervisor over stand-ins; whatever happens, all is stopped at the end."""
    started = []

    def start(*names):
        scripts = [tmp_path / f"{name}.py" for name in names]
        for script in scripts:
            script.write_text(CHILDREN[script.stem])
        up = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, tmp_path, port, *scripts],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(up)
        return up

    yield start
    for up in started:
        up.kill()
        up.wait()
        up.stdout.close()
    for pid in lock.holders(tmp_path / "lock"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def opened(up):
    """The first line, once the web server answers."""
    line = up.stdout.readline()
    if "j’attends" in line:
        line = up.stdout.readline()
    assert "http://localhost:" in line, line + up.stdout.read()
    return line


def left_behind(var, *, patience=3):
    """The processes that still hold the lock after a moment."""
    limit = time.monotonic() + patience
    while (found := lock.holders(var / "lock")) and time.monotonic() < limit:
        time.sleep(0.05)
    return found


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT]
)
def test_asking_to_stop_leaves_nothing(start, tmp_path, number):
    up = start("web", "worker", "parent")
    opened(up)

    up.send_signal(number)

    assert up.wait(5) == 0
    assert up.stdout.read() == "Fermeture…\nPlateau est fermé.\n"
    assert left_behind(tmp_path, patience=0) == []


def test_closed_terminal_leaves_nothing(start, tmp_path):
    up = start("web", "worker")
    opened(up)

    up.stdout.close()
    up.send_signal(signal.SIGHUP)

    assert up.wait(5) == 0
    assert left_behind(tmp_path, patience=0) == []


def test_deaf_child_is_killed(start, tmp_path):
    up = start("web", "stubborn")
    opened(up)

    up.terminate()

    assert up.wait(6) == 0
    assert "« stubborn » ne s’arrêtait pas" in up.stdout.read()
    assert left_behind(tmp_path, patience=0) == []


def test_second_start_is_refused_with_the_address(start, port):
    opened(start("web", "worker"))

    second = start("web", "worker")

    assert second.wait(5) == 1
    assert second.stdout.read() == f"Plateau tourne déjà : http://localhost:{port}\n"


def test_killed_supervisor_leaves_a_house_that_opens_again(start, tmp_path):
    first = start("web", "worker", "stubborn")
    opened(first)

    first.kill()
    first.wait()

    assert left_behind(tmp_path) == []
    opened(start("web", "worker"))


def test_start_right_after_a_kill_deals_with_the_orphans(start, tmp_path, port):
    """As on a system that does not tell children of their parent's death."""
    script = tmp_path / "worker.py"
    script.write_text(CHILDREN["worker"])
    handle = os.open(tmp_path / "lock", os.O_RDWR | os.O_CREAT)
    assert lock._try(handle)
    os.write(handle, json.dumps({"pid": 2**22 + 1, "url": "http://x"}).encode())
    orphan = subprocess.Popen([sys.executable, script], pass_fds=[handle])
    os.close(handle)

    up = start("web", "worker")

    assert up.stdout.readline().startswith("Le Plateau précédent n’a pas fini")
    assert orphan.wait(10) == -signal.SIGKILL
    opened(up)


def test_start_while_the_first_is_closing_waits_for_it(start):
    first = start("web", "stubborn")
    opened(first)
    first.terminate()
    assert first.stdout.readline() == "Fermeture…\n"

    opened(start("web", "worker"))

    assert first.wait(1) == 0


def test_lock_file_of_a_machine_that_crashed_blocks_nothing(start, tmp_path):
    (tmp_path / "lock").write_text('{"pid": 1, "url": "http://localhost:1"}')

    opened(start("web", "worker"))


def test_first_child_that_dies_stops_all_and_is_quoted(start, tmp_path):
    up = start("web", "dying", "worker")
    opened(up)

    assert up.wait(8) == 1
    said = up.stdout.read()
    assert "« dying » s’est arrêté (code 1)" in said
    assert "  | the disk is full\n" in said
    assert left_behind(tmp_path, patience=0) == []


def test_busy_port_is_a_sentence(start, port):
    with socket.create_server(("127.0.0.1", int(port))):
        up = start("web", "worker")

        assert up.wait(5) == 1
        assert up.stdout.read() == (
            f"Le port {port} est déjà pris par un autre programme. Choisissez-en un "
            f"autre, par exemple : PORT={int(port) + 1} ./start\n"
        )


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", ""])
def test_port_that_is_none_is_a_sentence(port):
    with pytest.raises(lock.Refused, match="n’est pas un numéro de port"):
        check_port(port)


def test_broker_keeps_only_the_messages_of_the_day(tmp_path):
    for name, age in {"old.q.msg": 90000, "new.q.msg": 60, "q.exchange": 90000}.items():
        (tmp_path / name).write_text("{}")
        os.utime(tmp_path / name, (time.time() - age,) * 2)

    broker.empty(tmp_path)

    assert sorted(p.name for p in tmp_path.iterdir()) == ["new.q.msg", "q.exchange"]


@pytest.mark.slow
def test_the_real_thing_opens_twice_answers_and_leaves_nothing(tmp_path, port):
    env = {
        k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}
    }
    env |= {
        "PLATEAU_VAR": str(tmp_path),
        "PORT": port,
        "DJANGO_SETTINGS_MODULE": "agency.settings.dev",
    }
    for attempt in ("first", "second, after a kill"):
        up = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
        )
        with up.stdout:
            lines = iter(up.stdout.readline, "")
            assert any(f"http://localhost:{port}" in line for line in lines), attempt
            assert status(f"http://localhost:{port}/") == 200
            up.send_signal(signal.SIGKILL if attempt == "first" else signal.SIGINT)
            up.wait(15)
        assert left_behind(tmp_path, patience=5) == []


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as page:  # noqa: S310 - localhost
            return page.status
    except urllib.error.HTTPError as error:
        return error.code
