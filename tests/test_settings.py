"""Production refuses to start with a hole in its environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agency.celery import app
from agency.settings.guards import PLACEHOLDER

ROOT = Path(__file__).resolve().parent.parent
SECRETS = {
    "SECRET_KEY": "a9-Kq_3vT7wLx2Zr8nBd5mHs1fGj6pYc4eUiOoQaVbNtMkRl-long-enough",
    "SEALED_TEXT_KEYS": "b2theS1ub3QtdGhlLWtleS1vZi1hbnlib2R5LWVsc2U=",
    "DATABASE_URL": "postgres://plateau:s3cret@postgres:5432/plateau",
    "SITE_URL": "https://plateau.agence.example",
}
OPTIONAL = {"CLAMAV_ADDRESS", "DATABASE_POOL_SIZE", "LOG_LEVEL", "SENTRY_DSN"}
# Compose and gunicorn read these, Django does not.
NOT_OURS = {
    "POSTGRES_PASSWORD",
    "PORT",
    "WEB_CONCURRENCY",
    "WEB_THREADS",
    "WORKER_CONCURRENCY",
}


def example():
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return dict(pairs)


def run(*command, **env):
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=env | {"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def load(*say, **env):
    """Import the production settings in a process of its own, and print some."""
    program = f"""
import json
from agency.settings import base
print(json.dumps([getattr(base, name) for name in {list(say)}], default=str))
"""
    return run("-c", program, **env)


PRODUCTION = {k: v for k, v in example().items() if k not in NOT_OURS} | SECRETS


def test_production_starts_with_every_variable():
    assert load("DEMO", "DEBUG", **PRODUCTION).stdout == "[false, false]\n"


@pytest.fixture(scope="module")
def complaints():
    """What production says when each variable in turn is missing, in one process."""
    program = """
import importlib, json, os, sys
said = {}
for name in json.loads(sys.argv[1]):
    value = os.environ.pop(name)
    sys.modules.pop("agency.settings.base", None)
    try:
        importlib.import_module("agency.settings.base")
    except Exception as error:
        said[name] = str(error)
    os.environ[name] = value
print(json.dumps(said))
"""
    return json.loads(
        run("-c", program, json.dumps([*PRODUCTION]), **PRODUCTION).stdout
    )


@pytest.mark.parametrize("missing", sorted(set(PRODUCTION) - OPTIONAL))
def test_production_refuses_a_missing_variable(complaints, missing):
    assert missing in complaints[missing]


def test_production_does_without_a_tuning_variable(complaints):
    assert complaints.keys() == set(PRODUCTION) - OPTIONAL


def test_hole_in_the_environment_stops_the_start():
    env = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}

    attempt = run(
        "manage.py", "check", **env | {"DJANGO_SETTINGS_MODULE": "agency.settings.base"}
    )

    assert attempt.returncode != 0
    assert '"SECRET_KEY" not set' in attempt.stderr


def test_example_lists_every_variable_and_no_other():
    program = """
import json
from agency.settings import base
print(json.dumps(list(base.env.dump())))
"""
    asked = json.loads(run("-c", program, **PRODUCTION).stdout)

    assert set(asked) == set(example()) - NOT_OURS


@pytest.mark.parametrize("name", ["SECRET_KEY", "SEALED_TEXT_KEYS", "DATABASE_URL"])
def test_production_refuses_the_published_placeholder(name):
    assert PLACEHOLDER in example()[name]

    attempt = load(**PRODUCTION | {name: example()[name]})

    assert attempt.returncode != 0
    assert f"{name}: still the example of .env.example" in attempt.stderr


def test_example_as_it_is_serves_localhost():
    said = load("SESSION_COOKIE_NAME", "SECURE_SSL_REDIRECT", **example())

    assert said.stdout == '["session", false]\n'


@pytest.mark.parametrize("url", ["http://plateau.agence.example", "plateau", ""])
def test_production_refuses_an_address_without_tls(url):
    attempt = load(**PRODUCTION | {"SITE_URL": url})

    assert attempt.returncode != 0
    assert "SITE_URL" in attempt.stderr


@pytest.mark.parametrize(
    "key", ["", "too-short", "not base64 at all, not at all, not="]
)
def test_production_refuses_a_key_that_seals_nothing(key):
    attempt = load(**PRODUCTION | {"SEALED_TEXT_KEYS": key})

    assert attempt.returncode != 0
    assert "SEALED_TEXT_KEYS" in attempt.stderr


@pytest.mark.parametrize("switch", ["DEMO", "DEBUG", "PLATEAU_DEMO"])
def test_no_variable_turns_the_demo_on(switch):
    said = load("DEMO", "DEBUG", **PRODUCTION | {switch: "True"})

    assert said.stdout == "[false, false]\n"


def test_production_cookies_are_bound_to_the_host():
    said = load("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", **PRODUCTION)

    assert said.stdout == '["__Host-session", "__Host-csrf"]\n'


def test_production_passes_the_deployment_checks():
    check = run(
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        **PRODUCTION | {"DJANGO_SETTINGS_MODULE": "agency.settings.base"},
    )

    assert check.returncode == 0, check.stderr


def test_tasks_end_before_they_are_handed_out_again():
    program = """
import json
from agency.settings import base as s
print(json.dumps([
    s.CELERY_TASK_SOFT_TIME_LIMIT < s.CELERY_TASK_TIME_LIMIT,
    s.CELERY_TASK_TIME_LIMIT < s.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"],
]))
"""
    assert run("-c", program, **PRODUCTION).stdout == "[true, true]\n"


def test_schedule_names_tasks_that_exist():
    app.loader.import_default_modules()
    scheduled = {line["task"] for line in app.conf.beat_schedule.values()}

    assert scheduled - set(app.tasks) == set()


# --- The image ---------------------------------------------------------------
@pytest.mark.slow
def test_what_root_collects_is_read_by_whoever_serves_it(tmp_path):
    """The image collects as root and serves as another: the manifest was once 0600."""
    built = {"DJANGO_SETTINGS_MODULE": "agency.settings.dev", "PLATEAU_VAR": tmp_path}

    collected = run(
        "manage.py",
        "collectstatic",
        "--noinput",
        "-v0",
        **{name: str(value) for name, value in built.items()},
    )

    assert collected.returncode == 0, collected.stderr
    files = [path for path in (tmp_path / "static").rglob("*") if path.is_file()]
    assert files
    assert {path.stat().st_mode & 0o044 for path in files} == {0o044}


def test_the_image_is_built_by_one_service():
    """Four services that each exported one tag made the first build fail."""
    compose = (ROOT / "docker-compose.yml").read_text("utf-8")

    assert compose.count("build:") == 1
