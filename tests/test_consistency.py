"""Promises that the whole project keeps, whatever the app."""

import re
import tomllib
from fnmatch import fnmatch
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations import RunPython, RunSQL
from django.db.migrations.loader import MigrationLoader
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs

from agency.celery import app as celery
from agency.core import catalogues
from agency.core.management.commands.lifecycles import PATH as LIFECYCLES
from agency.core.management.commands.lifecycles import document as lifecycles

ROOT = Path(__file__).resolve().parent.parent
CODE = ("agency", "programmes", "groups", "mentoring", "grants")
NOT_OURS = {".git", ".venv", "var", "node_modules", "__pycache__", "vendor"}
TEMPLATES = sorted(p for p in (ROOT / "templates").rglob("*.*") if p.is_file())
INTERFACE = [p for p in TEMPLATES if ".fr." not in p.name]


def named(path):
    return path.relative_to(ROOT).as_posix()


def template_name(path):
    return path.relative_to(ROOT / "templates").as_posix()


@cache
def project_files():
    """Every text file of ours, generated ones and those of others left out."""
    found = {}
    for path in ROOT.rglob("*"):
        parts = set(path.relative_to(ROOT).parts)
        hidden = any(part.startswith(".") and part != ".ci" for part in parts)
        if parts & NOT_OURS or hidden or not path.is_file():
            continue
        try:
            found[named(path)] = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
    return found


# --- Migrations --------------------------------------------------------------
def our_migrations():
    loader = MigrationLoader(None, replace_migrations=False)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith(CODE)}
    return {key: m for key, m in loader.disk_migrations.items() if key[0] in ours}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_migrations_say_what_they_do_and_follow_one_another():
    chains = {}
    for label, name in sorted(our_migrations()):
        chains.setdefault(label, []).append(name)

    for label, names in chains.items():
        folder = Path(apps.get_app_config(label).path) / "migrations"
        numbers = [int(name[:4]) for name in names]
        assert [n for n in names if re.match(r"\d{4}_auto_", n)] == []
        assert numbers == list(range(1, len(names) + 1)), label
        assert (folder / "max_migration.txt").read_text().strip() == names[-1]


def test_migrations_can_be_undone():
    for key, migration in our_migrations().items():
        for operation in migration.operations:
            if isinstance(operation, (RunPython, RunSQL)):
                assert operation.reversible, key


# --- Templates ---------------------------------------------------------------
@pytest.mark.parametrize("path", TEMPLATES, ids=template_name)
def test_template_compiles(path):
    get_template(template_name(path))


def test_every_template_is_used():
    """By name in the code or in another template, or in place of somebody else's."""
    written = "\n".join(
        text
        for name, text in project_files().items()
        if name.endswith((".py", ".html", ".txt")) and not name.startswith("tests/")
    )
    names = [template_name(path) for path in TEMPLATES]

    assert [n for n in names if not (replaces(n) or is_named(n, written))] == []


def replaces(name):
    """Whether a package has a template of this name, or a mail in two files of it."""
    folders = [
        d for d in get_app_template_dirs("templates") if "site-packages" in str(d)
    ]
    wanted = name
    if "/email/" in name:
        wanted = f"*/email/{Path(name).name.removesuffix('.fr.txt')}_message.txt"
    return any(any(Path(folder).glob(wanted)) for folder in folders)


def is_named(name, written):
    """In quotes somewhere, whole or with a part that the code fills in."""
    bare = re.sub(r"\.fr\.\w+$", "", name)
    if any(f"{q}{n}{q}" in written for q in "'\"" for n in (name, bare)):
        return True
    filled_in = re.findall(r'f"(\w+/[^"\n]*{[^"\n]*)"', written)
    patterns = {re.sub("{[^}]*}", "*", text) for text in filled_in}
    return any(fnmatch(name, p) or fnmatch(bare, p) for p in patterns)


# Template syntax goes first: an attribute may hold a comparison.
SYNTAX = re.compile(
    r"{#.*?#}|{% comment.*?endcomment %}"
    r"|{% blocktrans(?:late)?.*?endblocktrans(?:late)? %}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
MARKUP = re.compile(
    r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;", re.DOTALL | re.IGNORECASE
)
SPOKEN = re.compile(r'\b(?:alt|title|placeholder|aria-label|summary)="([^"{<]+)"')


# What is the same in every language: formats, addresses, files, the demo's password.
NOT_WORDS = re.compile(
    r"\bCSV\b|\bXLSX\b|\bPDF\b|[\w.]+@[\w.]+|[\w/]+\.html"
    r"|(?<=class=\"secret\">)[\w-]+|{% block \w*class %}.*?{% endblock %}"
)


def text_of(source, syntax=" "):
    """What a reader sees of a template, its translated words left out."""
    return MARKUP.sub(" ", SYNTAX.sub(syntax, source))


@pytest.mark.parametrize("path", INTERFACE, ids=template_name)
def test_every_word_of_an_interface_template_is_translatable(path):
    source = path.read_text("utf-8")
    spoken = " ".join(SPOKEN.findall(SYNTAX.sub("", source)))

    text = text_of(NOT_WORDS.sub(" ", source)) + spoken

    assert re.findall(r"[^\W\d_]{2,}", text) == []


def test_whole_texts_are_not_translated_twice():
    translating = [
        named(path)
        for path in TEMPLATES
        if ".fr." in path.name
        and re.search(r"{% (?:block)?trans(?:late)?\b", path.read_text("utf-8"))
    ]

    assert translating == []


# --- French ------------------------------------------------------------------
def test_french_catalogues_are_complete():
    """Run ``manage.py catalogues --update``, then write what is missing."""
    problems = [
        problem
        for folder in catalogues.folders()
        for problem in catalogues.problems(folder)
    ]

    assert problems == []
    assert list(catalogues.clashes()) == []


def test_french_catalogues_are_current():
    for folder in catalogues.folders():
        written = folder.po.read_text("utf-8") if folder.po.exists() else ""
        fresh = catalogues.updated(folder)
        wanted = catalogues.text(fresh) if catalogues.entries(fresh) else ""
        assert written == wanted, f"{folder}: run manage.py catalogues --update"


def test_incomplete_catalogue_is_refused(tmp_path):
    source = tmp_path / "views.py"
    source.write_text(
        "_('Kept'); _('Missing'); _('Doubtful'); _('%(n)s seats')\n"
        "ngettext('%(n)s seat', '%(n)s seats left', 2)\n"
    )
    folder = Folder(tmp_path / "locale", (source,))
    folder.po.parent.mkdir(parents=True)
    folder.po.write_text(
        catalogues.HEADER + 'msgid "Kept"\nmsgstr "Garde"\n\n'
        'msgid "Gone"\nmsgstr "Parti"\n\n#, fuzzy\nmsgid "Doubtful"\nmsgstr "Douteux"\n\n'
        'msgid "%(n)s seats"\nmsgstr "%(m)s places"\n\n'
        'msgid "%(n)s seat"\nmsgid_plural "%(n)s seats left"\n'
        'msgstr[0] "une place"\nmsgstr[1] "%(n)s places"\n'
    )

    assert sorted(p.split(": ", 1)[1] for p in catalogues.problems(folder)) == [
        "fuzzy: 'Doubtful'",
        "missing: 'Missing'",
        "placeholders ['%(m)s', '%(n)s']: '%(n)s seats'",
        "stale: 'Gone'",
    ]


class Folder(catalogues.Folder):
    def __str__(self):
        return "locale"


# What French typography refuses: a straight apostrophe, an ordinary space before a
# double mark or inside guillemets, three dots, an interpunct of another kind.
CLUMSY = re.compile(
    r"(?<=\w)'(?=\w)| [;:!?\u00bb](?!\w)| %(?![(\w%])|\u00ab(?!\u202f)"
    r"|\.\.\.|\w[\u2022\u2027]\w"
)


# The terminal has no thin space, and people write their names as they like.
PLAIN = {
    ROOT / "agency/core/up.fr.toml",
    ROOT / "agency/pages/demo/people.fr.toml",
}


def french_words():
    """(where, text) of every French sentence of the project."""
    for folder in catalogues.folders():
        for (_context, _msgid), message in catalogues.entries(
            catalogues.read(folder)
        ).items():
            strings = message.string if message.pluralizable else [message.string]
            yield from ((str(folder), string) for string in strings)
    for path in TEMPLATES:
        if ".fr." in path.name:
            yield template_name(path), text_of(path.read_text("utf-8"), "x")
    for path in set(ROOT.glob("agency/**/*.fr.toml")) - PLAIN:
        yield from ((named(path), t) for t in leaves(tomllib.loads(path.read_text())))


def leaves(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)


def test_french_is_well_set():
    clumsy = [
        f"{where}: {text[max(0, found.start() - 25) : found.end() + 15]!r}"
        for where, text in french_words()
        for found in CLUMSY.finditer(text or "")
    ]

    assert clumsy == []


@pytest.mark.parametrize(
    "text", ["l'agenda", "Pourquoi ?", "\u00ab mot \u00bb", "etc...", "inscrit\u2022e"]
)
def test_clumsy_french_is_seen(text):
    assert CLUMSY.search(text)


@pytest.mark.parametrize(
    "text",
    ["l\u2019agenda", "Pourquoi\u202f?", "\u00ab\u202fmot\u202f\u00bb", "100 %(n)s"],
)
def test_well_set_french_passes(text):
    assert not CLUMSY.search(text)


# --- Docs and files ----------------------------------------------------------
def test_lifecycle_diagrams_are_current():
    assert LIFECYCLES.read_text("utf-8") == lifecycles(), "run make lifecycles"


def test_schedule_rings_tasks_that_exist():
    celery.loader.import_default_modules()
    scheduled = {line["task"] for line in celery.conf.beat_schedule.values()}

    assert scheduled - set(celery.tasks) == set()


def test_no_file_names_this_machine():
    places = re.compile("/(?:" + "wo" + "rk|ro" + "ot)/|--(?:extra-)?index-url")
    naming = [name for name, text in project_files().items() if places.search(text)]
    hosts = [
        name
        for name, text in project_files().items()
        if name.startswith("requirements/") and "://" in text
    ]

    assert naming == []
    assert hosts == []


@pytest.mark.parametrize("folder", ["static/vendor", "tests/vendor"])
def test_what_others_wrote_says_so(folder):
    for part in sorted(p for p in (ROOT / folder).iterdir() if p.is_dir()):
        names = {p.name for p in part.iterdir()}
        assert "VERSION" in names, part
        assert any(name.startswith(("LICENSE", "OFL")) for name in names), part


def test_every_face_has_its_licence():
    for folder in (ROOT / "static/fonts", ROOT / "static/fonts/pdf"):
        faces = [p for p in folder.iterdir() if p.suffix in {".ttf", ".woff2"}]
        licences = [p for p in folder.iterdir() if p.suffix == ".txt"]
        assert bool(faces) == bool(licences), folder
