"""axe on every page, as every role, on a telephone and on a large screen."""

import pytest

from tests.e2e.conftest import LARGE, PHONE
from tests.e2e.pages import pages_by_person
from tests.world import ROOT

AXE = (ROOT / "tests/vendor/axe-core/axe.min.js").read_text("utf-8")
RULES = {
    "runOnly": [
        *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"),
        "best-practice",
    ],
    "resultTypes": ["violations"],
}


@pytest.mark.slow
@pytest.mark.parametrize("who", [None, "pro", "pro2", "agence", "direction"])
@pytest.mark.parametrize("viewport", [PHONE, LARGE], ids=["phone", "large"])
def test_every_page_is_accessible(site, visit, who, viewport):
    page = visit(site.demo(who) if who else None, viewport=viewport, bypass_csp=True)
    # The page that is not there says so in the console, as it should.
    addresses = [a for a in pages_by_person(site)[who] if a != "/introuvable/"]

    troubles = [
        f"{address}: {trouble}"
        for address in addresses
        for trouble in barriers(page, address, viewport["width"])
    ]

    assert not troubles, "\n".join(["", *troubles])


def barriers(page, address, width):
    """What stands in somebody's way on this page, as sentences."""
    page.goto(address)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"{wide} pixels wide in a window of {width}"
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    for violation in found["violations"]:
        nodes = ", ".join(node["target"][-1] for node in violation["nodes"][:3])
        yield f"{violation['id']} ({violation['impact']}): {nodes}"
