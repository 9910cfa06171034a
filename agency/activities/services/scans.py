"""The paper sheet, scanned or photographed: made a PDF of ours before it is kept."""

from io import BytesIO

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from agency.activities.services.attendance import take_turn
from agency.core import journal

MEGABYTES = 10
LARGEST = MEGABYTES * 1024 * 1024
MOST_PAGES = 20
MOST_PIXELS = 60_000_000
# Enough to read a signature on A4; more is weight.
LONGEST_SIDE, QUALITY, DPI = 2600, 80, 220
PDF = b"%PDF-"
PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
# What a sheet of paper does not have: scripts, programs, files inside the file.
ACTIVE = (
    "/JS",
    "/JavaScript",
    "/Launch",
    "/EmbeddedFiles",
    "/EF",
    "/RichMedia",
    "/XFA",
)
ACTIVE_ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm")


class ScanRefused(Exception):
    """Nothing was kept; ``str()`` says what is wrong with the file and how to mend it."""


def pdf_of(upload):
    """The bytes of a clean PDF made from ``upload``. Raises ScanRefused.

    Its type is told from its content, not from its name.
    """
    if upload.size > LARGEST:
        raise ScanRefused(
            _(
                "This file is larger than %(count)s MB: scan it in grey, or in two parts."
            )
            % {"count": MEGABYTES}
        )
    content = upload.read()
    if content.startswith(PICTURES):
        return _from_picture(content)
    if PDF in content[:1024]:
        return _from_pdf(content)
    raise ScanRefused(_("Only a PDF, a JPEG or a PNG: this file is none of them."))


def _from_picture(content):
    from PIL import Image, ImageOps  # slow import

    out = BytesIO()
    try:
        with Image.open(BytesIO(content)) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ScanRefused(
                    _("This picture is too large: take it again, smaller.")
                )
            # Drawn anew: what else was in the file (place, camera) does not come along.
            page = ImageOps.exif_transpose(picture).convert("RGB")
            page.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            page.save(out, "PDF", quality=QUALITY, resolution=DPI)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ScanRefused(
            _("This picture cannot be read: take it again, or scan the sheet.")
        ) from error
    return out.getvalue()


def _from_pdf(content):
    import pikepdf  # slow import

    out = BytesIO()
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise ScanRefused(
                    _(
                        "More than %(count)s pages: send the sheet of this session alone."
                    )
                    % {"count": MOST_PAGES}
                )
            if any(_is_active(part) for part in pdf.objects):
                raise ScanRefused(
                    _("This PDF holds a script or other files: print it to a new PDF.")
                )
            pdf.save(out)
    except pikepdf.PasswordError as error:
        raise ScanRefused(
            _("This PDF is locked by a password: send it without one.")
        ) from error
    except pikepdf.PdfError as error:
        raise ScanRefused(_("This PDF is damaged: scan the sheet again.")) from error
    return out.getvalue()


def _is_active(part, depth=0):
    """Whether an object of a PDF, or one inside it, does something by itself."""
    import pikepdf  # slow import

    if isinstance(part, pikepdf.Array):
        return depth < 9 and any(_is_active(one, depth + 1) for one in _own(part))
    if not isinstance(part, (pikepdf.Dictionary, pikepdf.Stream)):
        return False
    keys = part.keys()
    if any(key in keys for key in ACTIVE) or str(part.get("/S", "")) in ACTIVE_ACTIONS:
        return True
    inside = [part.get(key) for key in keys]
    return depth < 9 and any(_is_active(one, depth + 1) for one in _own(inside))


def _own(parts):
    """Those written inside the object: the others are objects of the file themselves."""
    return [one for one in parts if not getattr(one, "is_indirect", False)]


@transaction.atomic
def keep(session, content, *, by):
    """Keep the PDF ``content`` as the scanned sheet of ``session``, in place of another.

    Raises MoveBlocked on a locked sheet.
    """
    sheet = take_turn(session)
    before, store = sheet.scan.name, sheet.scan.storage
    sheet.scan.save("", ContentFile(content), save=False)
    sheet.save(update_fields=["scan"])
    journal.record(sheet, "scan", by=by)
    if before:
        transaction.on_commit(lambda: store.delete(before))
    return sheet
