"""What is printed beside letters, approved as it reads: tests/documents/printed.py."""

import logging
import re

import pytest

from agency.core.clock import travel
from tests.documents.printed import PRINTED, SIGNED_AT
from tests.documents.reading import fonts, opened

pytestmark = pytest.mark.django_db
PRINTS = re.compile(r"\b[0-9a-f]{4}(?:\s[0-9a-f]{4}){2,}\b")


@pytest.fixture(autouse=True)
def on_the_first_of_december(settings):
    settings.SITE_URL = "https://plateau.example"
    with travel(SIGNED_AT):
        yield


@pytest.mark.parametrize("name", PRINTED)
def test_print_is_approved(name, snapshot, caplog):
    caplog.set_level(logging.WARNING, logger="weasyprint")
    data = PRINTED[name]()
    reader = opened(data)
    text = "\n--- page ---\n".join(page.extract_text() for page in reader.pages)
    text = re.sub(r"[ \t]+\n", "\n", text)

    assert [r.getMessage() for r in caplog.records if r.name == "weasyprint"] == []
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("fr", True)
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data()
    assert all("/FontFile2" in one and "+" in font for font, one, _way in fonts(data))
    assert PRINTS.sub("(empreinte)", text) == snapshot
