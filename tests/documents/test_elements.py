"""What elements are on paper: our sheet in place of the engine's own."""

import re

import pytest
import weasyprint

from agency.documents import engine
from tests.documents import letters

# On the line unless a sheet says otherwise: they need no rule.
INLINE = {"span", "a", "path"}
# The grammar of a document, not boxes of it.
TAG = re.compile(r"<([a-z][a-z0-9]*)")


def as_the_library_draws(html):
    """The letter with the library's own sheet of elements."""
    made = engine._local.engine
    page = weasyprint.HTML(
        string=html, base_url=made.base_url, url_fetcher=engine._fetcher()
    )
    return page.write_pdf(
        stylesheets=[made.sheet], font_config=made.fonts, pdf_variant="pdf/ua-1"
    )


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"activity": letters.activity(sealed=True), "agenda": []},
        {"agenda": [f"Point {n}" for n in range(40)]},
        {"session": letters.session(number=1, format="remote"), "venue": None},
        {"charter": {"title": "Charte", "url": "https://plateau.example/page/"}},
    ],
    ids=["onsite", "sealed", "long agenda", "remote", "charter"],
)
def test_our_elements_draw_the_same_letter(context):
    html = engine.source(letters.TEMPLATE, letters.context(**context))

    assert engine.pdf(html) == as_the_library_draws(html)


def test_every_element_of_a_document_has_its_rule(settings):
    sheet = (settings.BASE_DIR / "static" / engine.ELEMENTS).read_text("utf-8")
    selectors = re.sub(r"\{[^}]*\}|/\*.*?\*/", "", sheet, flags=re.DOTALL)
    known = set(re.findall(r"[a-z][a-z0-9]*", selectors))
    templates = settings.BASE_DIR / "templates"
    documents = [
        *templates.glob("layout/*.fr.html"),
        *templates.glob("*/documents/*.fr.html"),
    ]
    used = {
        tag
        for document in documents
        for tag in TAG.findall(document.read_text("utf-8"))
    }

    assert len(documents) > 1
    assert used - known == INLINE & used
