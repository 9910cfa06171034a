"""Somebody opens an account with the address of another: the mailbox decides whose it is."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse

from agency.core.models import JournalEntry
from agency.core.sealed import unseal
from agency.mail.models import OutgoingEmail
from agency.people.models import Person
from tests.people.factories import PASSWORD, TOTP_SECRET, PersonFactory

pytestmark = pytest.mark.django_db

SIGNUP = reverse("account_signup")
LOGIN = reverse("account_login")
BY_CODE = reverse("account_request_login_code")
RESET = reverse("account_reset_password")
PROFILE = reverse("people:profile-edit")
VICTIM = "victime@example.org"
CHOSEN = "choisi par un inconnu"
OWN = "une phrase bien a moi"


@pytest.fixture(autouse=True)
def mail_waits(monkeypatch):
    """The messages stay in the outbox, and their codes with them."""
    monkeypatch.setattr("agency.mail.tasks.delivery.deliver", lambda email_id: True)


@pytest.fixture
def taken(client):
    """The account that a stranger opened with the address of somebody else."""
    typed = {"given_name": "Faux", "family_name": "Nom"}
    browser(client).post(SIGNUP, typed | {"email": VICTIM, "password1": CHOSEN})
    person = Person.objects.get(email=VICTIM)
    assert person.check_password(CHOSEN)
    # More than a stranger can do today: whatever they leave behind must go.
    totp.TOTP.activate(person, TOTP_SECRET)
    return person


def browser(client):
    return type(client)()


def secret(template):
    """The code or the link of the last such message."""
    rows = OutgoingEmail.objects.filter(template=f"account/email/{template}")
    return unseal(rows.first().secret)


def sign_in_by_code(client, email=VICTIM):
    client.post(BY_CODE, {"email": email})
    code = {"code": secret("login_code")}
    return client.post(reverse("account_confirm_login_code"), code, follow=True)


def reset(client, password=OWN):
    client.post(RESET, {"email": VICTIM})
    link = "/" + secret("password_reset_key").split("/", 3)[3]
    form = client.get(link, follow=True).redirect_chain[-1][0]
    return client.post(form, {"password1": password, "password2": password})


def signs_in(client, password):
    stranger = browser(client)
    stranger.post(LOGIN, {"login": VICTIM, "password": password})
    return "_auth_user_id" in stranger.session


def actions(person):
    return [entry.action for entry in JournalEntry.objects.about(person)]


def test_a_code_leaves_no_password_of_a_stranger(client, taken):
    response = sign_in_by_code(client)

    assert response.wsgi_request.user == taken
    assert EmailAddress.objects.get(user=taken).verified
    taken.refresh_from_db()
    assert not taken.has_usable_password()
    assert not signs_in(client, CHOSEN)
    assert not taken.authenticator_set.exists()
    assert "take_over" in actions(taken)


def test_a_code_asks_the_owner_for_their_name(client, taken):
    response = sign_in_by_code(client)

    taken.refresh_from_db()
    assert taken.full_name == ""
    assert response.redirect_chain[-1][0] == PROFILE
    assert "Le mot de passe choisi alors" in response.text
    assert "Faux" not in response.text
    assert "Dites-nous votre nom" in client.get(reverse("pages:own-space")).text


def test_a_code_ends_the_sessions_of_a_stranger(client, taken):
    stranger = browser(client)
    stranger.sign_in(taken)
    key = stranger.session.session_key
    UserSession.objects.get_or_create(
        session_key=key, defaults={"user": taken, "ip": "192.0.2.1", "user_agent": "-"}
    )

    response = sign_in_by_code(client)

    assert response.wsgi_request.user == taken
    assert not Session.objects.filter(session_key=key).exists()
    assert not stranger.get(PROFILE).wsgi_request.user.is_authenticated


def test_a_stranger_who_waits_for_the_code_goes_no_further(client, taken):
    stranger = browser(client)
    stranger.post(LOGIN, {"login": VICTIM, "password": CHOSEN})

    sign_in_by_code(client)

    for name in ("account_email_verification_sent", "account_login"):
        page = stranger.get(reverse(name), follow=True)
        assert not page.wsgi_request.user.is_authenticated
    assert "_auth_user_id" not in stranger.session


def test_a_reset_leaves_nothing_of_a_stranger(client, taken):
    stranger = browser(client)
    stranger.sign_in(taken)

    reset(client)

    taken.refresh_from_db()
    assert taken.check_password(OWN)
    assert taken.full_name == ""
    assert EmailAddress.objects.get(user=taken).verified
    assert not taken.authenticator_set.exists()
    assert not stranger.get(PROFILE).wsgi_request.user.is_authenticated
    assert "take_over" in actions(taken)


def test_a_code_after_a_reset_keeps_the_password_of_the_owner(client, taken):
    reset(client)

    sign_in_by_code(browser(client))

    taken.refresh_from_db()
    assert taken.check_password(OWN)
    assert actions(taken).count("take_over") == 1


def test_the_code_of_the_sign_up_keeps_what_was_chosen(client):
    typed = {"given_name": "Inès", "family_name": "Maréchal"}
    client.post(SIGNUP, typed | {"email": VICTIM, "password1": CHOSEN})

    code = {"code": secret("email_confirmation_signup")}
    client.post(reverse("account_email_verification_sent"), code)

    person = Person.objects.get(email=VICTIM)
    assert person.check_password(CHOSEN)
    assert person.full_name == "Inès Maréchal"
    assert "take_over" not in actions(person)


def test_somebody_the_agency_prepared_keeps_their_name(client):
    person = PersonFactory(email=VICTIM, unclaimed=True, given_name="Inès")

    response = sign_in_by_code(client)

    assert response.wsgi_request.user == person
    person.refresh_from_db()
    assert person.given_name == "Inès"
    assert EmailAddress.objects.get(user=person).verified
    assert "take_over" not in actions(person)


def test_a_reset_of_a_proved_account_keeps_its_factors(client):
    """Or whoever reads the mailbox would need no second factor."""
    person = PersonFactory(email=VICTIM, mfa=True)

    reset(client)

    person.refresh_from_db()
    assert person.check_password(OWN)
    assert person.authenticator_set.exists()
    assert person.full_name


def test_a_code_of_a_proved_account_keeps_its_password(client):
    person = PersonFactory(email=VICTIM)

    sign_in_by_code(client)

    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_change_of_address_waiting_for_its_code_signs_nobody_in(client):
    """Somebody else's address, asked for by a stranger, is not theirs before its code."""
    stranger = PersonFactory(email="inconnu@example.org")
    browser_of_theirs = browser(client)
    signed_in = {"login": stranger.email, "password": PASSWORD}
    browser_of_theirs.post(LOGIN, signed_in)
    browser_of_theirs.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    wished = {"email": VICTIM, "action_add": ""}
    browser_of_theirs.post(reverse("account_email"), wished)
    sent = OutgoingEmail.objects.filter(to=VICTIM).values_list("template", flat=True)
    assert list(sent) == ["account/email/email_confirmation"]

    client.post(BY_CODE, {"email": VICTIM})

    assert not OutgoingEmail.objects.filter(template="account/email/login_code")
