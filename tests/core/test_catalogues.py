"""The command that looks for words, keeps their French and compiles it."""

import gettext
import json

import pytest
from django.core.management import CommandError, call_command

from agency.core import catalogues

SOURCE = """
_("Kept")
pgettext("month", "May")
ngettext("one seat", "%(count)s seats", count)
gettext(f"never {this}")
"""
TEMPLATE = """<p title="{% translate 'Title' %}">{# no word #}
{% blocktranslate trimmed count count=n %}
  {{ count }} day
{% plural %}
  {{ count }} days
{% endblocktranslate %} l'heure {% translate "May" context "verb" %}</p>"""


class Folder(catalogues.Folder):
    def __str__(self):
        return self.path.name


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "words.py").write_text(SOURCE)
    (tmp_path / "page.html").write_text(TEMPLATE)
    sources = (tmp_path / "words.py", tmp_path / "page.html")
    made = Folder(tmp_path / "locale", sources)
    monkeypatch.setattr(catalogues, "folders", lambda: [made])
    return made


def test_words_of_code_and_templates_are_found(folder):
    assert catalogues.words(folder) == {
        (None, "Kept"): None,
        ("month", "May"): None,
        (None, "one seat"): "%(count)s seats",
        (None, "Title"): None,
        (None, "%(count)s day"): "%(count)s days",
        ("verb", "May"): None,
    }


def test_update_keeps_what_is_translated_and_drops_the_rest(folder):
    folder.po.parent.mkdir(parents=True)
    folder.po.write_text(
        f'{catalogues.HEADER}msgid "Kept"\nmsgstr "Garde"\n\n'
        'msgid "Gone"\nmsgstr "Parti"\n'
    )

    call_command("catalogues", update=True)

    assert 'msgid "Kept"\nmsgstr "Garde"' in folder.po.read_text()
    assert "Gone" not in folder.po.read_text()


def test_update_twice_changes_nothing(folder):
    call_command("catalogues", update=True)
    once = folder.po.read_text()

    call_command("catalogues", update=True)

    assert folder.po.read_text() == once


def test_fill_translates_what_is_missing_and_check_is_content(folder, tmp_path):
    french = {
        "Kept": "Garde",
        "month\u0004May": "Mai",
        "verb\u0004May": "Peut",
        "one seat|||%(count)s seats": ["une place", "%(count)s places"],
        "%(count)s day|||%(count)s days": ["%(count)s jour", "%(count)s jours"],
        "Title": "Titre",
    }
    (tmp_path / "french").mkdir()
    (tmp_path / "french/words.json").write_text(json.dumps(french))

    call_command("catalogues", fill=tmp_path / "french", check=True)

    with folder.mo.open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert compiled.gettext("Kept") == "Garde"
    assert compiled.pgettext("month", "May") == "Mai"
    assert compiled.ngettext("one seat", "%(count)s seats", 0) == "une place"
    assert compiled.ngettext("one seat", "%(count)s seats", 2) == "%(count)s places"


def test_check_fails_on_what_is_missing(folder):
    with pytest.raises(CommandError, match="missing: 'Kept'"):
        call_command("catalogues", update=True, check=True)


def test_compiled_catalogue_is_left_alone_while_it_is_current(folder):
    call_command("catalogues", update=True)

    assert catalogues.compile_all() == []
