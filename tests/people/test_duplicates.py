"""Which records look alike, and which only seem to."""

import pytest

from agency.people.models import Organisation, Person
from agency.people.services import duplicates, erasure, merging
from tests.people.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def person(name, **fields):
    given, _, family = name.partition(" ")
    return PersonFactory(unclaimed=True, given_name=given, family_name=family, **fields)


def found(model=Person):
    return {
        (pair.first_id, pair.second_id): [str(one) for one in pair.reasons]
        for pair in duplicates.pairs_of(model)
    }


def pair(one, other):
    return tuple(sorted((one.pk, other.pk)))


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (("Inès Maréchal", {}), ("ines MARECHAL", {}), "même nom"),
        (("Inès Maréchal", {}), ("Inès Maréchal", {"email": None}), "même nom"),
        (
            ("Luc Petit", {"phone": "+33612345678"}),
            ("Lucas Grand", {"phone": "+33612345678"}),
            "même téléphone",
        ),
        (
            ("Luc Petit", {"phone": "+33380112233"}),
            ("Petit Luc", {"phone": "+33380112233"}),
            "même téléphone",
        ),
        (
            ("Luc Petit", {"email": "luc.petit@scene.example"}),
            ("Luc Petitt", {"email": "luc.petit@mail.example"}),
            "même début d’adresse électronique, noms proches",
        ),
        (
            ("Catherine Petit", {"city": "Dijon"}),
            ("Catherinne Petit", {"city": "dijon"}),
            "noms proches, même ville",
        ),
    ],
)
def test_people_who_look_alike(one, other, reason):
    first, second = (person(name, **fields) for name, fields in (one, other))
    person("Zoé Autre", city="Dijon", phone="+33699999999")

    assert found() == {pair(first, second): [reason]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Brother and sister, of one town.
        (("Luc Petit", {"city": "Dijon"}), ("Anne Petit", {"city": "Dijon"})),
        # The telephone of a house, and the address of its office.
        (
            ("Luc Petit", {"phone": "+33380112233"}),
            ("Zoé Grand", {"phone": "+33380112233"}),
        ),
        (
            ("Luc Petit", {"email": "contact@un.example"}),
            ("Luc Petitt", {"email": "contact@deux.example"}),
        ),
        (
            ("Luc Petit", {"email": "petit@un.example"}),
            ("Zoé Petit", {"email": "petit@deux.example"}),
        ),
        (
            ("Catherine Petit", {"city": "Dijon"}),
            ("Catherinne Petit", {"city": "Sens"}),
        ),
    ],
)
def test_people_who_only_seem_to(one, other):
    for name, fields in (one, other):
        person(name, **fields)

    assert found() == {}


def test_several_reasons_come_first():
    person("Luc Petit"), person("luc petit")
    first = person("Zoé Grand", phone="+33612345678")
    second = person("Zoe Grand", phone="+33612345678")

    assert next(iter(found())) == pair(first, second)
    assert found()[pair(first, second)] == ["même nom", "même téléphone"]


def test_three_of_a_name_make_three_pairs():
    for _ in range(3):
        person("Luc Petit")

    assert len(found()) == 3


def test_people_without_a_name_are_not_alike():
    PersonFactory(given_name="", family_name="", email="a@un.example")
    PersonFactory(given_name="", family_name="", email="b@deux.example")

    assert found() == {}


def test_who_was_merged_erased_or_told_apart_is_not_shown_again(officer):
    one, other = person("Luc Petit"), person("Luc Petit")
    merging.merge(one, other, by=officer)
    assert found() == {}

    third = person("Luc Petit")
    assert list(found()) == [pair(one, third)]
    duplicates.tell_apart(third, one, by=officer)
    assert found() == {}

    fourth = person("Luc Petit")
    assert set(found()) == {pair(one, fourth), pair(third, fourth)}
    erasure.erase(fourth, by=officer)
    assert found() == {}


# --- Organisations -------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            {"name": "Théâtre des Feuillants", "city": "Dijon"},
            {"name": "Le theatre des feuillants", "city": "DIJON"},
            "noms proches, même ville",
        ),
        (
            {"name": "Compagnie du Fil", "city": "Dijon"},
            {"name": "Cie du Fil", "city": ""},
            "même nom",
        ),
        (
            {"name": "L’Atelier", "siret": "73282932000074"},
            {"name": "Scène Neuve", "siret": "73282932000009"},
            "même numéro SIREN",
        ),
    ],
)
def test_organisations_that_look_alike(one, other, reason):
    first, second = OrganisationFactory(**one), OrganisationFactory(**other)
    OrganisationFactory(name="Les Nuits d’été", city="Dijon")

    assert found(Organisation) == {pair(first, second): [reason]}


def test_organisations_of_two_towns_are_two():
    OrganisationFactory(name="Compagnie du Fil", city="Dijon")
    OrganisationFactory(name="Compagnie du Fil", city="Nevers")

    assert found(Organisation) == {}


def test_names_of_common_words_alone_are_not_alike():
    OrganisationFactory(name="La Compagnie", city="Dijon")
    OrganisationFactory(name="L’Ensemble", city="Dijon")

    assert found(Organisation) == {}
