"""Whether a page, or all that it is made of, was looked at before in this run."""

import hashlib
import re
from itertools import groupby

from django.utils.html import escape

from tests.world import ROOT

MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
# What differs from one answer to the next, and nobody sees.
UNSEEN = re.compile(
    r'<title>.*?</title>|name="csrfmiddlewaretoken" value="\w+"|next=[^"&]*|\s+',
    re.DOTALL,
)
TAGS = re.compile(r"(<[^>]*>)")
# What only names, leads, limits or draws: two fields that differ in it are made alike.
NAMING = re.compile(
    r" (?:href|src|action|formaction|id|for|name|value|title|alt|placeholder|content"
    r"|datetime|min|max|maxlength|step|rows|cols|d|data-[\w-]+"
    r'|aria-(?:label|labelledby|describedby|controls|owns))="[^"]+"'
)
CLASSES = re.compile(r' class="([^"]*)"')
# A class that no sheet of ours knows changes nothing to what is seen.
STYLED = frozenset(
    name
    for sheet in (ROOT / "static").rglob("*.css")
    for name in re.findall(r"\.([A-Za-z][\w-]*)", sheet.read_text("utf-8"))
)
# Where a row, or what looks like one, begins.
ROWS = ("<tr", "<li", "<option", "<article", "<dt", "<details", "<label", "<p")
OUTLINE = re.compile(r"<(main|nav|aside|section|form|header|footer|dialog|h[1-6])\b")


class Seen:
    """The pages of this run, shared by its processes: each is looked at once.

    Two pages are the same when what is in their main landmark is, and what surrounds
    it too, whatever the names of those who look. A page is made anew when its outline,
    or a row or field of it, was never met; words and numbers make none.
    """

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def is_new(self, html, names):
        parts = parts_of(UNSEEN.sub(" ", without(html, names)))
        new = [self._note(part) for part in parts]
        return any(new)

    def is_made_anew(self, html):
        parts = parts_of(UNSEEN.sub(" ", html))
        new = [self._note(piece) for part in parts for piece in pieces_of(part)]
        return any(new)

    def _note(self, part):
        digest = hashlib.sha256(part.encode()).hexdigest()
        try:
            (self.folder / digest).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def parts_of(html):
    """What is in the main landmark, and what surrounds it."""
    main = MAIN.search(html)
    return [main[0], html.replace(main[0], "")] if main else [html]


def without(html, names):
    for name in names:
        html = html.replace(escape(name), "·")
    return html


def pieces_of(html):
    """The outline of ``html``; then each of its rows, with what it stands in or after."""
    pieces, row = {outline(html)}, []
    for piece in TAGS.split(html):
        if piece.startswith(ROWS) and row:
            pieces.add("".join(row))
            row = row[-1:]
        if piece.startswith("<"):
            row.append(made_of(piece))
        elif piece.strip():
            row.append("·")
    return pieces | {"".join(row)}


def outline(html):
    """Its landmarks and headings in their order, those that follow their like once."""
    return "outline " + " ".join(name for name, _same in groupby(OUTLINE.findall(html)))


def made_of(tag):
    """``tag`` without what only names, and with the classes that are styled."""
    return CLASSES.sub(styled, NAMING.sub(lambda one: one[0].partition("=")[0], tag))


def styled(classes):
    return f' class="{" ".join(c for c in classes[1].split() if c in STYLED)}"'
