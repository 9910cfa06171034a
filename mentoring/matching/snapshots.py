"""A run that can be made again: its inputs as data, and their hash.

The data are what a run keeps in its row, vetoes included: they are as private as what
they were taken from.
"""

import json
from dataclasses import fields, is_dataclass
from hashlib import sha256

from mentoring.matching.inputs import Inputs, Mentee, Mentor, Settings, Weights

NESTED = {"weights": Weights, "settings": Settings}
PAIRS = {"locks", "bans", "failed_pairs"}
RANKED = {"wishes"}  # a list only where they are somebody's; of weights, a number


def snapshot(inputs: Inputs) -> dict:
    """``inputs`` in what JSON knows; equal inputs give equal snapshots."""
    return _plain(inputs)


def _plain(value):
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, frozenset):
        return sorted(_plain(one) for one in value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def restored(data: dict) -> Inputs:
    """The inputs that ``data`` is the snapshot of."""
    return Inputs(
        mentors=tuple(_made(Mentor, one) for one in data["mentors"]),
        mentees=tuple(_made(Mentee, one) for one in data["mentees"]),
        settings=_made(Settings, data["settings"]),
    )


def _made(kind, data):
    return kind(**{name: _value(name, value) for name, value in data.items()})


def _value(name, value):
    if isinstance(value, dict):
        return _made(NESTED[name], value)
    if not isinstance(value, list):
        return value
    if name in RANKED:
        return tuple(value)
    return frozenset(map(tuple, value) if name in PAIRS else value)


def fingerprint(inputs: Inputs) -> str:
    """SHA-256 of the snapshot, 64 hexadecimal digits: the version is among what it holds."""
    text = json.dumps(snapshot(inputs), sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
