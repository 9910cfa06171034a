"""Imports: where people work, and organisations."""

from datetime import date

import pytest

from agency.core.models import JournalEntry
from agency.people.choices import OrganisationKind
from agency.people.models import (
    Affiliation,
    Organisation,
)
from tests.people.brought import (
    HEADINGS,
    OTHER,
    SIRET,
    ZOE,
    brought,
    houses,
    only,
    outcomes,
)
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    OrganisationLabelFactory,
    ProfessionFactory,
)

pytestmark = pytest.mark.django_db

# --- Where they work -----------------------------------------------------------
PLACE = (*HEADINGS, "Structure", "SIRET", "Métier", "Fonction", "Depuis le")


def test_affiliation_is_created_when_there_is_none(officer, written):
    house = OrganisationFactory(name="Compagnie du Parvis", siret=SIRET)
    profession = ProfessionFactory(name="Régie générale")
    row = (*ZOE, "compagnie du parvis", "", "regie generale", "Régisseuse", "1/9/2024")

    batch = written(brought(officer, row, headings=PLACE))

    post = Affiliation.objects.get(person=only(batch).person)
    assert (post.organisation, post.profession) == (house, profession)
    assert (post.job_title, post.starts_on) == ("Régisseuse", date(2024, 9, 1))
    assert post.is_primary
    again = brought(officer, row, headings=PLACE)
    assert outcomes(again) == ["ignore"]


def test_second_organisation_leaves_the_main_one(officer, written):
    post = AffiliationFactory(
        is_primary=True,
        person__email="zoe@example.org",
        person__given_name="Zoé",
        person__family_name="Lefèvre",
    )
    OrganisationFactory(name="Le Parvis")

    written(brought(officer, (*ZOE, "Le Parvis", *[""] * 4), headings=PLACE))

    primary = Affiliation.objects.filter(person=post.person, is_primary=True)
    assert list(primary) == [post]
    assert post.person.affiliations.count() == 2


def test_unknown_organisation_is_an_error_unless_asked_to_create_it(officer, written):
    rows = [
        (*ZOE, "Le Parvis", SIRET, "", "", ""),
        ("Al", "Roy", "al@example.org", "LE PARVIS", "", "", "", ""),
    ]

    refused = brought(officer, *rows, headings=PLACE)
    batch = brought(officer, *rows, headings=PLACE, create_organisations=True)

    assert outcomes(refused) == ["error", "error"]
    assert "cochez" in refused.lines.first().sentence
    assert outcomes(batch) == ["create", "create"]
    assert not Organisation.objects.filter(name="Le Parvis").exists()
    written(batch)
    house = Organisation.objects.get(name="Le Parvis")
    assert (house.siret, house.kind) == (SIRET, OrganisationKind.OTHER)
    assert house.affiliations.count() == 2
    assert JournalEntry.objects.about(house).get().action == "add"


def test_two_organisations_of_one_name_need_a_siret(officer):
    OrganisationFactory(name="Le Parvis", city="Dijon")
    OrganisationFactory(name="Le Parvis", city="Nevers", siret=SIRET)

    batch = brought(
        officer,
        (*ZOE, "Le Parvis", "", "", "", ""),
        ("Al", "Roy", "", "Le Parvis", SIRET, "", "", ""),
        ("Lou", "Sol", "", "", OTHER, "", "", ""),
        headings=PLACE,
    )

    assert outcomes(batch) == ["error", "create", "error"]


def test_profession_without_organisation_goes_to_the_only_post(officer):
    AffiliationFactory(
        person__email="zoe@example.org",
        person__given_name="Zoé",
        person__family_name="Lefèvre",
        job_title="Régie",
    )
    headings = (*HEADINGS, "Fonction")

    batch = brought(
        officer,
        (*ZOE, "Direction"),
        ("Al", "Roy", "al@example.org", "Régie"),
        headings=headings,
    )

    first, second = batch.lines.order_by("number")
    assert first.changes == {"job_title": ["Régie", "Direction"]}
    assert "job_title" not in second.changes
    assert "aucune n’est indiquée" in second.sentence


# --- Organisations -------------------------------------------------------------
def test_organisation_is_created_with_all_its_columns(officer, written):
    label = OrganisationLabelFactory(name="Scène nationale")
    headings = ("Nom", "Type", "SIRET", "Labels", "Ville", "Site", "Courriel")
    row = (
        *("Le Parvis", "compagnie", "732 829 320 00074", "scene nationale", "Dijon"),
        *("parvis.example", "Contact@Parvis.example"),
    )

    house = only(written(houses(officer, headings, row))).organisation

    assert (house.kind, house.siret, house.city) == ("company", SIRET, "Dijon")
    assert house.website == "https://parvis.example"
    assert house.email == "contact@parvis.example"
    assert list(house.labels.all()) == [label]
    assert Organisation.objects.get(folded="le parvis dijon") == house


def test_organisation_is_met_by_siret_then_by_name_and_town(officer):
    by_siret = OrganisationFactory(name="Ancien nom", siret=SIRET)
    by_town = OrganisationFactory(name="Le Parvis", city="Dijon")
    OrganisationFactory(name="Le Parvis", city="Nevers")
    headings = ("Nom", "Ville", "SIRET", "Téléphone")

    batch = houses(
        officer,
        headings,
        ("Nouveau nom", "Dole", SIRET, "0380551234"),
        ("LE PARVIS", "DIJON", "", "0380551234"),
        ("Le Parvis", "Dole", "", ""),
        ("Le Parvis", "", "", ""),
        ("nouveau nom", "Dole", "", ""),
    )

    assert outcomes(batch) == ["update", "update", "create", "ignore", "ignore"]
    first, second, *_rest = batch.lines.order_by("number")
    assert (first.organisation, second.organisation) == (by_siret, by_town)
    assert first.changes["name"] == ["Ancien nom", "Nouveau nom"]
    assert list(second.changes) == ["phone"]


def test_same_siret_twice_in_a_file_is_taken_once(officer):
    OrganisationFactory(name="Le Parvis", city="Dijon")

    batch = houses(
        officer,
        ("Nom", "Ville", "SIRET"),
        ("Le Parvis", "Dijon", SIRET),
        ("Autre nom", "Dijon", SIRET),
    )

    assert outcomes(batch) == ["update", "ignore"]
