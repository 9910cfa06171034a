"""The directory on the desk: roles, invitations and second factors."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agency.core.admin.words import sentences
from agency.core.clock import today
from agency.core.models import JournalEntry
from agency.mail.models import OutgoingEmail
from agency.people.choices import RoleName
from agency.people.models import Role
from agency.people.services.accounts import Refused
from tests.people.factories import (
    PersonFactory,
    RoleFactory,
)

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:people_person_changelist")
LISTS = ["organisation", "membership", "mandate", "profession", "territory"]
LISTS += ["organisationlabel"]


def page(person, name="change"):
    return reverse(f"admin:people_person_{name}", args=[person.pk])


def inline(prefix, *rows):
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def typed(**fields):
    names = {
        "given_name": "Inès",
        "family_name": "Maréchal",
        "email": "ines@example.org",
    }
    return names | fields | inline("affiliations") | inline("roles")


def role_page(person, row=None):
    if row:
        return reverse("admin:people_person_end_role", args=[person.pk, row.pk])
    return page(person, "give_role")


def test_direction_gives_a_role(client, direction):
    client.sign_in(direction)
    person = PersonFactory(unclaimed=True)
    given = {"role": "officer", "starts_on": today(), "ends_on": "2040-12-31"}

    assert "son premier à son dernier jour" in client.get(role_page(person)).text
    answer = client.post(role_page(person), given, follow=True)

    assert "Le rôle est donné." in answer.text
    assert person.roles.get().role == RoleName.OFFICER
    entry = JournalEntry.objects.about(person).get(action="give_role")
    assert entry.by == direction
    assert sentences(entry, person)[1].startswith("Chargé·e de mission du")
    assert sentences(entry, person)[1].endswith("31\u00a0décembre\u00a02040")


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"role": "queen"},
        {"role": "officer", "starts_on": "hier"},
        {"role": "officer", "starts_on": "2026-02-02", "ends_on": "2026-02-01"},
    ],
)
def test_a_role_mistyped_is_not_given(client, direction, wrong):
    client.sign_in(direction)
    person = PersonFactory()

    answer = client.post(role_page(person), wrong)

    assert answer.context["form"].errors
    assert not person.roles.exists()


def test_direction_ends_a_role(client, direction):
    client.sign_in(direction)
    person = PersonFactory()
    role = RoleFactory(
        person=person, role=RoleName.ACCOUNTANT, starts_on=today() - timedelta(days=9)
    )
    url = role_page(person, role)

    assert url in client.get(page(person)).text
    assert "Comptabilité" in client.get(url).text
    answer = client.post(url, follow=True)

    assert "Le rôle est terminé." in answer.text
    assert not Role.objects.in_force().filter(person=person).exists()
    assert JournalEntry.objects.about(person).get(action="end_role").by == direction
    assert client.post(url).status_code == 404


def test_the_role_of_somebody_else_is_not_there(client, direction, officer):
    client.sign_in(direction)
    person = PersonFactory()

    assert client.post(role_page(person, officer.roles.get())).status_code == 404
    assert officer.roles.in_force().exists()


def test_what_the_service_refuses_is_told(client, direction, monkeypatch):
    client.sign_in(direction)
    person = PersonFactory()

    def refuse(*args, **kwargs):
        raise Refused("Cette personne est dans une salle scellée.")

    monkeypatch.setattr("agency.people.services.roles.give_role", refuse)
    given = {"role": "officer", "starts_on": today()}
    answer = client.post(role_page(person), given, follow=True)

    assert "dans une salle scellée" in answer.text


def test_an_officer_gives_and_ends_no_role(client, officer, accountant):
    client.sign_in(officer)
    role = accountant.roles.get()

    assert client.post(role_page(accountant), {}).status_code == 403
    assert client.post(role_page(accountant, role)).status_code == 403
    assert role_page(accountant) not in client.get(page(accountant)).text


def test_direction_changes_none_of_its_own_roles(client, direction):
    client.sign_in(direction)
    role = direction.roles.get()

    assert client.post(role_page(direction), {}).status_code == 403
    assert client.post(role_page(direction, role)).status_code == 403
    assert role_page(direction) not in client.get(page(direction)).text


def test_a_forged_row_gives_no_role(client, direction):
    client.sign_in(direction)
    person = PersonFactory(unclaimed=True)
    row = {"role": "direction", "starts_on": "2026-01-01"}

    client.post(page(person), typed(version="0") | inline("roles", row))

    assert not person.roles.exists()


def test_nobody_makes_a_superuser(client, direction):
    client.sign_in(direction)
    person = PersonFactory(unclaimed=True)

    client.post(
        page(person), typed(is_superuser="on", is_active="", password="x", version="0")
    )

    person.refresh_from_db()
    assert (person.is_superuser, person.is_active) == (False, True)


def test_inviting_asks_first_then_sends(client, officer, mailoutbox):
    client.sign_in(officer)
    person = PersonFactory(unclaimed=True, email="ines@example.org")

    confirmation = client.get(page(person, "invite"))
    assert "Un lien envoyé auparavant ne vaut plus" in confirmation.text
    assert not OutgoingEmail.objects.exists()
    client.post(page(person, "invite"))

    assert [mail.to for mail in mailoutbox] == [["ines@example.org"]]
    assert "/compte/activation/" in mailoutbox[0].body
    assert "/compte/activation/" not in OutgoingEmail.objects.get().text


def test_inviting_somebody_with_an_account_is_refused(client, officer, mailoutbox):
    client.sign_in(officer)
    person = PersonFactory()

    assert client.get(page(person, "invite")).status_code == 404
    response = client.post(page(person, "invite"), follow=True)

    assert "a déjà un compte" in response.text
    assert mailoutbox == []


def test_direction_resets_a_second_factor(client, direction, mailoutbox):
    client.sign_in(direction)
    person = PersonFactory(officer=True, mfa=True)

    response = client.get(page(person, "reset_second_factor"))
    assert "rappelez-la à un numéro que vous connaissez" in response.text
    client.post(page(person, "reset_second_factor"))

    assert not person.authenticator_set.exists()
    assert mailoutbox[0].subject == "Votre connexion en deux temps a été réinitialisée"


def test_an_officer_resets_no_second_factor(client, officer):
    client.sign_in(officer)
    person = PersonFactory(mfa=True)

    assert client.post(page(person, "reset_second_factor")).status_code == 403
    assert person.authenticator_set.exists()


def test_direction_does_not_reset_its_own(client, direction):
    client.sign_in(direction)

    assert client.post(page(direction, "reset_second_factor")).status_code == 403
