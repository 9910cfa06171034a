"""Staff need a second factor, and a session that used it."""

from urllib.parse import unquote

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from agency.mail.models import OutgoingEmail
from agency.people.services import accounts
from agency.people.services.roles import give_role
from tests.people.factories import PASSWORD, TOTP_SECRET, PersonFactory

pytestmark = pytest.mark.django_db

DESK = reverse("admin:index")
OWN = reverse("pages:own-space")


def code():
    counter = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(TOTP_SECRET, counter))


def sign_in(client, person, **more):
    return client.post(
        reverse("account_login"), {"login": person.email, "password": PASSWORD} | more
    )


@pytest.mark.parametrize("role", ["officer", "secretary", "direction", "accountant"])
def test_staff_without_a_factor_are_led_to_activate_one(client, role):
    person = PersonFactory(**{role: True})
    sign_in(client, person)

    for address in (DESK, OWN, "/", reverse("pages:activity-list")):
        response = client.get(address)
        assert response.headers["Location"] == reverse("mfa_activate_totp"), address


def test_the_page_says_why(client, settings):
    person = PersonFactory(officer=True)
    sign_in(client, person)

    response = client.get(DESK, follow=True)

    assert "activez d’abord la connexion en deux temps" in response.text


@pytest.mark.parametrize(
    "name", ["pages:legal", "pages:privacy", "pages:accessibility", "account_logout"]
)
def test_staff_without_a_factor_read_the_law_and_leave(client, name):
    sign_in(client, PersonFactory(officer=True))

    assert client.get(reverse(name)).status_code == 200


def test_the_demo_waives_it(client, settings):
    settings.DEMO = True
    sign_in(client, PersonFactory(officer=True))

    assert client.get(DESK).status_code == 200


def test_professionals_need_none(client, stranger):
    sign_in(client, stranger)

    assert client.get(OWN).status_code == 200


def test_a_superuser_needs_one(client):
    sign_in(client, PersonFactory(superuser=True))

    assert client.get(DESK).headers["Location"] == reverse("mfa_activate_totp")


def test_a_password_alone_does_not_sign_in_with_a_factor(client):
    person = PersonFactory(officer=True, mfa=True)

    response = sign_in(client, person)

    assert response.headers["Location"] == reverse("mfa_authenticate")
    assert "_auth_user_id" not in client.session


def test_password_and_factor_open_the_desk(client):
    person = PersonFactory(officer=True, mfa=True)
    sign_in(client, person)

    client.post(reverse("mfa_authenticate"), {"code": code()})

    assert client.get(DESK).status_code == 200


def test_a_wrong_code_opens_nothing(client):
    person = PersonFactory(officer=True, mfa=True)
    sign_in(client, person)

    response = client.post(reverse("mfa_authenticate"), {"code": "000000"})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_a_code_by_mail_is_followed_by_the_factor(client, mailoutbox):
    person = PersonFactory(officer=True, mfa=True)
    client.post(reverse("account_request_login_code"), {"email": person.email})
    by_mail = client.session["account_login"]["state"]

    response = client.post(
        reverse("account_confirm_login_code"), {"code": find_code(mailoutbox[-1].body)}
    )

    assert by_mail
    assert response.headers["Location"] == reverse("mfa_authenticate")
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.get(DESK).status_code == 200


def find_code(body):
    """The code of a message: one word of capitals and digits on its own line."""
    lines = [line.strip() for line in body.splitlines()]
    words = [line.split()[-1] for line in lines if line]
    return next(w for w in words if len(w) >= 6 and w.upper() == w and w[0].isalnum())


def test_a_session_that_skipped_the_factor_is_asked_for_it(client):
    """However it came to be: a session from before, a restored one, a bug elsewhere."""
    person = PersonFactory(officer=True, mfa=True)
    client.force_login(person)

    response = client.get(reverse("admin:people_person_changelist") + "?q=a")

    assert response.headers["Location"].startswith(reverse("mfa_reauthenticate"))
    page = client.get(response.headers["Location"])
    assert "confirmez votre second facteur" in page.text
    after = client.post(
        response.headers["Location"],
        {"code": code(), "next": reverse("admin:people_person_changelist") + "?q=a"},
    )
    assert after.headers["Location"].endswith("?q=a")
    assert client.get(after.headers["Location"]).status_code == 200


def test_a_session_that_skipped_the_factor_cannot_add_another(client):
    person = PersonFactory(officer=True, mfa=True)
    client.force_login(person)

    for name in ("mfa_index", "mfa_activate_totp", "mfa_view_recovery_codes"):
        response = client.get(reverse(name))
        assert response.headers["Location"].startswith(reverse("mfa_reauthenticate"))


def test_a_role_given_meanwhile_asks_for_the_factor(client, stranger, direction):
    sign_in(client, stranger)
    assert client.get(OWN).status_code == 200

    give_role(stranger, "officer", by=direction)

    assert client.get(OWN).headers["Location"] == reverse("mfa_activate_totp")


def test_a_reset_closes_the_session_and_asks_anew(client, direction):
    person = PersonFactory(officer=True, mfa=True)
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert client.get(DESK).status_code == 200

    accounts.reset_second_factor(person, by=direction)

    assert "_auth_user_id" not in client.session
    sign_in(client, person)
    assert client.get(DESK).headers["Location"] == reverse("mfa_activate_totp")
    assert OutgoingEmail.objects.filter(person=person).exists()


def test_taking_off_the_last_factor_asks_for_a_new_one(client):
    person = PersonFactory(officer=True, mfa=True)
    sign_in(client, person)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    client.post(reverse("mfa_deactivate_totp"))

    assert not person.authenticator_set.exists()
    assert client.get(DESK).headers["Location"] == reverse("mfa_activate_totp")


def test_the_key_of_the_application_is_sealed():
    person = PersonFactory(mfa=True)

    assert TOTP_SECRET not in str(person.authenticator_set.get().data)


@pytest.mark.parametrize("address", [DESK, reverse("admin:login")])
def test_the_desk_is_behind_our_own_door(client, address):
    response = client.get(address, follow=True)

    door, query = unquote(response.redirect_chain[-1][0]).split("?")
    assert door == reverse("account_login")
    assert query.endswith(f"next={address}")
    assert "this_is_the_login_form" not in response.text


def test_the_door_leads_back_to_the_desk(client):
    person = PersonFactory(officer=True, mfa=True)
    sign_in(client, person, next=reverse("admin:people_person_changelist"))

    response = client.post(reverse("mfa_authenticate"), {"code": code()})

    assert response.headers["Location"] == reverse("admin:people_person_changelist")
