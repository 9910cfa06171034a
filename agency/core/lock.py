"""One Plateau at a time: a lock that lives as long as any process holding it."""

import fcntl
import json
import os
import signal
import time
from pathlib import Path

from agency.core.words import say, sentence

# A supervisor that is closing kills what is deaf after ten seconds.
PATIENCE = 12


class Refused(Exception):
    """Why this start does not happen, as a sentence."""


def take(path, *, url):
    """The descriptor of the lock, to be inherited by the children; or Refused.

    A file left behind locks nothing, so there is nothing stale to clean. Processes left
    behind do: those of a supervisor killed outright, which are about to stop.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    if not _try(handle):
        _wait_for_orphans(path, handle)
    _write(handle, {"pid": os.getpid(), "url": url})
    return handle


def mark_closing(handle):
    """Whoever starts from now on waits for the end instead of being refused."""
    _write(handle, {})


def _write(handle, note):
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(note).encode(), 0)


def _try(handle):
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for_orphans(path, handle):
    note = _read(path)
    if _is_alive(note.get("pid"), path):
        raise Refused(sentence("running", url=note["url"]))
    say("orphans")
    if _wait(handle):
        return
    for pid in holders(path):
        os.kill(pid, signal.SIGKILL)
    if not _wait(handle):
        pids = ", ".join(map(str, holders(path))) or "?"
        raise Refused(sentence("orphans_stay", pids=pids))


def _wait(handle):
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if _try(handle):
            return True
        time.sleep(0.1)
    return False


def _read(path):
    try:
        return json.loads(path.read_text())
    except ValueError:
        return {}


def _is_alive(pid, path):
    """Whether the supervisor that wrote the note still runs."""
    if not pid:
        return False
    if Path("/proc/self/fd").is_dir():
        return pid in holders(path)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def holders(path):
    """The other processes with the lock file open; where there is no /proc, none known."""
    target = os.path.realpath(path)
    found = set()
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if os.readlink(link) == target:
                found.add(int(link.parts[2]))
        except OSError:
            continue
    return sorted(found - {os.getpid()})
