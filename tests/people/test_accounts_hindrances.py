"""The team stays outside of sealed rooms: whoever is inside leaves before they join it."""

import pytest
from django.core.management import CommandError, call_command

from agency.core.access import STAFF_ROLES
from agency.core.models import JournalEntry
from agency.people.choices import RoleName
from agency.people.models import Person
from agency.people.services import roles
from agency.people.services.accounts import Refused
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

WHY = "Inès prend part à un groupe scellé : elle s’en retire d’abord."


@pytest.fixture
def inside(monkeypatch):
    """Somebody whom a room of the house keeps out of the team, and says why."""
    monkeypatch.setattr(roles, "hindrances", [])
    person = PersonFactory(given_name="Inès")
    roles.hinder(lambda one: WHY if one == person else None)
    return person


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_a_staff_role_is_refused_with_the_way_out(inside, direction, role):
    with pytest.raises(Refused, match="s’en retire d’abord"):
        roles.give_role(inside, role, by=direction)

    assert not inside.roles.exists()
    assert not JournalEntry.objects.about(inside).exists()


def test_a_role_of_later_is_refused_as_well(inside, direction):
    from datetime import timedelta

    from agency.core.clock import today

    with pytest.raises(Refused):
        roles.give_role(
            inside,
            RoleName.OFFICER,
            by=direction,
            starts_on=today() + timedelta(days=30),
        )


@pytest.mark.parametrize("role", ["facilitator", "member", "board"])
def test_another_role_is_given(inside, direction, role):
    roles.give_role(inside, role, by=direction)

    assert inside.roles.get().role == role


def test_somebody_outside_joins_the_team(inside, direction):
    person = PersonFactory()

    roles.give_role(person, RoleName.OFFICER, by=direction)

    assert person.is_staff


def test_every_reason_is_told(inside, direction):
    roles.hinder(lambda person: "Elle anime un cycle scellé.")

    with pytest.raises(Refused) as refused:
        roles.give_role(inside, RoleName.OFFICER, by=direction)

    assert str(refused.value) == f"{WHY} Elle anime un cycle scellé."


def test_the_first_officer_is_refused_with_a_sentence(inside):
    with pytest.raises(CommandError, match="s’en retire d’abord"):
        call_command("first_officer", inside.email)

    assert not Person.objects.get(pk=inside.pk).is_staff
