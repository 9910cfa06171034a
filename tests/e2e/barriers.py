"""What stands in somebody's way on a page."""

from tests.world import ROOT

LARGE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
SIZES = (LARGE, PHONE)
AXE = (ROOT / "tests/vendor/axe-core/axe.min.js").read_text("utf-8")
RULES = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
        "best-practice",
    ],
    "resultTypes": ["violations"],
}


# Of the rows that are made alike axe reads two: a list of a hundred says no more.
THIN_OUT = """() => {
  const made = row => row.outerHTML
    .replace(/ (?!class=)[\\w-]+="[^"]*"/g, "").replace(/>[^<]+</g, "><");
  for (const list of document.querySelectorAll("tbody, ul, ol, select")) {
    const met = new Map();
    for (const row of [...list.children]) {
      met.set(made(row), (met.get(made(row)) ?? 0) + 1);
      if (met.get(made(row)) > 2) row.remove();
    }
  }
}"""


def look(page, address, seen, names):
    """The troubles of one page, unless somebody of another role saw the very same.

    Each page is opened, in both sizes; axe reads it when nobody saw all that it is made of.
    """
    answer = page.request.get(address)
    if answer.status != 200:
        yield f"answers {answer.status}"
    elif is_page(answer) and seen.is_new(answer.text(), names):
        page.goto(address)
        yield from see(page, answer.text(), seen)


def see(page, html, seen):
    """The troubles of the page in this window, which was made of ``html``."""
    return (barriers if seen.is_made_anew(html) else overflows)(page)


def is_page(answer):
    return answer.headers["content-type"].startswith("text/html")


def barriers(page):
    """The troubles of the page in this window, in both sizes, as sentences."""
    yield from overflows(page)
    page.evaluate(THIN_OUT)
    page.evaluate(AXE)
    for size in reversed(SIZES):
        width = size["width"]
        page.set_viewport_size(size)
        found = page.evaluate("rules => axe.run(document, rules)", RULES)
        for violation in found["violations"]:
            nodes = ", ".join(node["target"][-1] for node in violation["nodes"][:3])
            yield f"{violation['id']} ({violation['impact']}), {width} wide: {nodes}"


def overflows(page):
    """Whether the page is wider than the window, in both sizes."""
    for size in SIZES:
        yield from overflow(page, size)


def overflow(page, size):
    page.set_viewport_size(size)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > size["width"]:
        yield f"{wide} pixels wide in a window of {size['width']}"
