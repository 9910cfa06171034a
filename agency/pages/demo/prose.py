"""What the demo says, in French, from the files beside this module."""

import tomllib
from functools import cache
from pathlib import Path

HERE = Path(__file__).resolve().parent


@cache
def read(name, folder=HERE):
    """The content of ``<name>.fr.toml``; shared, so nobody changes it."""
    return tomllib.loads((folder / f"{name}.fr.toml").read_text("utf-8"))
