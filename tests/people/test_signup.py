"""Coming in by oneself; and no page tells whether an account exists."""

import re

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from agency.core.sealed import unseal
from agency.mail.models import OutgoingEmail
from agency.people.models import Person
from tests.people.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

SIGNUP = reverse("account_signup")
LOGIN = reverse("account_login")
RESET = reverse("account_reset_password")
BY_CODE = reverse("account_request_login_code")
KNOWN, UNKNOWN = "connue@example.org", "inconnue@example.org"


def typed(**fields):
    return {
        "given_name": "Inès",
        "family_name": "Maréchal",
        "email": "ines@example.org",
        "password1": "une phrase assez longue",
    } | fields


def sealed_key(template):
    """The secret of the last such message, as the outbox keeps it until it leaves."""
    return unseal(OutgoingEmail.objects.filter(template=template).first().secret)


@pytest.fixture
def mail_waits(monkeypatch):
    """The messages stay in the outbox, as while the mail server is away."""
    monkeypatch.setattr("agency.mail.tasks.delivery.deliver", lambda email_id: True)


def test_signing_up_from_the_page_to_the_own_space(client, mail_waits):
    assert client.get(SIGNUP).status_code == 200
    response = client.post(SIGNUP, typed(email="Ines@Example.org"))
    assert response.headers["Location"] == reverse("account_email_verification_sent")
    assert client.get(response.headers["Location"]).status_code == 200
    assert "_auth_user_id" not in client.session

    code = sealed_key("account/email/email_confirmation_signup")
    response = client.post(response.headers["Location"], {"code": code}, follow=True)

    person = Person.objects.get(email="ines@example.org")
    assert response.redirect_chain[-1][0] == reverse("pages:own-space")
    assert response.wsgi_request.user == person
    assert person.full_name == "Inès Maréchal"
    assert person.emailaddress_set.get().verified


def test_a_wrong_code_opens_nothing(client, mail_waits):
    client.post(SIGNUP, typed())

    response = client.post(
        reverse("account_email_verification_sent"), {"code": "NOPE42"}
    )

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session
    assert not Person.objects.get().emailaddress_set.get().verified


def test_the_outbox_shows_no_code(client, mail_waits):
    client.post(SIGNUP, typed())
    email = OutgoingEmail.objects.get()
    code = unseal(email.secret)

    shown = [email.subject, email.text, email.html, email.folded, email.key]

    assert len(code) >= 6
    assert not any(code in text for text in shown)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"given_name": ""}, "Cette réponse manque"),
        ({"family_name": "x" * 300}, "au plus 120 caractères"),
        ({"given_name": "Gagnez sur www.exemple.org"}, "sans lien"),
        ({"family_name": "\u202elahcer\u202c"}, "caractères invisibles"),
        ({"given_name": "In\x07ès"}, "caractères invisibles"),
        ({"password1": "court"}, "au minimum 12 caractères"),
        ({"password1": "Inès Maréchal"}, "trop semblable"),
        ({"email": "ines@"}, "adresse"),
    ],
)
def test_bad_input_gets_a_sentence_and_is_kept(client, fields, said):
    response = client.post(SIGNUP, typed(**fields))

    assert response.status_code == 200
    assert said in response.text
    assert not Person.objects.exists()
    if "email" not in fields:
        assert 'value="ines@example.org"' in response.text


@pytest.mark.parametrize(
    "name",
    [
        "L’Hôtellier",
        "Œuvrard",
        "محمد العربي",
        "שרה",
        "Zoë 🎭",
        "=1+1",
        "<b>Gras</b>",
        "{{ 7*7 }}",
    ],
)
def test_any_name_signs_up_and_is_only_text(client, name):
    client.typed = [name]

    client.post(SIGNUP, typed(given_name=name))

    person = Person.objects.get()
    assert person.given_name == name
    client.sign_in(person)
    page = client.get(reverse("people:profile-edit")).text
    assert escape(name) in page
    assert "<b>Gras</b>" not in page
    # A message to an address that nobody has proved repeats nothing that was typed.
    assert name not in OutgoingEmail.objects.get().text


# --- No page tells whether an account exists ----------------------------------
def answer(client, address, data):
    """What a browser learns: status, redirect and page, without what changes each time."""
    with CaptureQueriesContext(connection) as queries:
        response = client.post(address, data)
    work = len(queries)
    location = response.headers.get("Location", "")
    page = client.get(location).text if location else response.text
    return response.status_code, location, neutral(page), work


def neutral(page):
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    page = re.sub(r"data-[\w-]*stamp=\S+", "", page)
    return page.replace(UNKNOWN, KNOWN)


def fresh(client):
    return type(client)()


@pytest.mark.parametrize("state", ["claimed", "unclaimed", "suspended"])
@pytest.mark.parametrize(
    ("address", "data"),
    [
        (SIGNUP, lambda email: typed(email=email)),
        (RESET, lambda email: {"email": email}),
        (BY_CODE, lambda email: {"email": email}),
        (LOGIN, lambda email: {"login": email, "password": "pas le bon du tout"}),
    ],
    ids=["signup", "reset", "code", "login"],
)
def test_known_and_unknown_addresses_get_the_same_answer(
    client, mailoutbox, address, data, state
):
    person = PersonFactory(email=KNOWN, unclaimed=state == "unclaimed")
    Person.objects.filter(pk=person.pk).update(is_active=state != "suspended")

    known = answer(fresh(client), address, data(KNOWN))
    unknown = answer(fresh(client), address, data(UNKNOWN))

    assert known[:3] == unknown[:3]
    # About the same work: nobody tells the two apart by a stopwatch.
    assert abs(known[3] - unknown[3]) <= 8


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_signing_up_hashes_a_password_known_or_not(client, email, monkeypatch):
    PersonFactory(email=KNOWN)
    hashes, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda *a, **k: hashes.append(a) or encode(*a, **k)
    )

    client.post(SIGNUP, typed(email=email))

    assert len(hashes) == 1


def test_a_known_address_is_told_by_mail_and_nothing_changes(client, mailoutbox):
    PersonFactory(email=KNOWN, given_name="Avant")

    client.post(SIGNUP, typed(email=KNOWN))

    assert Person.objects.get().given_name == "Avant"
    assert Person.objects.get().check_password(PASSWORD)
    assert [mail.to for mail in mailoutbox] == [[KNOWN]]


def test_somebody_known_without_an_account_opens_it_by_a_reset(client, mailoutbox):
    """The agency wrote them down; they come by themselves, and it is the same person."""
    person = PersonFactory(email=KNOWN, unclaimed=True)

    client.post(RESET, {"email": KNOWN})
    link = next(
        word for word in mailoutbox[-1].body.split() if "/password/reset/" in word
    )
    page = client.get("/" + link.split("/", 3)[3], follow=True)
    client.post(
        page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD}
    )

    person.refresh_from_db()
    assert person.check_password(PASSWORD)
    assert Person.objects.count() == 1


def test_a_wrong_code_gets_the_same_answer(client, mailoutbox):
    PersonFactory(email=KNOWN)
    pages = []
    for email in (KNOWN, UNKNOWN):
        visitor = fresh(client)
        visitor.post(SIGNUP, typed(email=email))
        for _ in range(2):
            code = {"code": "NOPE42"}
            response = visitor.post(reverse("account_email_verification_sent"), code)
        pages.append((response.status_code, neutral(response.text)))

    assert pages[0] == pages[1]


# --- Limits ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "data"),
    [(RESET, {"email": KNOWN}), (SIGNUP, typed())],
    ids=["reset", "signup"],
)
def test_insisting_meets_a_limit(client, address, data, mailoutbox):
    PersonFactory(email=KNOWN)

    answers = [fresh(client).post(address, data) for _ in range(25)]

    assert answers[0].status_code == 302
    assert answers[-1].status_code == 429
    assert '<html lang="fr">' in answers[-1].text
    assert "Trop de tentatives" in answers[-1].text


@pytest.mark.parametrize("email", [KNOWN, UNKNOWN])
def test_asking_for_codes_meets_a_limit(client, email, mailoutbox):
    PersonFactory(email=KNOWN)

    answers = [fresh(client).post(BY_CODE, {"email": email}) for _ in range(6)]

    assert [one.status_code for one in answers] == [302, 302, 302, 200, 200, 200]
    assert len(mailoutbox) == 3


def test_guessing_a_password_meets_a_limit(client):
    person = PersonFactory(email=KNOWN)
    wrong = {"login": KNOWN, "password": "pas le bon du tout"}
    for _ in range(12):
        client.post(LOGIN, wrong)

    client.post(LOGIN, {"login": KNOWN, "password": PASSWORD})

    assert "_auth_user_id" not in client.session
    assert person.last_login is None
