"""The arrow of a lifecycle: a leaf, imported by every states.py."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Move:
    """One arrow of a lifecycle; ``label`` is what its button says.

    ``warning`` is the sentence of the confirmation page: what will happen, and to
    whom. ``automatic`` arrows are followed by the clock or by another service and
    never become a button.
    """

    sources: tuple[str, ...]
    target: str
    label: str
    warning: str = ""
    automatic: bool = False
