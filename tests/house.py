"""The real thing on a copy of the world: web servers and a worker in their processes."""

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests import world as worlds

PATIENCE = 60
GUNICORN = "-m gunicorn -c python:agency.settings.gunicorn -b 127.0.0.1:{port}"
SUPERVISOR = "manage.py up"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class House:
    """A copy of the world with its own folder, and the programs that run on it."""

    def __init__(self, world, name):
        self.var = worlds.SCRATCH / f"house-{worlds.run_name()}-{name}"
        self.var.mkdir(parents=True)
        (self.var / "static").symlink_to(world / "static")
        shutil.copy(world / "static.stamp", self.var)
        for part in ("media", "mail"):
            (world / part).mkdir(exist_ok=True)
            shutil.copytree(world / part, self.var / part)
        self.database = worlds.copy(world, f"house_{name.replace('-', '_')}")
        self.programs = []

    def environment(self, port):
        ours = {k: v for k, v in os.environ.items() if k != "REDIS_URL"}
        return ours | {
            "DJANGO_SETTINGS_MODULE": "agency.settings.dev",
            "DATABASE_URL": self.database,
            "PLATEAU_VAR": str(self.var),
            "PRIVATE_MEDIA_ROOT": str(self.var / "media"),
            "EMAIL_URL": f"file:///{self.var / 'mail'}",
            "PORT": str(port),
            "SITE_URL": f"http://localhost:{port}",
        }

    def run(self, program=SUPERVISOR):
        """Start ``program`` on a free port; return its port once it answers."""
        port = free_port()
        log = (self.var / f"{port}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *program.format(port=port).split()],
            cwd=worlds.ROOT,
            env=self.environment(port),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        log.close()
        self.programs.append(process)
        self._wait(process, port)
        return port

    def _wait(self, process, port):
        limit = time.monotonic() + PATIENCE
        while process.poll() is None and time.monotonic() < limit:
            web = http.client.HTTPConnection("localhost", port, timeout=5)
            with contextlib.suppress(OSError), contextlib.closing(web):
                web.request("GET", "/sante/")
                web.getresponse().read()
                return
            time.sleep(0.1)
        raise RuntimeError((self.var / f"{port}.log").read_text("utf-8", "replace"))

    def letters(self):
        """The messages sent so far, as the demo keeps them."""
        return sorted(Path(self.var / "mail").glob("*.eml"))

    def close(self):
        for process in self.programs:
            process.terminate()
        for process in self.programs:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.var, ignore_errors=True)
