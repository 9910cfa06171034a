"""The embedded broker: Kombu's folder of messages, each of which appears whole.

Kombu creates a message's file before it writes into it; a worker that looks in
between reads an empty message, and dies of it. Here the file is written aside, then
renamed, and messages older than a day are swept: the database is the truth.
"""

import os
import time
import uuid
from pathlib import Path

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

DAY = 24 * 3600


class Channel(filesystem.Channel):
    def _put(self, queue, payload, **kwargs):
        # Named so that the folder, sorted, is the order of arrival, reboots included.
        name = f"{time.time_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        target = Path(self.data_folder_out) / name
        try:
            aside = target.with_suffix(".tmp")
            aside.write_bytes(dumps(payload).encode())
            os.replace(aside, target)
        except OSError as error:
            raise ChannelError(f"cannot write {target}") from error


class Transport(filesystem.Transport):
    Channel = Channel


def empty(folder, *, older_than=DAY):
    """Remove the messages, read or not, that nobody will want any more."""
    limit = time.time() - older_than
    for path in Path(folder).rglob("*.*"):
        try:
            if path.suffix in {".msg", ".tmp"} and path.stat().st_mtime < limit:
                path.unlink()
        except FileNotFoundError:
            continue
