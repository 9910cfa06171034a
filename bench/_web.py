"""Real HTTP: gunicorn as in production, and clients that keep their connection."""

import http.client
import subprocess
import sys
import time
from contextlib import contextmanager

from bench import _harness as harness

CSRF = "a" * 32
SECONDS = 30


@contextmanager
def served(env, port, workers=2):
    """The house behind gunicorn with ``workers`` processes."""
    log = open(f"{env['PLATEAU_VAR']}/web.log", "wb")  # noqa: SIM115 closed below
    command = f"-m gunicorn -c python:agency.settings.gunicorn -b 127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, *command.split()],
        env=env | {"WEB_CONCURRENCY": str(workers)},
        cwd=harness.ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait(port)
        yield
    finally:
        process.terminate()
        process.wait(15)
        log.close()


def _wait(port):
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        try:
            if Browser(port).get("/floor/")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server did not answer")


class Browser:
    """One person's browser: a connection, a session, a count of requests."""

    def __init__(self, port, session=""):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        self.cookie = f"session={session}; csrf={CSRF}"
        self.requests = 0
        # Of the last answer.
        self.headers = {}

    def get(self, path, headers=None):
        return self._ask("GET", path, None, headers or {})

    def post(self, path, body=""):
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, body, kind | {"X-CSRFToken": CSRF})

    def _ask(self, method, path, body, headers):
        """The status, the address it leads to, and the page."""
        self.requests += 1
        headers = {"Cookie": self.cookie, "Host": "localhost", **headers}
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        self.headers = response.headers
        page = response.read().decode()
        return response.status, response.headers.get("Location", ""), page
