"""What a convocation says (reference 0.6), and that what is unknown leaves no hole."""

import pytest

from agency.documents import engine
from tests.documents import letters
from tests.documents.reading import opened, words


def letter(**changes):
    return engine.render(letters.TEMPLATE, letters.context(**changes))


def test_convocation_says_everything():
    text = words(letter())

    for said in (
        "Agence des Lisières",
        "14 rue des Deux-Quais, 00400 Montreval",
        "SIRET 000 000 000 00000, licence PLATESV-D-2024-000000",
        "CONV-2026-0412, version 1",
        "Montreval, le 12 novembre 2026",
        "Camille Aubrac Chargée de production Compagnie du Seuil 3 passage de la Halle",
        "Convocation à « Groupe communication », séance 2 sur 3, « Annoncer sans s’épuiser »",
        "jeudi 26 novembre 2026",
        "Accueil",
        "9 h 30 – 12 h 30 pause à 11 h",
        "3 h",
        "Sur place",
        "La Filature basse, salle Navette, rez-de-chaussée",
        "22 quai des Teinturiers, 00450 Bréville",
        "Gare de Bréville à 9 minutes à pied. Arceaux à vélos. Douze places",
        "entrée de plain-pied, toilettes adaptées, boucle magnétique.",
        "Tour de table",
        "Avec Agnès Loisel, animatrice.",
        "À lire avant : le compte rendu de la séance 1.",
        "À apporter : votre calendrier de communication.",
        "Participation gratuite, déjeuner libre.",
        "avant le mardi 24 novembre, 12 h",
        "Inès Vidal, référent·e handicap, 00 00 00 00 12",
        "Votre contact, et le jour même : Nour Haddad, chargée de mission",
        "nour.haddad@agence.example",
        "Pour l’agence, la directrice Hélène Marsan",
        "Elle est conservée cinq ans",
        "donnees@agence.example",
        "7f3a 09c2 e41b",
        "page 1 sur 1",
    ):
        assert said in text


def test_convocation_fits_one_page_without_what_is_unknown():
    data = letter(**letters.BARE)
    text = words(data)

    assert len(opened(data).pages) == 1
    assert "Le lieu est en cours de choix" in text
    assert "dès que vous le savez" in text
    for unsaid in ("Accueil", "Ordre du jour", "À apporter", "None", "séance 1", "« »"):
        assert unsaid not in text


def test_new_version_says_what_it_replaces():
    first = letters.document()
    second = letters.document(version=2, supersedes=first)

    text = words(letter(document=second, paragraph="Le lieu a changé."))

    assert "version 2 Annule et remplace la version 1 du 12 novembre 2026" in text
    assert "Le lieu a changé." in text


@pytest.mark.parametrize("kind", ["remote", "hybrid"])
def test_link_of_a_remote_session_is_never_printed(kind):
    data = letter(session=letters.session(format=kind))

    assert "visio.example" not in words(data)
    assert b"visio.example" not in data
    assert "Le lien de la visioconférence est sur la page de la séance" in words(data)


def test_remote_session_has_no_place():
    text = words(letter(session=letters.session(format="remote"), venue=None))

    assert "Lieu et accès" not in text
    assert "À distance" in text


def test_place_that_is_not_accessible_says_so():
    nothing = letters.venue(
        step_free=False, hearing_loop=False, accessible_toilets=False
    )

    text = words(letter(venue=nothing))

    assert "accès de plain-pied non garanti" in text
    assert "sans boucle magnétique" in text


def test_sealed_activity_reminds_of_the_rule():
    sealed = letters.activity(sealed=True)

    assert "Ce qui se dit dans le groupe y reste" in words(letter(activity=sealed))
    assert "Ce qui se dit" not in words(letter())


def test_forty_items_take_a_second_page_and_are_all_there():
    data = letter(agenda=[f"Point numéro {n}, à tenir" for n in range(1, 41)] * 2)

    assert len(opened(data).pages) > 1
    assert words(data).count("Point numéro") == 80
    assert "page 2 sur 2" in words(data)


def test_signature_never_stands_alone_on_a_page():
    for lines in range(0, 40, 3):
        data = letter(paragraph="\n\n".join(["Une ligne de plus."] * lines))
        last = opened(data).pages[-1].extract_text()
        assert "Hélène Marsan" in last
        assert "Votre contact" in last


def test_preview_has_no_number():
    text = words(letter(document=letters.document(reference="", fingerprint="")))

    assert "Aperçu, sans valeur" in text
    assert "CONV-" not in text
    assert "Empreinte" not in text


def test_several_days_say_both():
    text = words(letter(session=letters.session(ends_at=letters.at(27, 17))))

    assert "26 novembre, 9 h 30 – 27 novembre, 17 h" in text


def test_first_of_a_month_is_written_as_one_says_it():
    first = letters.session(starts_at=letters.at(1, 9), ends_at=letters.at(1, 12))

    text = words(letter(session=first))

    assert "le dimanche 1er novembre 2026" in text
    assert "1er dimanche novembre 2026" in text
