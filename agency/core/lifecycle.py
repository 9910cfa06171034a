"""How an object changes state: the only code that writes a ``state`` column."""

from functools import cache

from django.db import transaction
from django.db.models import Q

from agency.core import journal


class MoveRefused(Exception):
    """The object is not, or is no longer, in a state this move starts from."""


class MoveBlocked(MoveRefused):
    """A rule of the domain stands against the move; ``str()`` is a sentence for people."""


def move(obj, name, *, by=None, where=None, reason="", after=None, **changes):
    """Follow the arrow ``name``, setting ``changes`` in the same UPDATE.

    ``where`` narrows the UPDATE further (an offer not yet expired). The UPDATE is
    conditional on the state that the caller saw, so of two simultaneous clicks one
    wins and the other raises ``MoveRefused``: nobody acts on a page gone stale. A model
    whose ``moves_by_version`` is true is moved at the version that was read, and its
    version is raised: what was saved or moved back in the meantime refuses the arrow.
    The journal gets the arrow, its ends and ``reason``, and the names of the
    changed fields, never their text; ``after`` is the entry before, if known.
    """
    arrow, source = obj.moves[name], obj.state
    _check_local(obj)
    changes["state"] = arrow.target
    seen = type(obj)._base_manager.filter(where or Q(), pk=obj.pk, state=source)
    if getattr(obj, "moves_by_version", False):
        seen = seen.filter(version=obj.version)
        changes["version"] = obj.version + 1
    entry = {"action": name, "by": by, "after": after}
    if source not in arrow.sources or not _followed(obj, seen, changes, entry, reason):
        raise MoveRefused(f"{name} {obj._meta.label} {obj.pk} ({source})")
    return obj


# No savepoint of its own inside the transaction of a caller: a refusal has written
# nothing, and is raised outside, so whoever catches it goes on with theirs.
@transaction.atomic(savepoint=False)
def _followed(obj, seen, changes, entry, reason):
    """Whether the UPDATE of the rows ``seen`` found one; then ``obj`` and the journal."""
    if not seen.update(**changes):
        return False
    data = {"from": obj.state, "to": changes["state"]}
    for field, value in changes.items():
        setattr(obj, field, value)
    if reason:
        data["reason"] = reason
    if fields := sorted(set(changes) - {"state", "version"}):
        data["fields"] = fields
    journal.record(obj, **entry, **data)
    return True


def _check_local(obj):
    """An UPDATE on an inherited column loses its condition: more than one click wins."""
    owner = obj._meta.get_field("state").model._meta.concrete_model
    if owner is not obj._meta.concrete_model:
        raise TypeError(f"the state of {obj._meta.label} is not its own")


def available_moves(obj, user):
    """The arrows leaving the current state that this user may follow, in order."""
    return {
        name: arrow
        for name, arrow in obj.moves.items()
        if obj.state in arrow.sources
        and not arrow.automatic
        and user.has_perm(permission(obj, name), obj)
    }


def permission(obj, name):
    """The permission that guards the move ``name``: ``activities.open_activity``."""
    meta = obj._meta.concrete_model._meta
    return f"{meta.app_label}.{name}_{meta.model_name}"


def state_label(obj):
    """The word for the state of ``obj``, as ``get_state_display`` gives it, read once."""
    return str(_labels(obj._meta.get_field("state"))[obj.state])


@cache
def _labels(field):
    return dict(field.flatchoices)


def mermaid(model):
    """The lifecycle of ``model`` as a diagram, for docs/lifecycles.md."""
    arrows = [
        f"    {source} --> {arrow.target}: {name}"
        for name, arrow in model.moves.items()
        for source in arrow.sources
    ]
    return "\n".join(["stateDiagram-v2", *arrows])
