"""The demo's mail server: a folder, with one file for each message."""

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writes ``<Message-ID>.eml`` whole or not at all; sent again, it replaces itself."""

    def __init__(self, *args, file_path=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.folder = Path(file_path or settings.EMAIL_FILE_PATH)

    def send_messages(self, email_messages):
        self.folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(message.message())
        return len(email_messages)

    def _write(self, message):
        name = message["Message-ID"].strip("<>").partition("@")[0]
        safe = "".join(c for c in name if c.isalnum() or c in ".-")
        aside = self.folder / f".{safe}.{uuid.uuid4().hex}.tmp"
        aside.write_bytes(message.as_bytes())
        os.replace(aside, self.folder / f"{safe}.eml")
