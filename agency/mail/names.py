"""What staff call each message: its template, in French."""

import tomllib
from pathlib import Path

NAMES = tomllib.loads(Path(__file__).with_name("names.fr.toml").read_text("utf-8"))


def name_of(template):
    return NAMES.get(template) or template.rpartition("/")[2].replace("_", " ")
