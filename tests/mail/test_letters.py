"""What a template becomes: one line, a plain text, an HTML that nothing can enter."""

from pathlib import Path

import pytest
from django.conf import settings

from agency.mail.letters import PLACEHOLDER, blocks, compose, one_line, parse
from agency.mail.names import NAMES, name_of


def test_subject_is_the_first_paragraph_on_one_line(template):
    name = template("Convocation : {{ title }}\n\nBonjour,\n")

    letter = compose(name, {"title": "Produire\r\nBcc: tout@monde.example"})

    assert letter.subject == "Convocation : Produire Bcc: tout@monde.example"


def test_long_title_is_cut_between_two_words():
    subject = one_line("Convocation : " + "diffuser " * 34)

    assert len(subject) <= 150
    assert subject.endswith("diffuser…")


def test_long_word_is_cut_all_the_same():
    assert one_line("a" * 300) == "a" * 149 + "…"


def test_french_spaces_survive():
    assert (
        one_line("Séance\u202f: 9\u00a0h\u00a030") == "Séance\u202f: 9\u00a0h\u00a030"
    )


def test_characters_that_turn_the_line_round_are_left_out():
    assert one_line("a\u202eb\x00c\x1bd\u2066e") == "abcde"


def test_what_is_typed_is_not_html(template):
    name = template(
        "{{ title }}\n\n{{ title }}\n\n- {{ title }}\n\nLieu : {{ title }}\n"
    )
    title = '<script>alert(1)</script> & "Cie" https://a.example/?a=1&b=2'

    letter = compose(name, {"title": title})

    assert letter.text.startswith(title)
    assert "<script" not in letter.html
    assert "&lt;script&gt;" in letter.html


def test_names_of_every_script_come_out_whole(template):
    name = template("{{ title }}\n\n{{ title }}\n")
    title = "Œuvre d’Åsa 👩🏽‍🎤 עברית"

    letter = compose(name, {"title": title})

    assert letter.subject == title
    assert title in letter.html


def test_signature_and_reason_close_the_text(template, settings):
    name = template("Objet\n\nCorps.\n\n--\nVous recevez ce message car vous jouez.\n")

    letter = compose(name, {})

    text = letter.text
    assert text.startswith("Corps.\n\n-- \n")
    assert settings.AGENCY["name"] in text
    assert "Vous recevez ce message car vous jouez." in text
    assert "Vous recevez ce message car vous jouez." in letter.html


def test_message_without_a_reason_says_a_general_one(template):
    letter = compose(template("Objet\n\nCorps.\n"), {})

    assert "Vous recevez ce message parce que vous participez" in letter.text


def test_two_dashes_of_a_paragraph_do_not_cut_the_body():
    assert parse("S\n\na\n--\nb\n--\nreason") == ("S", "a\n--\nb", "reason")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Un.\nDeux.", [{"kind": "paragraph", "text": "Un.\nDeux."}]),
        ("- un\n- deux", [{"kind": "list", "items": ["un", "deux"]}]),
        (
            "Dates\u202f:\n- un",
            [
                {"kind": "paragraph", "text": "Dates\u202f:"},
                {"kind": "list", "items": ["un"]},
            ],
        ),
        (
            "Date\u202f: le 3\nLieu\u202f: ici",
            [{"kind": "facts", "rows": [("Date", "le 3"), ("Lieu", "ici")]}],
        ),
        (
            "https://a.example",
            [{"kind": "link", "label": "", "url": "https://a.example"}],
        ),
        (
            "Votre place\u202f:\nhttps://a.example",
            [{"kind": "link", "label": "Votre place", "url": "https://a.example"}],
        ),
        (
            f"Votre code\u202f: {PLACEHOLDER}",
            [
                {
                    "kind": "key",
                    "label": "Votre code",
                    "value": PLACEHOLDER,
                    "is_link": False,
                }
            ],
        ),
        (
            f"Oui\u202f:\n{PLACEHOLDER}oui/",
            [{"kind": "answer", "label": "Oui", "url": f"{PLACEHOLDER}oui/"}],
        ),
        (
            "Voir\u202f: javascript:alert(1)",
            [{"kind": "paragraph", "text": "Voir\u202f: javascript:alert(1)"}],
        ),
    ],
)
def test_body_is_made_of_blocks(body, expected):
    assert blocks(body) == expected


def test_every_message_has_a_name_for_staff():
    root = Path(settings.BASE_DIR) / "templates"
    found = [*root.glob("*/emails/*.fr.txt"), *root.glob("account/email/*.fr.txt")]
    templates = {
        str(path.relative_to(root)).removesuffix(".fr.txt")
        for path in found
        if not path.name.startswith("_")
    }

    assert templates == set(NAMES)


def test_message_without_a_name_is_called_by_its_template():
    assert name_of("tests/emails/some_letter") == "some letter"
