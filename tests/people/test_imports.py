"""Imports: what the preview says is what is written, once, whatever happens on the way."""

import pytest
from allauth.account.models import EmailAddress

from agency.core.journal import broken_links
from agency.core.models import JournalEntry
from agency.people.models import (
    ImportLine,
    Person,
)
from agency.people.services import erasure
from agency.people.states import ImportState
from tests.people.brought import HEADINGS, ZOE, brought, only, outcomes
from tests.people.factories import (
    AffiliationFactory,
    PersonFactory,
    ProfessionFactory,
    TerritoryFactory,
)

pytestmark = pytest.mark.django_db


# --- Contacts ------------------------------------------------------------------
def test_nothing_is_written_before_somebody_confirms(officer, written):
    before = Person.objects.count()

    batch = brought(officer, ZOE)

    assert batch.state == ImportState.PREVIEWED
    assert (batch.total, batch.created, outcomes(batch)) == (1, 1, ["create"])
    assert Person.objects.count() == before
    assert written(batch).state == ImportState.DONE
    assert Person.objects.count() == before + 1


def test_person_created_waits_to_be_invited(officer, written):
    line = only(written(brought(officer, ("Zoé", "Lefèvre", "ZOE@Example.org"))))

    zoe = line.person
    assert (zoe.given_name, zoe.email) == ("Zoé", "zoe@example.org")
    assert not zoe.has_usable_password()
    assert EmailAddress.objects.get(user=zoe).verified is False
    assert Person.objects.get(folded__contains="lefevre zoe zoe@") == zoe
    entry = JournalEntry.objects.about(zoe).get()
    assert (entry.action, entry.by) == ("add", officer)
    assert entry.data["fields"] == ["email", "family_name", "given_name"]
    assert "zoe" not in str(entry.data).lower()
    assert list(broken_links()) == []


def test_person_is_met_by_address_and_completed(officer, written):
    known = PersonFactory(
        given_name="Zoé", family_name="Lefèvre", email="zoe@example.org", city="Dijon"
    )
    headings = (*HEADINGS, "Téléphone", "Ville", "Adresse", "CP")
    row = ("ZOE", "LEFEVRE", "Zoe@example.org", "0380551234", "DIJON", "", "1000")

    batch = brought(officer, row, headings=headings)

    line = only(batch)
    assert line.person == known
    assert set(line.changes) == {"phone", "postal_code"}
    assert line.changes["postal_code"] == ["", "01000"]
    assert "01000" in line.sentence
    written(batch)
    version = known.version
    known.refresh_from_db()
    assert (known.given_name, known.family_name, known.city) == (
        "Zoé",
        "Lefèvre",
        "Dijon",
    )
    assert (str(known.phone), known.postal_code) == ("+33380551234", "01000")
    assert known.version == version + 1
    assert JournalEntry.objects.about(known).get().data["fields"] == [
        "phone",
        "postal_code",
    ]


def test_empty_cell_empties_nothing_and_same_values_change_nothing(officer):
    PersonFactory(
        given_name="Zoé", family_name="Lefèvre", email="zoe@example.org", city="Dijon"
    )

    batch = brought(officer, (*ZOE, ""), headings=(*HEADINGS, "Ville"))

    assert outcomes(batch) == ["ignore"]
    assert "déjà" in only(batch).sentence


def test_address_of_somebody_else_is_never_merged(officer):
    PersonFactory(given_name="Al", family_name="Roy", email="zoe@example.org")

    batch = brought(officer, ZOE)

    assert outcomes(batch) == ["ignore"]
    assert "quelqu’un d’autre" in only(batch).sentence


def test_homonym_without_address_is_left_to_look_at(officer):
    PersonFactory(given_name="Zoé", family_name="Lefèvre", email=None)
    PersonFactory(given_name="Al", family_name="Roy", email="al@example.org")

    batch = brought(officer, ZOE, ("Zoé", "Lefèvre", ""), ("Al", "Roy", ""))

    assert outcomes(batch) == ["ignore"] * 3
    assert all(line.sentence for line in batch.lines.all())


def test_same_name_at_the_same_organisation_is_the_same_person(officer):
    post = AffiliationFactory(
        person__given_name="Zoé",
        person__family_name="Lefèvre",
        organisation__name="Le Parvis",
        job_title="Régie",
    )
    headings = ("Prénom", "Nom", "Structure", "Fonction")

    batch = brought(
        officer, ("Zoe", "LEFEVRE", "le parvis", "Direction"), headings=headings
    )

    assert only(batch).person == post.person
    assert only(batch).changes == {"job_title": ["Régie", "Direction"]}


def test_same_person_twice_in_a_file_is_taken_once(officer, written):
    batch = brought(
        officer,
        ZOE,
        ("Zoe", "Lefevre", "ZOE@example.org"),
        ("Al", "Roy", "zoe@example.org"),
        ("Lou", "Sol", ""),
        ("Lou", "Sol", ""),
    )

    assert outcomes(batch) == ["create", "ignore", "ignore", "create", "ignore"]
    said = list(batch.lines.order_by("number").values_list("sentence", flat=True))
    assert "ligne 2" in said[1]
    assert "ligne 2" in said[2]
    assert "ligne 5" in said[4]
    assert written(batch).created == 2


def test_who_was_erased_never_comes_back(officer, written):
    zoe = PersonFactory(
        given_name="Zoé", family_name="Lefèvre", email="zoe@example.org"
    )
    batch = brought(officer, (*ZOE, "Dijon"), headings=(*HEADINGS, "Ville"))
    assert outcomes(batch) == ["update"]
    other = brought(officer, ("", *ZOE[1:]))
    assert outcomes(other) == ["error"]

    erasure.erase(zoe, by=zoe)

    # What the files said of them went with them, even the line that was refused.
    assert not ImportLine.objects.exists()
    written(batch)
    zoe.refresh_from_db()
    assert (zoe.city, zoe.email) == ("", None)
    assert Person.objects.filter(city="Dijon").count() == 0


def test_lines_with_errors_say_them_all(officer):
    ProfessionFactory(name="Administratrice")
    TerritoryFactory(name="Côte-d’Or", code="21")
    headings = (*HEADINGS, "Téléphone", "Métier", "Département", "SIRET", "Depuis")
    bad = ("Zoé", "", "zoe@", "12", "Astronaute", "99", "123", "31/02/2024")

    batch = brought(officer, bad, headings=headings)

    assert outcomes(batch) == ["error"]
    said = only(batch).sentence
    for word in ("Nom de famille", "zoe@", "12", "Astronaute", "99", "SIRET", "31/02"):
        assert word in said
    assert "Administratrice" in said
    assert "Côte-d’Or" in said


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("=1+1", "formule"),
        ("#REF!", "formule"),
        ("x" * 121, "121 caractères"),
        ("x" * 5000, "2000 caractères"),
        ("So\x07l", "illisibles"),
        ("https://ruse.example", "lien"),
    ],
)
def test_cell_that_is_no_name_is_refused(officer, cell, said):
    batch = brought(officer, ("Zoé", cell, ""))

    assert outcomes(batch) == ["error"]
    assert said in only(batch).sentence


@pytest.mark.parametrize("text", ["21", "cote-d'or", "CÔTE-D’OR"])
def test_territory_is_understood_by_name_or_number(officer, written, text):
    territory = TerritoryFactory(name="Côte-d’Or", code="21")

    batch = written(brought(officer, (*ZOE, text), headings=(*HEADINGS, "Département")))

    assert only(batch).person.territory == territory
