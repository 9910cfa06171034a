"""Imports and organisations that were merged: the one set aside is met by no line."""

import pytest

from agency.people.models import Organisation, Person
from agency.people.services import merging
from tests.people.brought import HEADINGS as PEOPLE
from tests.people.brought import (
    OTHER,
    SIRET,
    brought,
    houses,
    only,
    outcomes,
)
from tests.people.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

HEADINGS = ("Nom", "Ville", "Téléphone", "SIRET")


@pytest.fixture
def kept(officer):
    """The organisation that stayed; the one set aside has its name and town, and a SIRET."""
    kept, dropped = (
        OrganisationFactory(name="Théâtre du Quai", city="Arcy", siret=siret)
        for siret in (OTHER, SIRET)
    )
    merging.merge(kept, dropped, by=officer)
    return kept


def test_line_meets_the_organisation_that_stayed(officer, written, kept):
    row = ("Théâtre du Quai", "Arcy", "01 99 00 11 22", "")

    written(houses(officer, HEADINGS, row))

    kept.refresh_from_db()
    assert kept.phone == "+33199001122"
    assert Organisation.objects.present().count() == 1


def test_line_with_the_siret_of_one_set_aside_is_left(officer, kept):
    row = ("Théâtre du Port", "Bréville", "", SIRET)

    batch = houses(officer, HEADINGS, row)

    assert outcomes(batch) == ["ignore"]
    assert SIRET in only(batch).sentence


def test_address_of_a_record_set_aside_is_that_of_who_stayed(officer, written):
    first, second, third = (
        PersonFactory(
            given_name="Zoé",
            family_name="Lefèvre",
            email=email,
            unclaimed=True,
        )
        for email in ("zoe@example.org", "bureau@example.org", "ancienne@example.org")
    )
    merging.merge(second, third, by=officer)
    merging.merge(first, second, by=officer)
    row = ("Zoé", "Lefèvre", "ancienne@example.org", "01 99 00 11 22")

    batch = written(brought(officer, row, headings=(*PEOPLE, "Téléphone")))

    first.refresh_from_db()
    assert outcomes(batch) == ["update"]
    assert (first.email, first.phone) == ("zoe@example.org", "+33199001122")
    assert Person.objects.filter(family_name="Lefèvre").present().count() == 1
