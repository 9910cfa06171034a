"""What stands in somebody's way on a page, and whether that page was looked at before."""

import hashlib
import re

from django.utils.html import escape

from tests.world import ROOT

LARGE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE = (ROOT / "tests/vendor/axe-core/axe.min.js").read_text("utf-8")
RULES = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
        "best-practice",
    ],
    "resultTypes": ["violations"],
}
MAIN = re.compile(r"<main\b.*</main>", re.DOTALL)
# What differs from one answer to the next, and nobody sees.
UNSEEN = re.compile(
    r'<title>.*?</title>|name="csrfmiddlewaretoken" value="\w+"|next=[^"&]*|\s+',
    re.DOTALL,
)


def look(page, address, seen, names):
    """The troubles of one page, unless somebody of another role saw the very same."""
    answer = page.request.get(address)
    if answer.status != 200:
        yield f"answers {answer.status}"
    elif is_page(answer) and seen.is_new(answer.text(), names):
        page.goto(address)
        yield from barriers(page)


def is_page(answer):
    return answer.headers["content-type"].startswith("text/html")


def barriers(page):
    """The troubles of the page in this window, in both sizes, as sentences."""
    page.evaluate(AXE)
    for size in (LARGE, PHONE):
        page.set_viewport_size(size)
        width = size["width"]
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} pixels wide in a window of {width}"
        found = page.evaluate("rules => axe.run(document, rules)", RULES)
        for violation in found["violations"]:
            nodes = ", ".join(node["target"][-1] for node in violation["nodes"][:3])
            yield f"{violation['id']} ({violation['impact']}), {width} wide: {nodes}"


class Seen:
    """The pages of this run, shared by its processes: each is looked at once.

    Two pages are the same when what is in their main landmark is, and what surrounds
    it too, whatever the names of those who look.
    """

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def is_new(self, html, names):
        html = UNSEEN.sub(" ", without(html, names))
        main = MAIN.search(html)
        parts = [main[0], html.replace(main[0], "")] if main else [html]
        new = [self._note(part) for part in parts]
        return any(new)

    def _note(self, part):
        digest = hashlib.sha256(part.encode()).hexdigest()
        try:
            (self.folder / digest).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def without(html, names):
    for name in names:
        html = html.replace(escape(name), "·")
    return html
