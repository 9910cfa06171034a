"""The French catalogues, without gettext: which words there are, and what is missing.

Each app keeps the words of its Python beside it; the templates and the rest of the
project are in the root ``locale/``. Babel reads, writes and compiles them all.
"""

import io
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

LANGUAGE = "fr"
# No date, no version, no author: an update that changes no word changes no file.
HEADER = """\
msgid ""
msgstr ""
"Language: fr\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

"""
WITH_CONTEXT = ((1, "c"), 2)
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": WITH_CONTEXT,
    "pgettext_lazy": WITH_CONTEXT,
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TEMPLATES = {".html", ".txt", ".svg"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass(frozen=True)
class Folder:
    """A ``locale/`` folder and the files whose words it holds."""

    path: Path
    sources: tuple[Path, ...]

    @property
    def po(self):
        return self.path / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def mo(self):
        return self.po.with_suffix(".mo")

    def __str__(self):
        return str(self.path.relative_to(settings.BASE_DIR))


def folders():
    """Every catalogue of the project, the root one last: it is the one that wins."""
    ours = [
        Path(app.path)
        for app in apps.get_app_configs()
        if Path(app.path).is_relative_to(settings.BASE_DIR)
        and "site-packages" not in app.path
    ]
    found = [Folder(path / "locale", tuple(_python(path))) for path in ours]
    package = settings.BASE_DIR / "agency"
    rest = [*package.glob("*.py"), *_python(package / "settings")]
    root = settings.BASE_DIR / "locale"
    return [*found, Folder(root, tuple(sorted([*rest, *_templates()])))]


def _python(folder):
    return sorted(p for p in folder.rglob("*.py") if "migrations" not in p.parts)


def _templates():
    """Interface templates; a whole French text (``*.fr.*``) has nothing to translate."""
    everything = (settings.BASE_DIR / "templates").rglob("*.*")
    return [p for p in everything if p.suffix in TEMPLATES and ".fr." not in p.name]


def words(folder):
    """What is to translate in ``folder``, as {(context, msgid): plural or None}."""
    found = {}
    for path in folder.sources:
        source = path.read_text("utf-8")
        if path.suffix != ".py":
            # Only the calls matter: without indentation what is left reads as Python.
            lines = templatize(source, origin=str(path)).splitlines()
            source = "\n".join(line.strip() for line in lines)
        code = io.BytesIO(source.encode())
        for _line, message, _comments, context in extract(
            "python", code, keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            singular, *plural = [message] if isinstance(message, str) else message
            key = (context, singular)
            found[key] = plural[0] if plural else found.get(key)
    return found


def read(folder):
    if not folder.po.exists():
        return Catalog(locale=LANGUAGE)
    with folder.po.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def entries(catalogue):
    return {
        (m.context, m.id[0] if m.pluralizable else m.id): m for m in catalogue if m.id
    }


def updated(folder):
    """The catalogue of today's words with yesterday's translations."""
    known, fresh = entries(read(folder)), Catalog(locale=LANGUAGE)
    for (context, singular), plural in words(folder).items():
        old = known.get((context, singular))
        kept = old.string if old and old.pluralizable == bool(plural) else None
        flags = {"fuzzy"} if old and old.fuzzy else set()
        identifier = (singular, plural) if plural else singular
        fresh.add(identifier, kept, context=context, flags=flags)
    return fresh


def text(catalogue):
    """The .po file of ``catalogue``: sorted, without locations or dates."""
    body = io.BytesIO()
    write_po(
        body,
        catalogue,
        width=88,
        no_location=True,
        omit_header=True,
        sort_output=True,
        ignore_obsolete=True,
    )
    return HEADER + body.getvalue().decode().lstrip("\n")


def save(folder, catalogue):
    """Write the .po, or remove it when there is nothing to translate."""
    if not entries(catalogue):
        folder.po.unlink(missing_ok=True)
        return
    folder.po.parent.mkdir(parents=True, exist_ok=True)
    folder.po.write_text(text(catalogue), "utf-8")


def fill(catalogue, translations):
    """Give their French to the entries that have none yet."""
    for (context, singular), message in entries(catalogue).items():
        name = f"{singular}|||{message.id[1]}" if message.pluralizable else singular
        name = f"{context}\u0004{name}" if context else name
        if not complete(message) and name in translations:
            french = translations[name]
            message.string = tuple(french) if message.pluralizable else french


def french_of(folder):
    """Every translation of the JSON files of ``folder``, the first one winning."""
    found = {}
    for path in sorted(Path(folder).glob("*.json")):
        found = json.loads(path.read_text("utf-8")) | found
    return found


def complete(message):
    strings = message.string if message.pluralizable else [message.string]
    return bool(strings) and all(strings)


def problems(folder):
    """What is wrong with the catalogue of ``folder``, as sentences."""
    known, wanted = entries(read(folder)), words(folder)
    for key in sorted(known.keys() - wanted.keys(), key=str):
        yield f"{folder}: stale: {key[1]!r}"
    for key, plural in wanted.items():
        message = known.get(key)
        if message is None or not complete(message):
            yield f"{folder}: missing: {key[1]!r}"
        elif message.fuzzy:
            yield f"{folder}: fuzzy: {key[1]!r}"
        elif message.pluralizable != bool(plural) or (
            plural and message.id[1] != plural
        ):
            yield f"{folder}: stale: {key[1]!r}"
        elif lost := lost_placeholders(message):
            yield f"{folder}: placeholders {sorted(lost)}: {key[1]!r}"


def clashes():
    """Words that two catalogues translate differently: only one of them would show."""
    french = {}
    for folder in folders():
        for key, message in entries(read(folder)).items():
            if french.setdefault(key, message.string) != message.string:
                yield f"{folder}: translated otherwise elsewhere: {key[1]!r}"


def lost_placeholders(message):
    """What the French lost or invented; only a singular may say its number in words."""
    if not message.pluralizable:
        return _placeholders(message.id) ^ _placeholders(message.string)
    one, many = (_placeholders(string) for string in message.string)
    wanted = _placeholders(message.id[1])
    return (many ^ wanted) | (one - wanted)


def _placeholders(string):
    return set(PLACEHOLDER.findall(string.replace("%%", "")))


def compile_all():
    """Write each .mo that is older than its .po, whole or not at all."""
    made = []
    for folder in folders():
        if not folder.po.exists():
            folder.mo.unlink(missing_ok=True)
            continue
        if folder.mo.exists() and (
            folder.mo.stat().st_mtime_ns >= folder.po.stat().st_mtime_ns
        ):
            continue
        aside = folder.mo.with_suffix(f".{os.getpid()}")
        with aside.open("wb") as file:
            write_mo(file, read(folder))
        aside.replace(folder.mo)
        made.append(folder)
    return made
