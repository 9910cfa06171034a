"""The kinds of activity that the apps register; the kernel knows only ``Activity``."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.apps import apps

from agency.activities import sealed_box


@dataclass(frozen=True)
class Kind:
    """What an app says of a kind of activity.

    ``code`` stands in ``Activity.kind``; ``path`` is the catalogue of this kind on the
    site (``cycles``); ``model`` its proxy (``programmes.PracticeCycle``); ``capacity``
    the usual number of seats; ``sealed`` whether what is said stays in the room;
    ``topics`` the categories of situations that a candidate chooses from;
    ``action_template`` what its page offers instead of a registration, with what
    ``action(user, activity)`` returns; ``sealed_box(activity)`` what the agency sees
    of it, and what it does not see, other than of a group; ``certificates(activity,
    people)`` the records of its certificates, where attendance is not all they tell;
    ``put_off`` where its sessions are put off, in a sentence, when more than those who
    are expected hangs on them: the kernel leaves it to that page then.

    Where one applies by that action, ``call`` is the template of the sentence that
    announces it, and ``applicants(activity)`` gives the keys of those who have: the
    window of its registration is then that of a call for applications, in every page
    and message, and it is announced although nobody registers by themselves.
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
    action_template: str = ""
    action: Callable | None = None
    sealed_box: Callable = sealed_box.box
    call: str = ""
    applicants: Callable | None = None
    certificates: Callable | None = None
    put_off: str = ""

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


def calling():
    """The codes of the kinds to which one applies by their own action."""
    return [kind.code for kind in every() if kind.call]


def in_catalogue():
    return [kind for kind in every() if kind.in_catalogue]
