"""One's own pages: what is held, its export, and leaving."""

import json
from urllib.parse import unquote

import pytest
from django.urls import reverse

from agency.core.models import JournalEntry
from tests.people.factories import (
    PASSWORD,
    AffiliationFactory,
)

pytestmark = pytest.mark.django_db

PROFILE = reverse("people:profile-edit")
NEW = reverse("people:affiliation-create")
EXPORT = reverse("people:personal-data-export")
ERASE = reverse("people:personal-data-erase")


def typed(**fields):
    return {"given_name": "Inès", "family_name": "Maréchal", "version": "0"} | fields


def place(**fields):
    return {"organisation": "La Verrière", "starts_on": "2020-09-01"} | fields


def test_the_register_page_says_what_is_held(
    client, stranger, django_assert_num_queries
):
    client.sign_in(stranger)
    AffiliationFactory.create_batch(2, person=stranger)
    client.get(reverse("people:personal-data"))

    # session, person, roles, records merged into theirs, every count at once
    with django_assert_num_queries(5):
        response = client.get(reverse("people:personal-data"))

    rows = {row["label"]: row["count"] for row in response.context["entries"]}
    assert rows["Rattachements"] == 2
    assert "Vous convoquer, et pouvoir le prouver" in response.text


@pytest.mark.parametrize("address", [EXPORT, ERASE])
def test_data_leave_and_go_only_after_typing_the_password_again(
    client, stranger, address
):
    client.post(
        reverse("account_login"), {"login": stranger.email, "password": PASSWORD}
    )

    response = client.get(address)
    door, query = unquote(response.headers["Location"]).split("?")
    assert (door, query) == (reverse("account_reauthenticate"), f"next={address}")

    after = client.post(
        response.headers["Location"], {"password": PASSWORD, "next": address}
    )
    assert after.headers["Location"] == address
    assert client.get(address).status_code == 200


def test_the_export_is_a_file(client, stranger):
    client.sign_in(stranger)

    response = client.get(EXPORT)

    assert response["Content-Disposition"].startswith(
        'attachment; filename="mes-donnees-'
    )
    assert response["Cache-Control"] == "private, no-store"
    assert json.loads(response.content)["Concerne"] == stranger.full_name
    assert JournalEntry.objects.about(stranger).get().action == "export"


def test_erasing_asks_for_one_tick_then_signs_out(client, stranger, mailoutbox):
    client.sign_in(stranger)
    assert client.get(ERASE).status_code == 200

    refused = client.post(ERASE)
    assert "Cochez la case pour confirmer." in refused.text
    response = client.post(ERASE, {"understood": "on"}, follow=True)

    assert response.redirect_chain == [(reverse("pages:home"), 302)]
    assert "Vos données sont effacées." in response.text
    assert response.wsgi_request.user.is_anonymous
    stranger.refresh_from_db()
    assert stranger.full_name == "Personne effacée"
    assert len(mailoutbox) == 1


def test_staff_read_why_they_cannot_leave_yet(client, officer):
    client.sign_in(officer)

    page = client.get(ERASE)
    client.post(ERASE, {"understood": "on"})

    assert "la direction doit y mettre fin" in page.text
    assert "understood" not in page.text
    officer.refresh_from_db()
    assert officer.erased_at is None
