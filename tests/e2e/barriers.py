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


def look(page, address, seen, names):
    """The troubles of one page, unless somebody of another role saw the very same.

    Each page is opened, in both sizes; axe reads it when nobody saw one made alike.
    """
    answer = page.request.get(address)
    if answer.status != 200:
        yield f"answers {answer.status}"
    elif is_page(answer) and seen.is_new(answer.text(), names):
        page.goto(address)
        made_anew = seen.is_made_anew(answer.text())
        yield from (barriers if made_anew else overflows)(page)


def is_page(answer):
    return answer.headers["content-type"].startswith("text/html")


def barriers(page):
    """The troubles of the page in this window, in both sizes, as sentences."""
    page.evaluate(AXE)
    for size in SIZES:
        width = size["width"]
        yield from overflow(page, size)
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
