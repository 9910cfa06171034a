"""What must be there before the embedded Plateau opens; in the steady state, a glance."""

import hashlib
import shutil
import time
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation.reloader import translation_file_changed

from agency.core.words import say, seconds, sentence


def prepare(*, fresh=False):
    """Do what is left to do, one line for each step that was."""
    _step("catalogues", compile_catalogues)
    if fresh:
        _step("fresh", start_afresh)
    _step("migrate", migrate)
    _step("static", collect_static)
    _step("demo", load_demo)
    connections.close_all()


def _step(name, work):
    began = time.monotonic()
    if work():
        took = seconds(time.monotonic() - began)
        say("step", label=sentence(name), seconds=took)


def compile_catalogues():
    if not any(_is_stale(po) for folder in _locales() for po in folder.rglob("*.po")):
        return False
    call_command("catalogues", verbosity=0)
    # This process has read the catalogues as they were.
    translation_file_changed(sender=None, file_path=Path("django.mo"))
    return True


def _locales():
    folders = [Path(app.path) / "locale" for app in apps.get_app_configs()]
    ours = [folder for folder in folders if settings.BASE_DIR in folder.parents]
    return [f for f in ours if ".venv" not in f.parts] + settings.LOCALE_PATHS


def _is_stale(po):
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def start_afresh():
    """Forget everything; the caller has made sure that this is the demo."""
    connections.close_all()
    if connection.vendor == "sqlite":
        name = settings.DATABASES["default"]["NAME"]
        for suffix in ("", "-wal", "-shm"):
            Path(f"{name}{suffix}").unlink(missing_ok=True)
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    for name in ("media", "mail", "broker/messages", "broker/processed"):
        shutil.rmtree(settings.VAR_DIR / name, ignore_errors=True)
        (settings.VAR_DIR / name).mkdir(parents=True, exist_ok=True)
    return True


def migrate():
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", verbosity=0, interactive=False)
    # A start that was cut short between the two finds its table now.
    call_command("createcachetable", verbosity=0)
    return bool(plan)


def collect_static():
    stamp = settings.VAR_DIR / "static.stamp"
    seen = _static_fingerprint()
    if settings.DEBUG or (stamp.exists() and stamp.read_text() == seen):
        return False
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(seen)
    return True


def _static_fingerprint():
    """Names, sizes and dates of every source; no file is read."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_demo():
    if not settings.DEMO or "demo" not in get_commands():
        return False
    if get_user_model()._base_manager.exists():
        return False
    call_command("demo", verbosity=0)
    return True
