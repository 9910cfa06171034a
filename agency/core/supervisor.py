"""The supervisor: a web server and a worker that live and die together."""

import http.client
import os
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from agency.core import lock
from agency.core.orphans import ask_the_kernel
from agency.core.words import say, say_raw, seconds, sentence

PATIENCE = 10
SLOWEST_START = 60
STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


@dataclass
class Child:
    """One program, its log file and, once started, its process."""

    name: str
    argv: list[str]
    log: Path
    process: subprocess.Popen | None = None

    def start(self, lock_handle):
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | {"PLATEAU_SUPERVISED": "1"},
                # Inherits the lock; answers to us alone, not to the terminal.
                pass_fds=(lock_handle,),
                start_new_session=True,
                preexec_fn=ask_the_kernel,
            )

    @property
    def is_dead(self):
        return self.process is not None and self.process.poll() is not None

    def signal(self, number):
        """To the program and to what it started."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def last_lines(self, count=15):
        return self.log.read_text("utf-8", "replace").splitlines()[-count:]


def check_port(port):
    """The port as a number; or Refused, with a sentence."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise lock.Refused(sentence("port_bad", port=port))
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except PermissionError:
            raise lock.Refused(sentence("port_forbidden", port=port)) from None
        except OSError:
            other = int(port) + 1 if int(port) < 65535 else 8000
            raise lock.Refused(sentence("port_busy", port=port, other=other)) from None
    return int(port)


class Supervisor:
    """Starts ``children``, waits for the first to answer on ``port``, then for an end."""

    def __init__(self, children, *, port, lock_handle, hello=(), hourly=None):
        self.children = children
        self.port = port
        self.lock_handle = lock_handle
        self.hello = hello
        self.hourly = hourly
        self.stops_asked = 0

    def run(self):
        """The exit code: 0 when asked to stop, 1 when a child died."""
        began = time.monotonic()
        for number in STOP:
            signal.signal(number, self._ask_to_stop)
        try:
            for child in self.children:
                child.start(self.lock_handle)
            ready = self._wait_until_ready()
            if ready:
                took = seconds(time.monotonic() - began)
                say("ready", port=self.port, seconds=took)
                for line in self.hello:
                    say_raw(line)
                self._watch()
            return self._verdict(ready)
        finally:
            self._stop()

    def _ask_to_stop(self, _number, _frame):
        self.stops_asked += 1

    @property
    def _goes_on(self):
        return not self.stops_asked and not any(c.is_dead for c in self.children)

    def _wait_until_ready(self):
        limit = time.monotonic() + SLOWEST_START
        while self._goes_on and time.monotonic() < limit:
            if self._answers():
                return True
            time.sleep(0.05)
        return False

    def _answers(self):
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            web.request("GET", "/sante/", headers={"Host": f"localhost:{self.port}"})
            web.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            web.close()
        return True

    def _watch(self):
        tidied = time.monotonic()
        while self._goes_on:
            time.sleep(0.2)
            if self.hourly and time.monotonic() - tidied > 3600:
                tidied = time.monotonic()
                self.hourly()

    def _verdict(self, ready):
        if self.stops_asked:
            say("closing")
            return 0
        for child in self.children:
            if child.is_dead:
                code = child.process.returncode
                say("died", name=child.name, code=code, log=child.log)
                for line in child.last_lines():
                    say_raw(f"  | {line}")
                return 1
        if not ready:
            say("not_ready", seconds=SLOWEST_START, log=self.children[0].log)
        return 1

    def _stop(self):
        """TERM, then KILL after ten seconds, or at once when asked a second time."""
        lock.mark_closing(self.lock_handle)
        asked = self.stops_asked
        limit = time.monotonic() + PATIENCE
        for child in self.children:
            child.signal(signal.SIGTERM)
        while time.monotonic() < limit and self.stops_asked <= asked:
            if all(child.process is None or child.is_dead for child in self.children):
                break
            time.sleep(0.05)
        for child in self.children:
            if child.process is not None and not child.is_dead:
                say("killed", name=child.name)
            # Also what a dead child has left in its group.
            child.signal(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()
        say("closed")
