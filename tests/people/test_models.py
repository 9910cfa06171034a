"""What the database itself refuses, on both databases."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agency.core.clock import today
from agency.people.models import Affiliation, Membership, Organisation, Person, Role
from tests.people.factories import (
    AffiliationFactory,
    MandateFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused():
    """The block fails in the database, and the test goes on."""

    class Refused:
        def __enter__(self):
            self.error = pytest.raises(IntegrityError)
            self.error.__enter__()
            self.savepoint = transaction.atomic()
            self.savepoint.__enter__()

        def __exit__(self, *exc):
            self.savepoint.__exit__(*exc)
            return self.error.__exit__(*exc)

    return Refused()


def test_an_address_is_stored_in_lower_case():
    assert PersonFactory(email="  Ines@EXAMPLE.org ").email == "ines@example.org"


def test_an_empty_address_is_no_address():
    people = [
        PersonFactory(email=""),
        PersonFactory(email="   "),
        PersonFactory(email=None),
    ]

    assert [person.email for person in people] == [None, None, None]


def test_two_people_do_not_share_an_address(refused):
    PersonFactory(email="ines@example.org")

    with refused:
        PersonFactory(email="INES@example.org")


@pytest.mark.parametrize("email", ["Ines@example.org", ""])
def test_the_database_refuses_an_address_that_is_not_lower_case(refused, email):
    person = PersonFactory()

    with refused:
        Person.objects.filter(pk=person.pk).update(email=email)


def test_nobody_works_the_other_way_round(refused):
    affiliation = AffiliationFactory()

    with refused:
        Affiliation.objects.filter(pk=affiliation.pk).update(
            ends_on=today() - timedelta(1)
        )


def test_one_main_affiliation_runs(refused):
    main = AffiliationFactory(is_primary=True)
    AffiliationFactory(person=main.person)

    with refused:
        AffiliationFactory(person=main.person, is_primary=True)


def test_a_past_main_affiliation_leaves_room():
    past = AffiliationFactory(is_primary=True, ends_on=today())

    assert AffiliationFactory(person=past.person, is_primary=True).pk


@pytest.mark.parametrize("factory", [RoleFactory, MandateFactory])
def test_roles_and_mandates_end_after_they_start(refused, factory):
    with refused:
        factory(starts_on=today(), ends_on=today() - timedelta(days=1))


def test_a_membership_is_of_one(refused):
    with refused:
        Membership.objects.create(
            organisation=OrganisationFactory(), person=PersonFactory(), year=2026
        )


def test_a_membership_is_of_somebody(refused):
    with refused:
        Membership.objects.create(year=2026)


def test_one_joins_once_a_year(refused):
    member = MembershipFactory().organisation

    with refused:
        MembershipFactory(organisation=member)


def test_a_siret_is_used_once(refused):
    OrganisationFactory(siret="73282932000074")
    OrganisationFactory.create_batch(2, siret="")

    with refused:
        OrganisationFactory(siret="73282932000074")


@pytest.mark.parametrize("siret", ["73282932000075", "123", "7328293200007A"])
def test_a_mistyped_siret_gets_a_sentence(siret):
    with pytest.raises(ValidationError, match="14 chiffres"):
        Organisation(name="X", kind="venue", siret=siret).full_clean()


def test_an_organisation_with_people_is_not_deleted():
    affiliation = AffiliationFactory()

    with pytest.raises(IntegrityError):
        affiliation.organisation.delete()


def test_names_are_folded_for_search():
    person = PersonFactory(given_name="Loïc", family_name="L’Œillet", email="a@b.fr")
    organisation = OrganisationFactory(name="Théâtre", city="Évry")

    assert person.folded == "l'oeillet loic a@b.fr"
    assert organisation.folded == "theatre evry"


def test_folding_follows_a_partial_save():
    person = PersonFactory(given_name="Loïc")
    person.family_name = "Élan"
    person.save(update_fields=["family_name"])

    person.refresh_from_db()
    assert person.folded.startswith("elan")


def test_the_longest_names_fit():
    person = PersonFactory(given_name="é" * 120, family_name="œ" * 120)

    assert len(person.folded) <= 500
    person.full_clean()


def test_somebody_without_account_is_staff_of_nothing():
    person = PersonFactory(officer=True)
    person.is_active = False

    assert not person.is_staff
    assert not person.has_perm("people.view_person")


def test_an_unsaved_person_holds_no_role():
    assert Person().current_roles == frozenset()


def test_people_with_a_role_today():
    chief = RoleFactory().person
    RoleFactory(
        ends_on=today() + timedelta(days=9), starts_on=today() + timedelta(days=1)
    )
    PersonFactory()

    assert list(Person.objects.with_role("officer", "direction")) == [chief]
    assert Role.objects.in_force().count() == 1
