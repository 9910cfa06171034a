"""Is this a paper that the house keeps? Told from what the file holds, not from its name."""

import hashlib
import struct
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MEGABYTES = 20
LARGEST = MEGABYTES * 1024 * 1024
NAME_LENGTH = 120
MOST_PIXELS = 60_000_000
# Enough to read the smallest print of an A4 page.
LONGEST_SIDE, QUALITY = 3000, 85
SECONDS = 30
PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
ENDS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}
BEGINS = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
ARCHIVES = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")
INSPECTION = Path(__file__).with_name("inspection.py")
TOO_LARGE = gettext_lazy("This picture is too large: take it again, smaller.")
# What the inspection of a PDF answers, but ``fine``.
WRONG = {
    "active": gettext_lazy(
        "This PDF holds a script or other files: print it to a new PDF, then give that one."
    ),
    "locked": gettext_lazy("This PDF is locked by a password: give it without one."),
    "damaged": gettext_lazy(
        "This PDF is damaged and does not open: export it again, or scan the paper."
    ),
    "heavy": gettext_lazy(
        "This PDF unfolds to far more than a paper holds: print it to a new PDF."
    ),
}


class PaperRefused(Exception):
    """Nothing was kept; ``str()`` says what is wrong with the file and how to mend it."""


@dataclass(frozen=True)
class Content:
    """What is kept of a file: its bytes, as they are given back."""

    data: bytes
    media_type: str
    name: str

    @property
    def sha256(self):
        return hashlib.sha256(self.data).hexdigest()


def content_of(upload):
    """The ``Content`` of an uploaded file, once it is looked at. Raises PaperRefused.

    What is too large is refused by its size alone: not a byte of it is read here.
    """
    if not upload.size:
        raise PaperRefused(_("This file is empty: choose it again."))
    if upload.size > LARGEST:
        raise PaperRefused(
            _(
                "This file is larger than %(count)s MB: scan it in grey, or in a lower "
                "resolution."
            )
            % {"count": MEGABYTES}
        )
    data = upload.read()
    media_type = _told(data)
    if media_type == PDF:
        _need_a_quiet_pdf(data)
    else:
        data = _drawn_anew(data, media_type)
    return Content(data, media_type, named(upload.name, media_type))


def _told(data):
    """The type of ``data``, one of ours. Raises PaperRefused."""
    for beginning, media_type in BEGINS:
        if data.startswith(beginning):
            return media_type
    if data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"%PDF-"):
        return PDF
    if data.startswith(ARCHIVES):
        raise PaperRefused(
            _(
                "This file is an archive or an office document: open it, and give its "
                "papers as PDF, one by one."
            )
        )
    raise PaperRefused(
        _(
            "Only a PDF, a JPEG or a PNG: whatever its name says, this file is none of "
            "them."
        )
    )


def named(name, media_type):
    """The name as it was given, without its folder, with the end of what the file is."""
    bare = PurePosixPath(str(name).replace("\\", "/")).name
    stem = "".join(sign for sign in bare if sign.isprintable()).strip()
    stem = PurePosixPath(stem).stem.strip(". ") or _("paper")
    return f"{stem[:NAME_LENGTH]}{ENDS[media_type]}"


def _need_a_quiet_pdf(data):
    """The file is kept to the byte: a signature inside it stays good."""
    try:
        run = subprocess.run(  # noqa: S603 - ours, and what is sent is its input
            [sys.executable, "-I", str(INSPECTION)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PaperRefused(str(WRONG["heavy"])) from None
    said = run.stdout.decode()
    if said != "fine" or run.returncode:
        raise PaperRefused(str(WRONG.get(said, WRONG["heavy"])))


def _drawn_anew(data, media_type):
    """The picture alone: what else was in the file (place, camera) does not come along."""
    from PIL import Image, ImageOps  # slow import

    out = BytesIO()
    kind = "JPEG" if media_type == JPEG else "PNG"
    try:
        with Image.open(BytesIO(data), formats=(kind,)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PaperRefused(str(TOO_LARGE))
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            page = ImageOps.exif_transpose(picture).convert("RGB")
            page.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            page.save(out, kind, quality=QUALITY, optimize=True)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PaperRefused(str(TOO_LARGE)) from error
    except (OSError, ValueError, SyntaxError, TypeError, struct.error) as error:
        raise PaperRefused(
            _("This picture cannot be read: take it again, or scan the paper.")
        ) from error
    return out.getvalue()
