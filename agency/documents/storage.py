"""Where issued documents live: outside the web root, with no address of their own."""

import os
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage


class PrivateStorage(FileSystemStorage):
    """Files that only our view hands out, and that are whole or not there.

    A file is written beside its place, forced to the disk, then put there in one move:
    a full disk or a killed worker leaves no half document where somebody may read it.
    """

    PART = ".part"

    def __init__(self):
        super().__init__(location=settings.PRIVATE_MEDIA_ROOT, base_url=None)

    def url(self, name):
        raise ValueError("a private file has no address: give that of its document")

    def _save(self, name, content):
        place = Path(self.path(name))
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = place.with_name(place.name + self.PART)
        try:
            with part.open("xb") as out:
                part.chmod(0o600)
                out.writelines(content.chunks())
                out.flush()
                os.fsync(out.fileno())
            part.replace(place)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return name


def private_storage():
    return PrivateStorage()
