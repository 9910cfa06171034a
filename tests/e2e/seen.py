"""Whether a page, or one made like it, was looked at before in this run."""

import hashlib
import re

from django.utils.html import escape

MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
# What differs from one answer to the next, and nobody sees.
UNSEEN = re.compile(
    r'<title>.*?</title>|name="csrfmiddlewaretoken" value="\w+"|next=[^"&]*|\s+',
    re.DOTALL,
)
TAGS = re.compile(r"(<[^>]*>)")
# What only names or leads somewhere: two rows that differ in it are made alike.
NAMING = re.compile(
    r" (?:href|src|action|formaction|id|for|name|value|title|alt|placeholder|content"
    r'|datetime|data-[\w-]+|aria-(?:label|labelledby|describedby|controls|owns))="[^"]+"'
)
# Where a row, or what looks like one, begins: of those made alike, one counts.
ROWS = ("<tr", "<li", "<option", "<article", "<dt", "<details", "<label", "<p")


class Seen:
    """The pages of this run, shared by its processes: each is looked at once.

    Two pages are the same when what is in their main landmark is, and what surrounds
    it too, whatever the names of those who look. They are made alike when only words,
    numbers and the repetition of rows tell them apart.
    """

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def is_new(self, html, names):
        parts = parts_of(UNSEEN.sub(" ", without(html, names)))
        new = [self._note(part) for part in parts]
        return any(new)

    def is_made_anew(self, html):
        new = [self._note(made_of(part)) for part in parts_of(UNSEEN.sub(" ", html))]
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


def made_of(html):
    """The tags of ``html`` in their order, and where there are words; each row once."""
    rows, row = {}, []
    for piece in TAGS.split(html):
        if piece.startswith(ROWS):
            rows["".join(row)] = None
            row = []
        if piece.startswith("<"):
            row.append(re.sub(r"\d+", "0", NAMING.sub(naming, piece)))
        elif piece.strip():
            row.append("·")
    rows["".join(row)] = None
    return "made of " + "\n".join(rows)


def naming(attribute):
    return attribute[0].partition("=")[0]
