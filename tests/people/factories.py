"""The directory's cast: a person who may sign in, and situations as traits."""

from datetime import date
from functools import cache

import factory
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from agency.people import addresses
from agency.people.choices import (
    Body,
    ImportKind,
    MandateRole,
    MembershipState,
    OrganisationKind,
    RoleName,
    TerritoryKind,
)
from agency.people.models import (
    Affiliation,
    ImportBatch,
    Mandate,
    Membership,
    Organisation,
    OrganisationLabel,
    Person,
    Profession,
    Role,
    Territory,
)

PASSWORD = "un-mot-de-passe-long"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@cache
def hashed(password):
    """Hashed once: a hash that is slow on purpose would be slow ten thousand times."""
    return make_password(password)


def with_role(name):
    return factory.Trait(
        role=factory.RelatedFactory(
            "tests.people.factories.RoleFactory", "person", role=name
        )
    )


class PersonFactory(DjangoModelFactory):
    class Meta:
        model = Person
        skip_postgeneration_save = True

    class Params:
        officer = with_role(RoleName.OFFICER)
        secretary = with_role(RoleName.SECRETARY)
        direction = with_role(RoleName.DIRECTION)
        accountant = with_role(RoleName.ACCOUNTANT)
        decider = with_role(RoleName.DECIDER)
        disability_officer = with_role(RoleName.DISABILITY_OFFICER)
        superuser = factory.Trait(is_superuser=True)
        # Known to the agency, and never signed in.
        unclaimed = factory.Trait(password="!")
        mfa = factory.Trait(
            authenticator=factory.PostGeneration(
                lambda person, create, extracted: totp.TOTP.activate(
                    person, TOTP_SECRET
                )
            )
        )

    given_name = factory.Sequence(lambda n: f"Prénom{n}")
    family_name = factory.Sequence(lambda n: f"Nom{n}")
    email = factory.Sequence(lambda n: f"personne{n}@example.org")
    password = factory.LazyFunction(lambda: hashed(PASSWORD))

    @factory.post_generation
    def verified(person, create, extracted):
        """The row of allauth that lets the address sign in; ``verified=False``: not yet."""
        if create and person.email:
            claimed = person.has_usable_password()
            addresses.keep(person, verified=claimed if extracted is None else extracted)


class RoleFactory(DjangoModelFactory):
    class Meta:
        model = Role

    person = factory.SubFactory(PersonFactory)
    role = RoleName.OFFICER
    # In force wherever a test turns the clock, whatever day the tests are run.
    starts_on = date(2020, 1, 1)


class TerritoryFactory(DjangoModelFactory):
    class Meta:
        model = Territory

    code = factory.Sequence(lambda n: f"T{n}")
    name = factory.Sequence(lambda n: f"Territoire {n}")
    kind = TerritoryKind.DEPARTEMENT


class ProfessionFactory(DjangoModelFactory):
    class Meta:
        model = Profession

    slug = factory.Sequence(lambda n: f"metier-{n}")
    name = factory.Sequence(lambda n: f"Métier {n}")


class OrganisationLabelFactory(DjangoModelFactory):
    class Meta:
        model = OrganisationLabel

    name = factory.Sequence(lambda n: f"Label {n}")


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Compagnie {n}")
    kind = OrganisationKind.COMPANY


class AffiliationFactory(DjangoModelFactory):
    class Meta:
        model = Affiliation

    person = factory.SubFactory(PersonFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    profession = factory.SubFactory(ProfessionFactory)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    organisation = factory.SubFactory(OrganisationFactory)
    year = 2026
    status = MembershipState.ACTIVE


class MandateFactory(DjangoModelFactory):
    class Meta:
        model = Mandate

    person = factory.SubFactory(PersonFactory)
    body = Body.BOARD
    role = MandateRole.DIRECTOR


class ImportBatchFactory(DjangoModelFactory):
    class Meta:
        model = ImportBatch

    kind = ImportKind.PEOPLE
    filename = "contacts.csv"
    by = factory.SubFactory(PersonFactory, officer=True)
