"""The kinds of activity that the apps register; the kernel knows only ``Activity``."""

from dataclasses import dataclass, field

from django.apps import apps


@dataclass(frozen=True)
class Kind:
    """What an app says of a kind of activity.

    ``code`` stands in ``Activity.kind``; ``path`` is the catalogue of this kind on the
    site (``cycles``); ``model`` its proxy (``programmes.PracticeCycle``); ``capacity``
    the usual number of seats; ``sealed`` whether what is said stays in the room;
    ``topics`` the categories of situations that a candidate chooses from.
    """

    code: str
    label: str
    plural: str
    path: str
    model: str
    capacity: int = 20
    sealed: bool = False
    in_catalogue: bool = field(default=True)
    # The categories that a candidate chooses from: (code, label).
    topics: tuple = ()

    @property
    def proxy(self):
        return apps.get_model(self.model)


_kinds: dict[str, Kind] = {}


def register(kind):
    """Add a kind; called from the ``ready()`` of an app."""
    _kinds[kind.code] = kind


def get(code):
    """The kind of that code; raises KeyError."""
    return _kinds[code]


def every():
    """All kinds, in the order in which the apps registered them."""
    return list(_kinds.values())


def choices():
    """For ``Activity.kind``: a callable, so that a new kind needs no migration."""
    return [(kind.code, kind.label) for kind in every()]


def in_catalogue():
    return [kind for kind in every() if kind.in_catalogue]
