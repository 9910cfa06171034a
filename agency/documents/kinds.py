"""The kinds of documents with effect: each room declares its own at start."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DocumentKind:
    """``prefix`` begins the reference: CONV-2026-0042."""

    code: str
    prefix: str
    label: str


_kinds = {}


def register(kind):
    """Declare ``kind`` once; two kinds never share a prefix, nor its numbers."""
    for other in _kinds.values():
        if other.code == kind.code or other.prefix == kind.prefix:
            raise ValueError(f"{kind} clashes with {other}")
    _kinds[kind.code] = kind


def get(code):
    return _kinds[code]


def choices():
    return [(kind.code, kind.label) for kind in _kinds.values()]
