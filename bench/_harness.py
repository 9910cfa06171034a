"""A database of one's own, a machine that says its name, samples that become figures."""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get(
    "DATABASE_URL", "postgres://postgres@127.0.0.1:5432/plateau_bench"
)
# A Redis database that nobody else uses.
REDIS = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/9")
MODEL = "model name"


def named(suffix=""):
    """The address of the bench's database, or of a sister of it."""
    parts = urlsplit(POSTGRES)
    return urlunsplit(parts._replace(path=f"{parts.path}{suffix}"))


def _admin(statement):
    parts = urlsplit(POSTGRES)._replace(path="/postgres")
    with psycopg.connect(urlunsplit(parts), autocommit=True) as connection:
        return connection.execute(statement)


@contextmanager
def database(suffix="", *, template=None):
    """A new database, dropped at the end; ``template`` is the suffix of one to copy."""
    name = urlsplit(named(suffix)).path[1:]
    source = (
        f' TEMPLATE "{urlsplit(named(template)).path[1:]}"'
        if template is not None
        else ""
    )
    _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    _admin(f'CREATE DATABASE "{name}"{source}')
    try:
        yield named(suffix)
    finally:
        _admin(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextmanager
def scratch():
    """A folder for the files of a run."""
    with tempfile.TemporaryDirectory(prefix="plateau-bench-") as folder:
        yield Path(folder)


def environment(url, var, **more):
    """What every process of a bench is given."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "bench.settings",
        "DATABASE_URL": url,
        "REDIS_URL": REDIS,
        "PLATEAU_VAR": str(var),
        "PRIVATE_MEDIA_ROOT": str(Path(var) / "media"),
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        **more,
    }


def manage(*arguments, env):
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments], env=env, check=True, cwd=ROOT
    )


def prepared(url, var):
    """Tables and style sheets, as an installation has them; returns the environment."""
    env = environment(url, var)
    manage("catalogues", "--verbosity=0", env=env)
    manage("migrate", "--verbosity=0", env=env)
    manage("collectstatic", "--verbosity=0", "--no-input", env=env)
    return env


def up(env):
    """This process becomes the house."""
    os.environ.update(env)
    os.chdir(ROOT)
    import django

    django.setup()


def close():
    """Give the connections back, so that the database can be dropped."""
    from django.db import connections

    for connection in connections.all():
        connection.close()
        connection.close_pool()


median = statistics.median


def figures(samples, digits=2):
    """Minimum, median and maximum, as DESIGN 9 asks."""
    return {
        "min": round(min(samples), digits),
        "median": round(statistics.median(samples), digits),
        "max": round(max(samples), digits),
        "samples": len(samples),
    }


def machine():
    """Where this was measured, and on what."""
    return {
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "django": _version("django"),
        "postgresql": _postgres(),
    }


def _version(package):
    from importlib.metadata import version

    return version(package)


def _postgres():
    with psycopg.connect(named_server()) as connection:
        return connection.execute("SHOW server_version").fetchone()[0].split()[0]


def named_server():
    return urlunsplit(urlsplit(POSTGRES)._replace(path="/postgres"))


def _cpu():
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    found = [line.partition(":")[2].strip() for line in lines if MODEL in line]
    return found[0] if found else platform.processor()


def emit(name, **result):
    """The one line."""
    print(json.dumps({"bench": name, "machine": machine(), **result}))
