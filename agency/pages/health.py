"""Is the house well? Database, storage, broker, workers, beat."""

import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from agency.core.clock import now
from agency.core.models import JobRun

BEAT_LATE = timedelta(minutes=3)
# A house that has just opened has not heard its first beat yet.
OPENED = time.monotonic()
FIRST_BEAT = 120


@dataclass(frozen=True)
class Check:
    """``vital`` ones make the site answer 503."""

    label: str
    sound: bool
    detail: str = ""
    vital: bool = False


@dataclass(frozen=True)
class Report:
    checks: list

    @property
    def sound(self):
        return all(check.sound for check in self.checks if check.vital)


def report():
    """Look at everything once; never raises."""
    database = _database()
    checks = [database, _storage(), _broker()]
    if database.sound:
        checks += _jobs()
    return Report(checks)


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Check(_("Database"), False, type(error).__name__, vital=True)
    return Check(_("Database"), True, connection.vendor, vital=True)


def _storage():
    root = Path(settings.PRIVATE_MEDIA_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root) as probe:
            probe.write(b"plateau")
    except OSError as error:
        return Check(_("Storage of documents"), False, str(error), vital=True)
    return Check(_("Storage of documents"), True, vital=True)


def _broker():
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except (OperationalError, OSError) as error:
        return Check(_("Broker"), False, type(error).__name__, vital=True)
    return Check(_("Broker"), True, vital=True)


def _jobs():
    """The heartbeat is rung by beat and noted by a worker: it speaks for both."""
    jobs = dict(JobRun.objects.values_list("name", "last_run_at"))
    beat = jobs.get("heartbeat")
    alive = beat is not None and now() - beat < BEAT_LATE
    since = beat.isoformat(timespec="seconds") if beat else _("never")
    opened = time.monotonic() - OPENED > FIRST_BEAT
    return [Check(_("Workers and beat"), alive, since, vital=opened)]
