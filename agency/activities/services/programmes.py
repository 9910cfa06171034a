"""The programme of each season as one file: made when its content changes, kept until then."""

import hashlib
from functools import cache as remembered
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile

from agency.activities.printed import programme
from agency.core.clock import today
from agency.documents import engine
from agency.documents.storage import private_storage

FOLDER = "programmes"
# Beyond it whoever makes it is taken for dead, and somebody else may try.
MAKING = 120


@remembered
def _look():
    """What the style sheets say: a new look is a new programme."""
    sheets = (engine.STYLE_SHEET, engine.ELEMENTS)
    return b"".join((settings.BASE_DIR / "static" / one).read_bytes() for one in sheets)


def current(season):
    """The name of the file in the private storage, made now if it must be.

    One at a time: while somebody makes it, the others get the last one there is, or
    None when there is none yet. Whoever asks often only reads.
    """
    html = programme.source(season)
    fingerprint = hashlib.sha256(_look() + html.encode()).hexdigest()
    storage = private_storage()
    name = f"{FOLDER}/{season.pk}/{fingerprint}.pdf"
    if storage.exists(name):
        return name
    if not cache.add(_turn(season), 1, timeout=MAKING):
        return _last(storage, season)
    # A page that cannot be made keeps the turn: it is not tried again at each request.
    storage.save(name, ContentFile(programme.pdf(html, today())))
    _forget_others(storage, name)
    cache.delete(_turn(season))
    return name


def _turn(season):
    return f"programme:{season.pk}"


def _kept(storage, season):
    folder = Path(storage.path(f"{FOLDER}/{season.pk}"))
    return sorted(folder.glob("*.pdf"), key=lambda one: one.stat().st_mtime)


def _last(storage, season):
    kept = _kept(storage, season)
    return f"{FOLDER}/{season.pk}/{kept[-1].name}" if kept else None


def _forget_others(storage, name):
    """The one before stays, for whoever is reading it; older ones go."""
    folder = Path(storage.path(name)).parent
    kept = sorted(folder.glob("*.pdf"), key=lambda one: one.stat().st_mtime)
    for old in kept[:-2]:
        old.unlink(missing_ok=True)
