"""Whole texts in French from the files beside this module, and beside the apps."""

import tomllib
from functools import cache
from pathlib import Path

CHARTERS = Path(__file__).with_name("charters.fr.toml")

_files = [CHARTERS]


def charters_from(path):
    """Read more charters, each under its use, in the file of an app, when it is ready."""
    if path not in _files:
        _files.append(path)
        _charters.cache_clear()


@cache
def _charters():
    found = {}
    for path in _files:
        found |= tomllib.loads(path.read_text("utf-8"))
    return found


def model_charter(use):
    """Where the first version of a charter begins: ``introduction``, and each ``article``.

    A use for which no app has a text begins as a group does.
    """
    known = _charters()
    return known.get(use) or known["group"]
