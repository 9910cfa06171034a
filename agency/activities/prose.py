"""Whole texts in French from the files beside this module."""

import tomllib
from functools import cache
from pathlib import Path

CHARTERS = Path(__file__).with_name("charters.fr.toml")


@cache
def _charters():
    return tomllib.loads(CHARTERS.read_text("utf-8"))


def model_charter(use):
    """Where the first version of a charter begins: ``introduction``, and each ``article``."""
    return _charters()[use]
