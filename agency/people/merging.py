"""What a merge does with each key that leads to a person or to an organisation.

Each room declares its keys here when it is ready: the rows follow to the record that
stays, or they stay where they are for a reason. A key that is not declared fails
``tests/people/test_merging_keys.py``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, Subquery, UniqueConstraint, Value


@dataclass(frozen=True)
class Clash:
    """A row that cannot follow as it is: what becomes of it, in a sentence."""

    sentence: str
    # The merge waits until somebody has mended it.
    blocks: bool = False
    # The row stays with the record set aside.
    stays: bool = False
    # What is written in the row so that it can follow.
    changes: dict = field(default_factory=dict)


def blocks(sentence):
    return Clash(sentence, blocks=True)


def stays(sentence=""):
    return Clash(sentence, stays=True)


def follows_with(sentence, **changes):
    return Clash(sentence, changes=changes)


def both_have(row, twin):
    """The clash of rows about which their room says nothing: nobody guesses for it."""
    return blocks(f"{row._meta.verbose_name}: {row}")


@dataclass(frozen=True)
class Key:
    """A column that leads to a record; ``reason`` says why its rows stay."""

    model: type
    name: str
    reason: str = ""
    settle: Callable = both_have
    # What ``settle`` reads of the rows beyond their own columns.
    related: tuple = ()
    # A key to a row that is itself moved: this one goes where that one goes.
    follows: str = ""

    @cached_property
    def field(self):
        return self.model._meta.get_field(self.name)

    @property
    def label(self):
        """``people.Affiliation.person``"""
        return f"{self.model._meta.label}.{self.name}"

    @property
    def parent(self):
        """The model of the rows that this one follows."""
        return self.model._meta.get_field(self.follows).related_model

    @property
    def is_generic(self):
        return isinstance(self.field, GenericForeignKey)

    @property
    def column(self):
        """The column that holds the number of the record."""
        return self.field.fk_field if self.is_generic else self.field.attname

    def leads_to(self, model):
        return self.is_generic or self.field.related_model is model

    def rows(self, obj):
        """The rows that lead to ``obj``."""
        rows = self.model._base_manager.all()
        if not self.is_generic:
            return rows.filter(**{self.column: obj.pk})
        about = {self.field.ct_field: ContentType.objects.get_for_model(obj)}
        return rows.filter(**about, **{self.column: obj.pk})

    def clashing(self, dropped, kept):
        """Of the rows of ``dropped``, those that a row of ``kept`` forbids to follow.

        Their numbers, each with that of the row in its way: one query a constraint.
        """
        found = {}
        for others, condition in self._uniques():
            same = {name: OuterRef(name) for name in others}
            theirs = self.rows(kept).filter(condition).filter(**same)
            mine = self.rows(dropped).filter(condition)
            mine = mine.annotate(twin=Subquery(theirs.values("pk")[:1]))
            pairs = mine.exclude(twin=None).order_by("pk").values_list("pk", "twin")
            found |= dict(pairs)
        return found

    def _uniques(self):
        """The other columns, and the condition, of all that is unique with this key."""
        own = {self.name}
        if self.is_generic:
            own = {self.field.ct_field, self.field.fk_field}
        elif self.field.unique:
            yield (), Q()
        meta = self.model._meta
        sets = [(together, Q()) for together in meta.unique_together]
        sets += [
            (one.fields, one.condition or Q())
            for one in meta.constraints
            if isinstance(one, UniqueConstraint)
        ]
        for names, condition in sets:
            if own & set(names):
                yield tuple(name for name in names if name not in own), condition


_keys: dict[str, Key] = {}
_hindrances: list[Callable] = []


def move(model, name, *, settle=both_have, related=(), follows=""):
    """Declare that the rows follow to the record that stays.

    ``settle(row, twin)`` gives the ``Clash`` of a row with one that is there already.
    """
    key = Key(model, name, settle=settle, related=related, follows=follows)
    _keys[key.label] = key


def leave(model, name, reason):
    """Declare that the rows stay with the record set aside, and why."""
    key = Key(model, name, reason=reason)
    _keys[key.label] = key


def hinder(sentences):
    """Add a function of (kept, dropped) that yields why the two cannot be merged."""
    _hindrances.append(sentences)
    return sentences


def hindrances(kept, dropped):
    return [str(one) for function in _hindrances for one in function(kept, dropped)]


def declared():
    """Every declared key, in the order of the rooms."""
    return tuple(_keys.values())


def moved(model):
    """The keys whose rows follow when two records of ``model`` are merged."""
    return [key for key in declared() if key.leads_to(model) and not key.reason]


def hanging_on(obj):
    """The rows that follow ``obj``, in one query: (key, numbers of rows) pairs."""
    known = moved(type(obj))
    numbers = {}
    rows = [
        key.rows(obj).order_by().values_list(Value(rank), "pk")
        for rank, key in enumerate(known)
    ]
    for rank, pk in rows[0].union(*rows[1:], all=True):
        numbers.setdefault(rank, []).append(pk)
    return [(known[rank], sorted(found)) for rank, found in sorted(numbers.items())]


def leading_to(*models):
    """Every key of the house to one of ``models``, generic ones too, as its label."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.proxy:
            continue
        fields = [one for one in meta.local_fields if one.related_model in models]
        generic = [one for one in meta.private_fields if _is_generic(one)]
        found |= {f"{meta.label}.{one.name}" for one in (*fields, *generic)}
    return found


def _is_generic(one):
    return isinstance(one, GenericForeignKey)


def undeclared(*models):
    """The keys to ``models`` that nobody declared."""
    return sorted(leading_to(*models) - set(_keys))
