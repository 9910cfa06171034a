"""Which module may import which, and what no module may do: docs/architecture.md, held."""

import ast
import importlib
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Imports run downward: a room knows itself and the rooms before it.
ROOMS = ("core", "documents", "mail", "people", "activities", "reports", "pages")
# Each stands on the house, and on none of its neighbours.
APPS = ("programmes", "groups", "mentoring", "grants")
# These know a person only as settings.AUTH_USER_MODEL.
NAMELESS = ("core", "documents", "mail")

# Inside an app a module imports only those to its left; others may import any.
LAYERS = (
    *("states", "choices", "rules", "models"),  # what there is, and who may
    *("documents", "tasks", "emails", "services"),  # what happens
    *(
        "exports",
        "management",
        "forms",
        "views",
        "urls",
        "admin",
    ),  # how it is asked for
)
BANNED_NAMES = {
    *("utils", "helpers", "signals", "managers", "selectors", "repositories"),
    *("mixins", "constants", "serializers"),
}
CLOCK = {("timezone", "now"), ("datetime", "now"), ("datetime", "utcnow")} | {
    ("date", "today"),
    ("datetime", "today"),
}
LONGEST_MODULE, LONGEST_VIEW = 400, 25


def sources(*folders):
    paths = [p for folder in folders for p in sorted((ROOT / folder).rglob("*.py"))]
    return [p.relative_to(ROOT).as_posix() for p in paths]


MODULES = [m for m in sources("agency", *APPS) if "/migrations/" not in m]
TESTS = sources("tests", "bench")


@cache
def source_of(module):
    return (ROOT / module).read_text("utf-8")


# --- Reading -----------------------------------------------------------------
def place(module):
    """(``agency.core`` or ``groups`` or None for the wiring, the layer) of a file."""
    parts = module.removesuffix(".py").split("/")
    return name_place(parts)


def name_place(parts):
    if parts[0] in APPS:
        return parts[0], parts[1] if len(parts) > 1 else ""
    if parts[0] == "agency" and len(parts) > 1 and parts[1] in ROOMS:
        return f"agency.{parts[1]}", parts[2] if len(parts) > 2 else ""
    return None, ""


def imported(source):
    """(dotted name, node, whether it is inside a function) of every import."""
    yield from imported_below(ast.parse(source), late=False)


def imported_below(node, late):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ImportFrom) and child.module:
            for alias in child.names:
                yield f"{child.module}.{alias.name}", child, late
        elif isinstance(child, ast.Import):
            for alias in child.names:
                yield alias.name, child, late
        function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))
        yield from imported_below(child, late or function)


def may_import(importer, target):
    """Whether app or room ``importer`` may know ``target``."""
    if importer == target:
        return True
    if target in APPS:
        return False
    if importer in APPS:
        return True
    ranks = [ROOMS.index(name.removeprefix("agency.")) for name in (importer, target)]
    return ranks[1] < ranks[0]


# --- The rules: each yields the offences of one source -----------------------
def downward(module, source):
    """Rooms and apps import what they stand on."""
    importer, _layer = place(module)
    for name, _node, _late in imported(source):
        target, _ = name_place(name.split("."))
        wiring = name.startswith("agency.") and target is None
        if importer and target and not may_import(importer, target):
            yield f"{importer} must not import {name}"
        if importer and wiring and name.split(".")[1] in ("settings", "urls", "celery"):
            yield f"{name}: the wiring names the apps, not the other way round"


def layered(module, source):
    """Inside an app, imports at module level run along the layers."""
    importer, layer = place(module)
    for name, _node, late in imported(source):
        target, target_layer = name_place(name.split("."))
        known = layer in LAYERS and target_layer in LAYERS
        if late or target != importer or not known:
            continue
        if LAYERS.index(target_layer) > LAYERS.index(layer):
            yield f"{layer} must not import {name}"


def late_imports_say_why(_module, source):
    lines = source.splitlines()
    for name, node, late in imported(source):
        own = " ".join(lines[node.lineno - 1 : node.end_lineno])
        above = lines[node.lineno - 2].strip() if node.lineno > 1 else ""
        if late and "#" not in own and not above.startswith("#"):
            yield f"line {node.lineno}: say why {name} is imported inside a function"


def one_clock(module, source):
    if module == "agency/core/clock.py":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else None
            owner = getattr(node.value, "id", owner)
            if (owner, node.attr) in CLOCK:
                yield f"line {node.lineno}: agency.core.clock is the only clock"


def one_writer_of_states(module, source):
    """Only ``move`` writes a state; delivery settles its own rows (mail/states.py)."""
    if module == "agency/core/lifecycle.py" or place(module)[0] == "agency.mail":
        return
    for node in ast.walk(ast.parse(source)):
        for target in assigned(node):
            if isinstance(target, ast.Attribute) and target.attr == "state":
                yield f"line {node.lineno}: only move() writes a state"
        if isinstance(node, ast.Call) and writes_state(node):
            yield f"line {node.lineno}: only move() writes a state"


def assigned(node):
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, (ast.AugAssign, ast.AnnAssign)) else []


def writes_state(call):
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    if name == "setattr" and len(call.args) > 1:
        return getattr(call.args[1], "value", None) == "state"
    updates = name in ("update", "aupdate")
    return updates and any(keyword.arg == "state" for keyword in call.keywords)


def nobody_sees_by_superpower(_module, source):
    for node in ast.walk(ast.parse(source)):
        named = isinstance(node, ast.FunctionDef) and node.name == "visible_to"
        if named and "is_superuser" in ast.unparse(node):
            yield f"line {node.lineno}: visible_to mentions is_superuser"


def no_row_lock(_module, source):
    """On SQLite it silently locks nothing: lock, then count (DESIGN 2)."""
    if "select_for_update" in source:
        yield "select_for_update: raise Activity.turn instead"


def services_take_no_request(module, source):
    if place(module)[1] != "services":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            names = [a.arg for a in [*node.args.args, *node.args.kwonlyargs]]
            if "request" in names:
                yield f"line {node.lineno}: {node.name} takes a request"


def views_are_short(module, source):
    if place(module)[1] != "views":
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.args.args[:1]:
            length = node.end_lineno - node.lineno + 1
            if node.args.args[0].arg == "request" and length > LONGEST_VIEW:
                yield f"line {node.lineno}: {node.name} has {length} lines"


def persons_by_setting(module, source):
    if place(module)[0] in {f"agency.{room}" for room in NAMELESS}:
        for text in strings(source):
            if re.fullmatch(r"people\.\w+", text, re.IGNORECASE):
                yield f"{text!r}: use settings.AUTH_USER_MODEL"


def apps_by_registry(module, source):
    """The house names nothing of the apps, not even in a string."""
    if (place(module)[0] or "").startswith("agency"):
        for text in strings(source):
            if re.fullmatch(rf"({'|'.join(APPS)})\.[\w.]+", text):
                yield f"{text!r}: let the app register it"


def strings(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def named_for_what_it_does(module, _source):
    names = set(module.removesuffix(".py").split("/"))
    if found := names & BANNED_NAMES:
        yield f"{sorted(found)}: a module is named for what it does"


def readable(module, source):
    if len(source.splitlines()) > LONGEST_MODULE:
        yield f"more than {LONGEST_MODULE} lines"


def in_english(_module, source):
    if found := sorted(set(re.findall("[^\x00-\x7f]", source))):
        yield f"{found}: identifiers and comments are English, escapes are \\u"


# Where sealed texts are opened: the tag of the templates, and the form of their authors.
READERS = {"agency/core/templatetags/plateau.py", "agency/core/sealed_forms.py"}


def sealed_texts_have_two_readers(module, source):
    """Whoever else opened one would have to answer for where its words go."""
    if module in READERS:
        return
    for node in ast.walk(ast.parse(source)):
        opens = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "read"
        if opens and any(keyword.arg == "by" for keyword in node.keywords):
            yield f"line {node.lineno}: a sealed text is read in {sorted(READERS)}"


RULES = (
    *(downward, layered, late_imports_say_why, one_clock, one_writer_of_states),
    *(nobody_sees_by_superpower, no_row_lock, services_take_no_request),
    *(views_are_short, persons_by_setting, apps_by_registry, named_for_what_it_does),
    *(readable, in_english, sealed_texts_have_two_readers),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps(rule):
    offences = {
        module: found
        for module in MODULES
        if (found := list(rule(module, source_of(module))))
    }

    assert offences == {}


# --- Every ban bites ---------------------------------------------------------
VISIBLE = "def visible_to(self, user):\n    return self if user.is_superuser else 0\n"
LATE = "def f():\n    import csv{comment}\n    return csv\n"
VIEW = "def show(request):\n" + "    x = 1\n" * 25
BITES = [
    (downward, "agency/core/x.py", "from agency.people.models import Person"),
    (downward, "agency/people/x.py", "import agency.activities.models"),
    (
        downward,
        "agency/mail/x.py",
        "def f():\n    from agency.people import rules  # x",
    ),
    (downward, "agency/pages/x.py", "from programmes.models import PracticeCycle"),
    (downward, "groups/x.py", "from programmes.models import PracticeCycle"),
    (downward, "agency/core/x.py", "from agency.settings import base"),
    (downward, "agency/core/x.py", "from agency.celery import app"),
    (layered, "groups/models.py", "from groups import services"),
    (layered, "groups/models.py", "from groups.emails import told"),
    (layered, "agency/mail/tasks.py", "from agency.mail.services import deliver"),
    (
        layered,
        "agency/activities/services/seats.py",
        "from agency.activities import forms",
    ),
    (layered, "groups/rules.py", "from groups.models import PeerGroup"),
    (late_imports_say_why, "groups/x.py", LATE.format(comment="")),
    (one_clock, "groups/x.py", "from django.utils import timezone\ntimezone.now()"),
    (one_clock, "groups/x.py", "import datetime\ndatetime.datetime.now()"),
    (one_clock, "groups/x.py", "from datetime import date\ndate.today()"),
    (one_writer_of_states, "groups/x.py", "group.state = 'open'"),
    (one_writer_of_states, "groups/x.py", "setattr(group, 'state', 'open')"),
    (one_writer_of_states, "groups/x.py", "Group.objects.update(state='open')"),
    (nobody_sees_by_superpower, "groups/x.py", VISIBLE),
    (no_row_lock, "groups/x.py", "Group.objects.select_for_update()"),
    (services_take_no_request, "groups/services.py", "def join(request): pass"),
    (services_take_no_request, "groups/services/a.py", "def join(g, *, request): pass"),
    (views_are_short, "groups/views.py", VIEW),
    (persons_by_setting, "agency/mail/models.py", "to = 'people.Person'"),
    (apps_by_registry, "agency/pages/x.py", "model = 'groups.PeerGroup'"),
    (named_for_what_it_does, "groups/utils.py", ""),
    (named_for_what_it_does, "groups/helpers/text.py", ""),
    (readable, "groups/x.py", "\n" * 401),
    (
        sealed_texts_have_two_readers,
        "mentoring/services/notes.py",
        "note.text.read(by=person)",
    ),
    (in_english, "groups/x.py", "label = 'Séance'"),
]
PASSES = [
    (downward, "agency/pages/x.py", "from agency.activities.models import Activity"),
    (downward, "agency/core/admin/x.py", "from agency.core.access import require"),
    (downward, "mentoring/x.py", "from agency.people.models import Person"),
    (downward, "agency/urls.py", "from agency.core.admin import site"),
    (layered, "groups/services.py", "from groups import emails, models, tasks"),
    (layered, "groups/tasks.py", "def f():\n    from groups import services  # late"),
    (late_imports_say_why, "groups/x.py", LATE.format(comment="  # slow import")),
    (one_clock, "groups/x.py", "from agency.core.clock import now\nnow()"),
    (one_writer_of_states, "groups/x.py", "old = group.state"),
    (one_writer_of_states, "agency/mail/x.py", "rows.update(state='sent')"),
    (views_are_short, "groups/views.py", "def show(request):\n    return 1\n"),
    (sealed_texts_have_two_readers, "mentoring/x.py", "file.read(20)"),
    (
        sealed_texts_have_two_readers,
        "agency/core/sealed_forms.py",
        "note.text.read(by=person)",
    ),
]


@pytest.mark.parametrize(("rule", "module", "source"), BITES)
def test_ban_bites(rule, module, source):
    assert list(rule(module, source)) != []


@pytest.mark.parametrize(("rule", "module", "source"), PASSES)
def test_ban_lets_the_rest_pass(rule, module, source):
    assert list(rule(module, source)) == []


# --- What needs more than one source -----------------------------------------
def test_every_rule_is_shown_to_bite():
    assert {rule for rule, *_ in BITES} == set(RULES)


def test_rooms_of_the_house_are_known():
    here = {p.parent.name for p in (ROOT / "agency").glob("*/apps.py")}

    assert here <= set(ROOMS)


def test_tests_stay_readable():
    lengths = {module: len(source_of(module).splitlines()) for module in TESTS}

    assert {m: n for m, n in lengths.items() if n > LONGEST_MODULE} == {}


def test_people_stand_alone_in_their_first_migration():
    first = importlib.import_module("agency.people.migrations.0001_initial").Migration

    targets = {
        field.remote_field.model.split(".")[0]
        for operation in first.operations
        for _name, field in getattr(operation, "fields", ())
        if field.remote_field and isinstance(field.remote_field.model, str)
    }

    assert targets - {"people", "contenttypes", "auth"} == set()
    assert {app for app, _ in first.dependencies} - {"contenttypes", "auth"} == set()


def test_templates_ask_no_other_clock():
    templates = (ROOT / "templates").rglob("*.*")
    asking = [p.name for p in templates if "{% now " in p.read_text("utf-8")]

    assert asking == []
