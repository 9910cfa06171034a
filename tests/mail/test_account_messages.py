"""What django-allauth writes to people goes through our outbox, in our words."""

import re
from datetime import UTC, datetime
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.contrib.auth import get_user_model
from django.core import mail
from django.template.loader import get_template
from django.urls import reverse

from agency.mail.letters import PLACEHOLDER, compose
from agency.mail.models import OutgoingEmail

PACKAGE = Path(allauth.__file__).parent / "templates"
NAMES = sorted(
    path.name.removesuffix("_subject.txt") for path in PACKAGE.rglob("*_subject.txt")
)
CONTEXT = {
    "address": "lou@compagnie.example",
    "timestamp": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    "from_email": "lou@compagnie.example",
    "to_email": "lou.bel@compagnie.example",
    "deleted_email": "lou@compagnie.example",
    "signup_url": "https://plateau.example/compte/signup/",
    "password_reset_url": "https://plateau.example/compte/password/reset/",
    "minutes": 15,
    "days": 3,
}
CODE = re.compile(r"\n([A-Z0-9]{3,}(?:-[A-Z0-9]{3,})+|[A-Z0-9]{6,})\n")


def test_package_has_the_messages_we_know():
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_every_message_of_allauth_is_in_our_words(name):
    get_template(f"account/email/{name}.fr.txt")

    letter = compose(f"account/email/{name}", CONTEXT)

    assert letter.subject
    assert letter.text.startswith("Bonjour")
    assert "Vous recevez ce message parce que" in letter.text


@pytest.mark.parametrize("name", NAMES)
def test_every_message_is_set_in_french_type(name):
    letter = compose(f"account/email/{name}", CONTEXT)

    text = re.sub(r"https?://\S+", "", f"{letter.subject}\n{letter.text}")
    assert re.findall(r"[ \u00a0][:;!?%»]|« |[^\u202f]»|'", text) == []


@pytest.mark.parametrize("name", NAMES)
def test_key_stands_alone_where_it_is_expected(name):
    letter = compose(f"account/email/{name}", CONTEXT)

    carries = {
        "email_confirmation",
        "email_confirmation_signup",
        "login_code",
        "password_reset_code",
        "password_reset_key",
    }
    assert (f"\n{PLACEHOLDER}\n" in letter.text) == (name in carries)


@pytest.fixture
def member(db):
    person = get_user_model().objects.create_user(
        "lou@compagnie.example",
        "un mot de passe long",
        given_name="Lou",
        family_name="B",
    )
    EmailAddress.objects.create(
        user=person, email=person.email, primary=True, verified=True
    )
    return person


@pytest.fixture
def post(client):
    return lambda name, data: client.post(reverse(name), data)


def test_sign_up_is_confirmed_by_a_code_kept_apart(client, db, post):
    data = {
        "email": "Lou@Compagnie.example",
        "given_name": "Lou",
        "family_name": "Bel",
        "password1": "un mot de passe long",
    }

    post("account_signup", data)

    person = get_user_model().objects.get(email="lou@compagnie.example")
    assert (person.given_name, person.family_name) == ("Lou", "Bel")
    email = OutgoingEmail.objects.get()
    assert email.template == "account/email/email_confirmation_signup"
    assert (email.person, email.has_secret, email.secret) == (person, True, None)
    [sent] = mail.outbox
    code = CODE.search(sent.body).group(1)
    assert code not in f"{email.text}{email.html}{email.subject}"
    response = post("account_email_verification_sent", {"code": code})
    assert response.status_code == 302
    assert EmailAddress.objects.get(user=person).verified


def test_sign_up_with_a_known_address_writes_to_it(client, member, post):
    data = {
        "email": member.email,
        "given_name": "Mallory",
        "family_name": "X",
        "password1": "un mot de passe long",
    }

    post("account_signup", data)

    email = OutgoingEmail.objects.get()
    assert email.template == "account/email/account_already_exists"
    assert (email.person, email.subject) == (member, "Vous avez déjà un compte")
    assert "Mallory" not in email.text


def test_sign_in_by_code(client, member, post):
    post("account_request_login_code", {"email": member.email})

    [sent] = mail.outbox
    code = CODE.search(sent.body).group(1)
    response = post("account_confirm_login_code", {"code": code})
    assert response.url == reverse("pages:own-space")


def test_two_codes_are_two_messages(client, member, post):
    post("account_request_login_code", {"email": member.email})
    post("account_confirm_login_code", {"action": "resend"})

    assert len({sent.body for sent in mail.outbox}) == 2


def test_unknown_address_is_told_so_by_mail_alone(client, db, post):
    post("account_reset_password", {"email": "qui@nulle.example"})

    email = OutgoingEmail.objects.get()
    assert (email.template, email.person) == ("account/email/unknown_account", None)
    assert email.to == "qui@nulle.example"


def test_password_is_chosen_anew_by_a_link_kept_apart(client, member, post):
    post("account_reset_password", {"email": member.email})

    email = OutgoingEmail.objects.get()
    [sent] = mail.outbox
    link = re.search(r"\n(https?://\S+/compte/password/reset/key/\S+)\n", sent.body)
    assert "/reset/key/" not in f"{email.text}{email.html}"
    page = client.get(link.group(1), follow=True)
    form = {"password1": "un autre mot de passe", "password2": "un autre mot de passe"}
    client.post(page.request["PATH_INFO"], form)
    member.refresh_from_db()
    assert member.check_password("un autre mot de passe")
    assert mail.outbox[-1].subject == "Mot de passe réinitialisé"


def test_staff_arrive_at_their_desk(client, officer, post, settings):
    settings.DEMO = True  # no second factor in the way
    officer.set_password("un mot de passe long")
    officer.save()
    EmailAddress.objects.update_or_create(
        user=officer,
        email=officer.email,
        defaults={"primary": True, "verified": True},
    )
    data = {"login": officer.email, "password": "un mot de passe long"}

    response = post("account_login", data)

    assert response.url == reverse("admin:index")


def test_second_factor_is_sealed(settings):
    adapter = get_mfa_adapter()

    sealed = adapter.encrypt("JBSWY3DPEHPK3PXP")

    assert "JBSWY3DP" not in sealed
    assert adapter.decrypt(sealed) == "JBSWY3DPEHPK3PXP"
    assert adapter.get_totp_issuer() == settings.AGENCY["short_name"]


def test_passkeys_are_asked_for_in_the_name_of_the_agency(settings):
    assert get_mfa_adapter()._get_site_name() == settings.AGENCY["short_name"]
