"""Is this paper ours? What anybody who holds its code may know, and nothing else."""

from dataclasses import dataclass

from agency.documents import codes
from agency.documents.models import IssuedDocument

AUTHENTIC, REPLACED, WITHDRAWN = "authentic", "replaced", "withdrawn"
ERASED, UNKNOWN = "erased", "unknown"


@dataclass(frozen=True)
class Verdict:
    """``document``: what its paper says, None when nothing may be told of it."""

    word: str
    document: IssuedDocument | None = None
    last: IssuedDocument | None = None


def verdict(typed):
    """The ``Verdict`` on a code as somebody typed it.

    Forged, cut short or never given: the answer is one and the same.
    """
    code = codes.clean(typed)
    rows = IssuedDocument.objects.select_related("recipient")
    document = rows.filter(code=code).first() if code else None
    if document is None:
        return Verdict(UNKNOWN)
    if getattr(document.recipient, "erased_at", None):
        return Verdict(ERASED)
    if not document.file or not document.printed:
        return Verdict(UNKNOWN)  # still being made
    made = IssuedDocument.objects.filter(reference=document.reference)
    last = made.exclude(file="").latest("version")
    if last.withdrawn_at:
        return Verdict(WITHDRAWN, document, last)
    return Verdict(AUTHENTIC if last == document else REPLACED, document, last)
