"""Files as people bring them: every separator, encoding and habit, or a sentence why not."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from agency.people.choices import ImportKind
from agency.people.imports import reading
from agency.people.imports.reading import Unreadable, open_table

PEOPLE, HOUSES = ImportKind.PEOPLE, ImportKind.ORGANISATIONS
LINES = ["Prénom{0}Nom{0}Courriel", "Zoé{0}Lefèvre{0}zoe@example.org"]
ZOE = {"given_name": "Zoé", "family_name": "Lefèvre", "email": "zoe@example.org"}


def sheet(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content, kind=PEOPLE):
    return list(open_table(content, kind).rows)


def refusal(content, kind=PEOPLE):
    with pytest.raises(Unreadable) as refused:
        read(content, kind)
    return str(refused.value)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_of_any_habit_is_read(separator, encoding, end):
    content = end.join(LINES).format(separator).encode(encoding)

    table = open_table(content, PEOPLE)

    assert list(table.rows) == [(2, ZOE)]
    assert table.separator == separator
    assert table.left == []


def test_windows_quotes_are_no_latin_1():
    content = "Prénom;Nom\nL’Île;Œuvrard".encode("cp1252")

    assert read(content) == [(2, {"given_name": "L’Île", "family_name": "Œuvrard"})]


def test_separator_inside_quotes_and_two_lines_in_a_cell():
    content = (
        'Nom;Prénom;Adresse\n"Roy; fils";Al;"12 rue\n des Roses"\nSol;Lou;'.encode()
    )

    assert read(content) == [
        (
            2,
            {
                "family_name": "Roy; fils",
                "given_name": "Al",
                "address": "12 rue des Roses",
            },
        ),
        (4, {"family_name": "Sol", "given_name": "Lou"}),
    ]


@pytest.mark.parametrize(
    "heading",
    [
        "E-mail",
        "COURRIEL",
        " Adresse é-mail ",
        "email *",
        "Mél",
        "Adresse électronique",
    ],
)
def test_heading_is_understood_however_it_is_written(heading):
    content = f"NOM;prenom;{heading}\nLefèvre;Zoé;zoe@example.org".encode()

    assert read(content) == [(2, ZOE)]


def test_title_above_the_headings_is_no_heading():
    content = b"Contacts du salon;;\n;;\nNom;Pr\xe9nom;Ville\nSol;Lou;Dijon"

    assert read(content)[0][0] == 4


def test_columns_left_aside_are_told():
    table = open_table("Nom;Prénom;Astre;\nSol;Lou;Lion;".encode(), PEOPLE)

    assert table.left == ["Astre"]
    assert table.kept == [["Nom", "family_name"], ["Prénom", "given_name"]]
    assert list(table.rows) == [(2, {"family_name": "Sol", "given_name": "Lou"})]


def test_structure_means_the_name_in_a_file_of_organisations():
    content = b"Structure;Ville\nLe Parvis;Dijon"

    assert read(content, HOUSES) == [(2, {"name": "Le Parvis", "city": "Dijon"})]


# --- XLSX ----------------------------------------------------------------------
def test_workbook_with_empty_rows_and_numbers():
    content = sheet(
        ["Nom", "Prénom", "Code postal", "Téléphone", "SIRET", "Depuis le"],
        [None, None, None, None, None, None],
        ["Sol", "Lou", 1000.0, 380551234.0, 73282932000074, date(2024, 9, 1)],
        ["  ", "", None, None, None, None],
        ["Roy", "Al", None, None, None, None],
    )

    assert read(content) == [
        (
            3,
            {
                "family_name": "Sol",
                "given_name": "Lou",
                "postal_code": "1000",
                "phone": "380551234",
                "siret": "73282932000074",
                "starts_on": "01/09/2024",
            },
        ),
        (5, {"family_name": "Roy", "given_name": "Al"}),
    ]


def test_formula_of_a_workbook_is_seen_and_never_its_last_result():
    content = sheet(["Nom", "Prénom"], ["=A1&A2", '="Lou"'])

    assert read(content) == [(2, {"family_name": "=A1&A2", "given_name": "Lou"})]


def test_cells_that_a_list_of_ours_disarmed_come_back():
    content = "Nom;Prénom;Téléphone\nSol;'-Lou;'+33380551234".encode()

    assert read(content)[0][1]["phone"] == "+33380551234"


# --- Refused -------------------------------------------------------------------
def archive(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "vide"),
        (b" \r\n ;;\n", "vide"),
        (b"%PDF-1.7 rest", "ni un fichier CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "ni un fichier CSV"),
        (b"\xd0\xcf\x11\xe0 old", "ancien fichier Excel"),
        (b"PK\x03\x04 broken", "endommagé"),
        (archive(content_xml="<office/>"), "ni un fichier CSV"),
        (archive(xl__workbook_xml="<!DOCTYPE x [<!ENTITY a 'b'>]>"), "endommagé"),
        (archive(xl__workbook_xml="<workbook/>"), "endommagé"),
        (b'Nom;Pr\xe9nom\n"Sol;' + b"x" * 140_000, "guillemet"),
    ],
)
def test_what_is_no_table_is_refused_with_the_cure(content, said):
    assert said in refusal(content)


def test_workbook_that_unfolds_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_UNFOLDED", 1000)

    assert "trop grand" in refusal(sheet(["Nom", "Prénom"], ["Sol", "Lou"]))


def test_missing_columns_are_said_with_what_was_found():
    said = refusal(b"Astre;Ville\nLion;Dijon")

    assert "Nom de famille, Prénom" in said
    assert "Astre, Ville" in said


def test_two_columns_that_mean_the_same_are_refused():
    said = refusal("Nom;Prénom;Mail;Courriel\nSol;Lou;a@b.fr;c@d.fr".encode())

    assert "Mail, Courriel" in said


def test_more_lines_than_promised_are_refused(monkeypatch):
    monkeypatch.setattr(reading, "MOST_LINES", 2)
    content = "Nom;Prénom\n" + "Sol;Lou\n" * 3

    assert "plusieurs fois" in refusal(content.encode())


def test_twenty_thousand_lines_are_read():
    content = "Nom;Prénom\n" + "".join(f"Nom{n};Lou\n" for n in range(20_000))

    assert len(read(content.encode())) == 20_000


def test_character_that_nobody_sees_is_shown():
    read_in = sheet(["Nom", "Prénom"], ["Sol", "Lou_x0007_"])

    assert read(read_in)[0][1]["given_name"] in {"Lou\ufffd", "Lou_x0007_"}
    assert read("Nom;Prénom\nSo\x07l;Lou".encode())[0][1]["family_name"] == "So\ufffdl"
