"""The journal in words: what an entry says to people."""

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

ACTIONS = {
    "add": gettext_lazy("Created"),
    "change": gettext_lazy("Changed"),
    "delete": gettext_lazy("Deleted"),
    "take_list": gettext_lazy("List taken away"),
}
# What an action says further: its words made of its data.
DETAILS = {}
# Models without a room that the journal names, and what their names are made of.
NAMED_WITH = {}


def describe(**actions):
    """Add the words of actions: ``convene=_("Convened")``.

    A move needs none, unless its state alone does not say what was done.
    """
    ACTIONS.update(actions)


def detail(action, words):
    """Add a line to the entries of ``action``: ``words(data)``, a sentence."""
    DETAILS[action] = words


def named(model, *linked):
    """Name the objects of ``model``, which has no room: what ``str()`` reads of others."""
    NAMED_WITH[model] = linked


def action(entry, model):
    """What was done, in a word or two."""
    moves = getattr(model, "moves", {})
    if entry.action in ACTIONS or entry.action not in moves:
        return str(ACTIONS.get(entry.action, entry.action.replace("_", " ")))
    # What came of it: the button said "Cancel", the entry says "Cancelled".
    return _state(model._meta, moves[entry.action].target)


def sentences(entry, about):
    """The lines of an entry about ``about``, an object or its model."""
    said = [action(entry, about), *_details(entry.data, about._meta)]
    if entry.action in DETAILS:
        said.append(DETAILS[entry.action](entry.data))
    return [line for line in said if line]


def _details(data, meta):
    if "from" in data and "to" in data:
        states = {
            "before": _state(meta, data["from"]),
            "after": _state(meta, data["to"]),
        }
        yield _("%(before)s, then %(after)s") % states
    if data.get("reason"):
        yield _("Reason: %(reason)s") % {"reason": data["reason"]}
    if data.get("fields") and "to" not in data:
        yield ", ".join(_field(meta, name) for name in data["fields"])
    for change in data.get("related", []):
        yield _related(change)


def _related(change):
    meta = apps.get_model(change["model"])._meta
    counts = [
        ngettext("%(count)s added", "%(count)s added", change["added"]),
        ngettext("%(count)s changed", "%(count)s changed", change["changed"]),
        ngettext("%(count)s removed", "%(count)s removed", change["deleted"]),
    ]
    numbers = (change["added"], change["changed"], change["deleted"])
    said = [text % {"count": n} for text, n in zip(counts, numbers, strict=True) if n]
    return f"{capfirst(str(meta.verbose_name_plural))}, {', '.join(said)}"


def _field(meta, name):
    try:
        return str(meta.get_field(name).verbose_name)
    except (FieldDoesNotExist, AttributeError):
        return name.replace("_", " ")


def _state(meta, value):
    choices = dict(meta.get_field("state").flatchoices) if value else {}
    return str(choices.get(value, value))


def _list_taken(data):
    name = capfirst(str(apps.get_model(data["model"])._meta.verbose_name_plural))
    rows = ngettext("%(count)s row", "%(count)s rows", data["rows"])
    return f"{name}, {rows % {'count': data['rows']}}, {data['format'].upper()}"


detail("take_list", _list_taken)
