"""Who may do what in the directory, as the agency would write it on paper."""

import pytest
import rules

from agency.people.models import Affiliation, Organisation, Person, Role
from tests.people.factories import AffiliationFactory, PersonFactory, RoleFactory

pytestmark = pytest.mark.django_db

READ = "officer secretary direction accountant decider disability_officer"
WRITE = "officer secretary direction"
MATRIX = {
    "people.view_person": READ,
    "people.add_person": WRITE,
    "people.change_person": WRITE,
    "people.invite_person": WRITE,
    "people.merge_person": WRITE,
    "people.merge_organisation": WRITE,
    "people.view_organisation": READ,
    "people.add_organisation": WRITE,
    "people.change_organisation": WRITE,
    "people.view_affiliation": READ,
    "people.add_affiliation": WRITE,
    "people.change_affiliation": WRITE,
    "people.delete_affiliation": WRITE,
    "people.view_membership": READ,
    "people.add_membership": WRITE,
    "people.change_membership": WRITE,
    "people.view_mandate": READ,
    "people.add_mandate": WRITE,
    "people.change_mandate": WRITE,
    "people.view_profession": READ,
    "people.add_profession": WRITE,
    "people.change_profession": WRITE,
    "people.view_territory": READ,
    "people.add_territory": WRITE,
    "people.change_territory": WRITE,
    "people.view_organisationlabel": READ,
    "people.add_organisationlabel": WRITE,
    "people.change_organisationlabel": WRITE,
    "people.view_role": READ,
    "people.give_role": "direction",
    "people.end_role": "direction",
    "people.view_importbatch": WRITE,
    "people.add_importbatch": WRITE,
    "people.confirm_importbatch": WRITE,
    "people.drop_importbatch": WRITE,
    "people.export_person": WRITE,
    "people.export_organisation": WRITE,
    "people.export_membership": WRITE,
    "people.export_mandate": WRITE,
    "people.reset_second_factor": "direction",
}
ROLES = (*READ.split(), "superuser", "professional")


@pytest.fixture
def cast():
    traits = {role: PersonFactory(**{role: True}) for role in ROLES[:-1]}
    return traits | {"professional": PersonFactory()}


@pytest.mark.parametrize("perm", MATRIX)
def test_matrix_of_the_directory(cast, perm):
    somebody = PersonFactory()

    allowed = {role for role, person in cast.items() if person.has_perm(perm, somebody)}

    assert allowed == set(MATRIX[perm].split())


def test_every_rule_of_the_directory_is_on_paper():
    written = {
        perm for perm in rules.permissions.permissions if perm.startswith("people.")
    }

    assert written == set(MATRIX)


def test_nobody_resets_their_own_second_factor(cast):
    direction = cast["direction"]

    assert not direction.has_perm("people.reset_second_factor", direction)


def test_a_perm_without_a_rule_is_refused_to_everybody(cast):
    assert not any(person.has_perm("people.fly_person") for person in cast.values())
    assert not cast["direction"].has_perms(["people.view_person", "people.fly_person"])


def test_staff_see_everybody_and_a_professional_only_themselves(cast):
    everybody = Person.objects.count()
    professional = cast["professional"]

    assert Person.objects.visible_to(cast["accountant"]).count() == everybody
    assert list(Person.objects.visible_to(professional)) == [professional]
    assert list(Person.objects.visible_to(cast["superuser"])) == [cast["superuser"]]


@pytest.mark.parametrize("model", [Affiliation, Organisation, Role])
def test_a_professional_sees_what_is_theirs(cast, model):
    professional = cast["professional"]
    mine = AffiliationFactory(person=professional)
    role = RoleFactory(person=professional, role="facilitator")
    AffiliationFactory()

    seen = list(model.objects.visible_to(professional))

    expected = {Affiliation: mine, Organisation: mine.organisation, Role: role}
    assert seen == [expected[model]]
    assert model.objects.visible_to(cast["officer"]).count() == model.objects.count()
