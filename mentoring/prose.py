"""Whole texts in French, from the files beside this module and from the templates."""

import tomllib
from functools import cache
from pathlib import Path

from django.template import Context
from django.template.loader import get_template

CLAUSES = Path(__file__).with_name("agreement.fr.toml")
HEADING = "## "


@cache
def clauses():
    """What an agreement says until the officer words it anew for a pair."""
    return tomllib.loads(CLAUSES.read_text("utf-8"))


def agreement(context):
    """(introduction, [{title, text}]) of the agreement that ``context`` describes."""
    template = get_template("mentoring/agreement.fr.txt").template
    whole = template.render(Context(context, autoescape=False))
    introduction, *parts = whole.split(f"\n{HEADING}")
    return introduction.strip(), [_article(part) for part in parts]


def _article(part):
    title, _line, text = part.partition("\n")
    return {"title": title.strip(), "text": text.strip()}
