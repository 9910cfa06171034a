"""The world: the demo agency, loaded once, for the tests that need a house in use.

It is built by the real commands in a process of its own. On SQLite each worker of the
tests gets a copy of the file, kept under ``var/`` until a source or the day changes; on
PostgreSQL, a database made from a template and dropped at the end of the run. The empty
tables of all other tests are copied in the same way.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import dj_database_url
import psycopg
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.utils import load_backend

from agency.core.clock import today

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / "var" / "tests"
# What the world is made from: a change in one of these makes it anew.
SOURCES = (
    "agency",
    "programmes",
    "groups",
    "mentoring",
    "grants",
    "templates",
    "static",
)
SUFFIXES = {".py", ".toml", ".txt", ".html", ".po", ".css", ".js", ".svg"}
# How the databases of all runs begin; then comes the name of one.
OURS = "test_plateau_world_"
# What ./start does before it opens: catalogues, tables, static files, the demo.
PREPARE = "from agency.core.prepare import prepare; prepare()"


def is_postgres():
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def run_name():
    """The same word in every worker of a run, set by tests/conftest.py."""
    return os.environ["PLATEAU_TEST_RUN"]


def empty():
    """Every table and no row: a file of SQLite, or the name of a database to copy.

    A run migrates once, and not once a worker; a file is kept until a migration changes.
    """
    folder = SCRATCH / f"empty-{_fingerprint_of(_migrations())}"
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{OURS}{run_name()}_empty"
    path = folder / "empty.sqlite3"
    built = folder / (name if is_postgres() else "built")
    with _one_at_a_time(folder):
        if not built.exists():
            path.unlink(missing_ok=True)
            if is_postgres():
                admin(f'CREATE DATABASE "{name}"')
            address = url_of(name) if is_postgres() else f"sqlite:///{path}"
            manage("migrate", url=address, var=folder)
            built.touch()
    return name if is_postgres() else path


def fill(target):
    """Copy the empty tables to ``target``; return the connection that holds them there."""
    return _copied(empty(), target)


def _copied(source, target):
    filled = sqlite3.connect(target, uri=True)
    with closing(sqlite3.connect(source)) as opened:
        opened.backup(filled)
    return filled


def ready():
    """The folder of the world, built first if nobody has built it yet."""
    folder = SCRATCH / f"world-{_fingerprint()}"
    folder.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(folder):
        if not (folder / "built").exists():
            _build(folder)
    return folder


def build_ahead():
    """Begin to build the world in a process of its own, which is returned.

    Whoever needs the world waits for it.
    """
    code = "import django; django.setup(); from tests import world; world.ready()"
    return subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)


def _fingerprint():
    found = (path for top in SOURCES for path in (ROOT / top).rglob("*.*"))
    paths = sorted(path for path in found if path.suffix in SUFFIXES)
    name = _fingerprint_of(paths, today().isoformat())
    return f"{run_name()}-{name}" if is_postgres() else name


def _migrations():
    """What the empty tables are made from, Django's and the other libraries' included."""
    ours = (path for top in SOURCES for path in (ROOT / top).rglob("migrations/*.py"))
    return sorted([*ours, *(ROOT / "requirements").glob("*.txt")])


def _fingerprint_of(paths, said=""):
    digest = hashlib.sha256(said.encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _one_at_a_time(folder):
    with (folder / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(folder):
    failure = folder / f"failed-{run_name()}"
    if failure.exists():
        raise RuntimeError(failure.read_text("utf-8"))
    for name in ("world.sqlite3", "world.sqlite3-wal", "world.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    if is_postgres():
        admin(f'CREATE DATABASE "{database(folder)}" TEMPLATE "{empty()}"')
    else:
        _copied(empty(), folder / "world.sqlite3").close()
    made = manage("shell", "-c", PREPARE, url=url(folder), var=folder, check=False)
    if made.returncode:
        failure.write_text(made.stdout, "utf-8")
        raise RuntimeError(made.stdout)
    (folder / "built").touch()
    _forget_older(folder)


def _forget_older(folder):
    """Those of another hour: somebody else may be using the newest ones."""
    for other in SCRATCH.glob("*-*"):
        if other != folder and time.time() - other.stat().st_mtime > 3600:
            shutil.rmtree(other, ignore_errors=True)


def manage(*arguments, url, var, check=True, **environment):
    """Run a command of ``manage.py`` as the embedded demo, on a database of ours."""
    env = {k: v for k, v in os.environ.items() if k != "REDIS_URL"}
    env |= {
        "DJANGO_SETTINGS_MODULE": "agency.settings.dev",
        "DATABASE_URL": url,
        "PLATEAU_VAR": str(var),
        "PRIVATE_MEDIA_ROOT": str(Path(var) / "media"),
        "EMAIL_URL": f"file:///{Path(var) / 'mail'}",
    }
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments],
        env=env | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=check,
    )


def database(folder):
    return f"{OURS}{folder.name.removeprefix('world-').replace('-', '_')}"


def url(folder):
    """Where the world itself lives; nobody but its builder writes there."""
    if is_postgres():
        return url_of(database(folder))
    return f"sqlite:///{folder / 'world.sqlite3'}"


def url_of(name):
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def copy(folder, name):
    """A copy of the world for one user of it, as the address of its database."""
    if is_postgres():
        target = f"{database(folder)}_{name}"
        admin(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        admin(f'CREATE DATABASE "{target}" TEMPLATE "{database(folder)}"')
        return url_of(target)
    path = folder / f"{name}-{run_name()}.sqlite3"
    path.unlink(missing_ok=True)
    _copied(folder / "world.sqlite3", path).close()
    return f"sqlite:///{path}"


def connect(address):
    """A connection of one's own to the database at ``address``, named default."""
    parsed = dj_database_url.parse(address)
    place = {key: parsed[key] for key in ("NAME", "HOST", "PORT", "USER", "PASSWORD")}
    given = connections.settings["default"] | place
    return load_backend(given["ENGINE"]).DatabaseWrapper(given, "default")


@contextmanager
def instead_of_default(wrapper):
    """Inside the block ``wrapper`` is the database of this thread."""
    usual = connections["default"]
    connections["default"] = wrapper
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connections["default"] = usual
        ContentType.objects.clear_cache()


@contextmanager
def connected(address):
    """Inside the block, queries of this thread go to the database at ``address``."""
    with closing(connect(address)) as wrapper, instead_of_default(wrapper):
        yield


def admin(statement):
    """Run a statement that no transaction may hold."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def forget():
    """Remove what this run has made and nobody will use again."""
    for path in SCRATCH.glob(f"world-*/*-{run_name()}.sqlite3*"):
        path.unlink(missing_ok=True)
    for path in SCRATCH.glob(f"empty-*/{OURS}{run_name()}_empty"):
        path.unlink(missing_ok=True)
    if is_postgres():
        names = admin("SELECT datname FROM pg_database")
        for name in (name for (name,) in names if name.startswith(OURS + run_name())):
            admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
