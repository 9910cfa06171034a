"""The register of personal data: where it lies, why, how long, and how it leaves.

Each room declares its models here when it is ready. A model that leads to a person
and is not declared fails ``tests/people/test_privacy.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _

HOPS = 3

# Retention, as references/people.md (c5) has it.
WITH_ACCOUNT = _("As long as you have an account, then three years")
THREE_YEARS = _("Three years after our last contact")
FIVE_YEARS = _("Five years, ten when Europe takes part in the funding")
ONE_YEAR = _("Twelve months")
TEXT_ONE_YEAR = _("The text twelve months, then only subject, date and proof")
UNTIL_SIGN_OUT = _("Until you sign out, or two weeks")
FOR_EVER = _("For ever, without your name once it is erased")

CONTRACT = _("Performance of the service you asked for")
LEGAL_DUTY = _("Legal obligation: proof of what public money paid for")
INTEREST = _("Legitimate interest of the association")
SECURITY = _("Legitimate interest: the security of the accounts")


@dataclass(frozen=True)
class Erasure:
    """What becomes of the rows when the person goes, said and done."""

    sentence: str
    run: Callable

    def __call__(self, rows, person):
        self.run(rows, person)


def delete():
    return Erasure(_("Deleted for good"), lambda rows, person: rows.delete())


def blank(**values):
    """The row stays as a fact; these columns are overwritten."""
    return Erasure(
        _("Kept as a fact, without what identifies you"),
        lambda rows, person: rows.update(**values),
    )


def keep():
    """The row leads to a number, no longer to a name."""
    return Erasure(_("Kept under a number"), lambda rows, person: None)


@dataclass(frozen=True)
class Entry:
    model: type
    path: str | Callable
    purpose: str
    legal_basis: str
    retention: str
    export: tuple
    erase: Erasure
    name: str = ""

    def rows(self, person):
        """The rows of this model that are about ``person``."""
        manager = self.model._base_manager
        if callable(self.path):
            return self.path(manager.all(), person)
        if self.path == "self":
            return manager.filter(pk=person.pk)
        return manager.filter(**{self.path: person})

    @property
    def label(self):
        return self.name or self.model._meta.verbose_name_plural

    @property
    def columns(self):
        """The export as (label, function of a row) pairs."""
        return [_column(self.model, column) for column in self.export]


def _column(model, column):
    """A column is a name, or a (name or function, label) pair where ours says more."""
    name, label = column if isinstance(column, tuple) else (column, None)
    if callable(name):
        return str(label), name
    if label is None:
        label = model._meta.get_field(name).verbose_name
    return str(label), lambda row: _shown(row, name)


def _shown(row, name):
    display = getattr(row, f"get_{name}_display", None)
    return display() if display else getattr(row, name)


_entries: dict[type, Entry] = {}
_functions: dict[tuple[type, str], str] = {}
_blockers: list[Callable] = []


def register(model, *, path, purpose, export, erase, retention, legal_basis, name=""):
    """Declare what ``model`` holds about a person.

    ``path`` leads from the model to the person: lookups, "self", or a function of
    (rows, person) where no foreign key does. ``export`` names the columns that the
    person is given; ``name`` says in French what a library names in English.
    """
    _entries[model] = Entry(
        model, path, purpose, legal_basis, retention, tuple(export), erase, name
    )


def professional(model, field, reason):
    """Declare that ``field`` names somebody at work here: it is no data about them."""
    _functions[model, field] = reason


def block(sentences):
    """Add a function of a person that yields why they cannot be erased yet."""
    _blockers.append(sentences)
    return sentences


def entries():
    """The register, the ground floor first."""
    return tuple(_entries.values())


def blockers(person):
    """Why ``person`` cannot be erased yet, as sentences."""
    return [sentence for function in _blockers for sentence in function(person)]


def undeclared():
    """The paths to a person that nobody declared, as ``label.path``."""
    models = [model for model in apps.get_models() if not model._meta.proxy]
    return sorted(
        f"{model._meta.label}.{path}"
        for model in models
        for path in _paths(model, HOPS)
        if not _covers(model, path)
    )


def _covers(model, path):
    """One declaration answers for a model; a direct key must be the declared one."""
    entry = _entries.get(model)
    if entry is None:
        return False
    return "__" in path or callable(entry.path) or entry.path in {path, "self"}


def _paths(model, hops):
    for field in model._meta.concrete_fields:
        target = field.related_model
        if not field.is_relation or (model, field.name) in _functions:
            continue
        if target._meta.label == settings.AUTH_USER_MODEL:
            yield field.name
        elif hops > 1 and target is not model:
            for rest in _paths(target, hops - 1):
                yield f"{field.name}__{rest}"
