import logging
import os
import subprocess
import sys
import threading

import pytest

from agency.documents import checks, engine
from tests.documents import letters
from tests.documents.reading import fonts, opened, tags, words


@pytest.fixture(autouse=True)
def no_warning_of_the_engine(caplog):
    """A warning is a letter that looks other than drawn: none is let through."""
    caplog.set_level(logging.WARNING, logger="weasyprint")
    yield
    assert [r.getMessage() for r in caplog.records if r.name == "weasyprint"] == []


@pytest.fixture(scope="module")
def letter():
    return engine.render(letters.TEMPLATE, letters.context())


def test_document_is_tagged_in_french_and_says_its_title(letter):
    root = opened(letter).trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert opened(letter).metadata.title == "Convocation CONV-2026-0412, version 1"
    assert opened(letter).metadata.author == "Agence des Lisières"


def test_document_claims_pdf_ua(letter):
    metadata = opened(letter).trailer["/Root"]["/Metadata"].get_object().get_data()

    assert b'pdfuaid:part="1"' in metadata


def test_document_reads_in_order_with_headings_table_and_list(letter):
    found = tags(letter)

    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/LI", "/P"} <= set(found)
    assert found.index("/H1") < found.index("/Table") < found.index("/L")


def test_fonts_are_embedded_subset_and_whole(letter):
    for name, descriptor, encoding in fonts(letter):
        assert "+" in name
        assert "/FontFile2" in descriptor
        # Another encoding would mean missing glyphs, which PDF/UA forbids.
        assert encoding == "/Identity-H"


def test_same_page_gives_the_same_file():
    once, again = (engine.render(letters.TEMPLATE, letters.context()) for _ in "12")

    assert once == again


def test_letter_is_light(letter):
    assert len(letter) < 40_000


OURS = ["Anne-Maëlle d’Œuvray", "D'Angelo O'Brien", "Inès 👩‍🎤🏳️‍🌈"]
OTHERS = [
    "Affifi Griffin",
    "Ḥasan Łukasz Nguyễn",
    "Ελένη Ольга",
    "كمال بن يوسف",
    "דוד לוי",
    "李明",
    "Zoé 🎭🤹😀",
    "𓀀 ꙮ 李 x",
]


@pytest.mark.parametrize(
    "name", [*OURS, *(pytest.param(name, marks=pytest.mark.slow) for name in OTHERS)]
)
def test_name_in_any_script_is_drawn_and_can_be_read_back(name):
    given, _, family = name.partition(" ")

    data = engine.render(
        letters.TEMPLATE, letters.context(person=letters.person(given, family))
    )

    assert all(encoding == "/Identity-H" for _, _, encoding in fonts(data))
    joiners = {" ", "\u200d", "\ufe0f"}
    for character in set(name) - joiners:
        assert character in words(data)


def test_markup_and_formulas_stay_words():
    hostile = '<b>x</b><img src="file:///etc/passwd">=HYPERLINK("x")'

    data = engine.render(
        letters.TEMPLATE,
        letters.context(
            person=letters.person(hostile, ""),
            paragraph=hostile,
            agenda=[hostile],
            activity=letters.activity(title=hostile),
        ),
    )

    assert words(data).count('=HYPERLINK("x")') >= 4
    assert "root:" not in words(data)


def test_title_of_300_characters_is_whole():
    title = "Anticonstitutionnellement " * 12

    data = engine.render(
        letters.TEMPLATE, letters.context(activity=letters.activity(title=title[:300]))
    )

    assert words(data).count("Anticonstitutionnellement") == 11


def test_thread_has_an_engine_of_its_own():
    seen = []

    def make():
        engine.warm()
        seen.append(engine._local.engine)

    for thread in [threading.Thread(target=make) for _ in range(2)]:
        thread.start()
        thread.join()
    engine.warm()

    assert len({id(one) for one in [*seen, engine._local.engine]}) == 3


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:1/x",
        "https://example.org/x.png",
        "ftp://example.org/x",
        "data:text/plain,x",
        "file://example.org/etc/passwd",
        "{static}/../manage.py",
        "{static}/%2e%2e/manage.py",
        "{static}/../static-of-others/x",
    ],
)
def test_fetcher_reads_no_file_but_ours(url, settings):
    static = (settings.BASE_DIR / "static").as_uri()

    with pytest.raises(engine.Refused):
        engine._fetcher().fetch(url.format(static=static))


def test_fetcher_reads_our_files(settings):
    sheet = settings.BASE_DIR / "static" / engine.STYLE_SHEET

    with sheet.open("rb") as expected:
        assert engine._fetcher().fetch(sheet.as_uri()).read() == expected.read()


def test_page_that_asks_for_a_foreign_file_is_made_without_it(caplog):
    data = engine.pdf(
        '<html lang="fr"><title>x</title><img src="file:///etc/passwd" alt="image"></html>'
    )

    assert "root:" not in words(data)
    assert "not a file of ours" in caplog.text
    caplog.clear()


@pytest.mark.slow
def test_machine_without_a_font_makes_the_same_letter(tmp_path):
    config = tmp_path / "fonts.conf"
    config.write_text("<fontconfig/>")
    program = (
        "import django; django.setup()\n"
        "from agency.documents import engine\n"
        "from tests.documents import letters\n"
        "import sys; sys.stdout.buffer.write("
        "engine.render(letters.TEMPLATE, letters.context()))"
    )

    made = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", program],
        env=os.environ
        | {
            "FONTCONFIG_FILE": str(config),
            "DJANGO_SETTINGS_MODULE": "agency.settings.test",
        },
        check=True,
        stdout=subprocess.PIPE,
    )

    assert made.stdout == engine.render(letters.TEMPLATE, letters.context())


def test_check_says_what_to_install(monkeypatch):
    monkeypatch.setattr(checks, "opens", lambda name: False)
    monkeypatch.setattr(checks, "weasyprint_starts", lambda: False)

    (error,) = checks.pango_is_installed(None)

    assert error.id == "documents.E001"
    assert "apt install libpango-1.0-0" in error.hint


def test_check_is_quiet_here():
    assert checks.pango_is_installed(None) == []
    assert checks.weasyprint_starts()
    assert not checks.opens("libdoes-not-exist.so.0")
