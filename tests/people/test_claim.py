"""The invitation, from the letter to the desk, through the client."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.management import CommandError, call_command
from django.urls import reverse

from agency.core.models import JournalEntry
from agency.mail.delivery import sweep
from agency.mail.models import OutgoingEmail
from agency.people import claims
from agency.people.choices import RoleName
from agency.people.models import Person
from agency.people.services import accounts
from tests.people.factories import PASSWORD, PersonFactory

pytestmark = pytest.mark.django_db

GOOD = {"password": "une phrase assez longue"}


def path_in(mail):
    """The path of the personal link of a message."""
    link = next(word for word in mail.body.split() if "/compte/activation/" in word)
    return "/" + link.split("/", 3)[3]


def form_of(client, link):
    """Follow the link to the form that opens the account."""
    return client.get(link, follow=True).redirect_chain[-1][0]


def test_first_officer_comes_in_with_a_second_factor(client, mailoutbox, capsys):
    call_command("first_officer", "Claire@Example.org", name="Claire Vasseur")
    person = Person.objects.get(email="claire@example.org")
    assert person.full_name == "Claire Vasseur"
    assert capsys.readouterr().out.count("\n") == 4

    # The bell rings on commit; here the sweeper finds the row.
    sweep()
    response = client.post(form_of(client, path_in(mailoutbox[0])), GOOD, follow=True)
    assert response.redirect_chain[0][0] == reverse("admin:index")
    assert response.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    assert "activez d’abord la connexion en deux temps" in response.text

    secret = client.session[totp.SECRET_SESSION_KEY]
    code = totp.format_hotp_value(
        totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))
    )
    client.post(reverse("mfa_activate_totp"), {"code": code})
    assert person.authenticator_set.filter(type="totp").exists()
    assert client.get(reverse("admin:index")).status_code == 200
    assert person.current_roles == {RoleName.OFFICER, RoleName.DIRECTION}


def test_first_officer_twice_changes_nothing_and_sends_a_new_link(capsys):
    for _ in range(2):
        call_command("first_officer", "claire@example.org", print_link=True)

    person = Person.objects.get()
    assert person.roles.count() == 2
    assert OutgoingEmail.objects.count() == 2
    links = [line for line in capsys.readouterr().out.splitlines() if "://" in line]
    tokens = [link.rstrip("/").split("/")[-2:] for link in links]
    assert [claims.person_of(*token) for token in tokens] == [None, person]


def test_first_officer_keeps_an_open_account(capsys):
    PersonFactory(email="claire@example.org")

    call_command("first_officer", "claire@example.org")

    assert "has an account already" in capsys.readouterr().out
    assert not OutgoingEmail.objects.exists()
    assert Person.objects.get().has_role(RoleName.DIRECTION)


def test_first_officer_prints_no_link_unless_asked(capsys):
    call_command("first_officer", "claire@example.org")

    assert "://" not in capsys.readouterr().out


def test_first_officer_refuses_what_is_no_address():
    with pytest.raises(CommandError, match="not an e-mail address"):
        call_command("first_officer", "claire")


def test_a_professional_claims_their_account(client):
    person = PersonFactory(unclaimed=True, given_name="Inès")
    link = claims.link(person)

    page = client.get(link, follow=True)
    assert "Inès" in page.text
    assert "no-store" in page["Cache-Control"]
    response = client.post(page.redirect_chain[-1][0], GOOD, follow=True)

    assert response.redirect_chain[-1][0] == reverse("pages:own-space")
    assert response.wsgi_request.user == person
    assert JournalEntry.objects.about(person).get().action == "claim"


def test_a_claimed_account_signs_in_with_its_password(client):
    person = PersonFactory(unclaimed=True)
    accounts.claim(person, password=GOOD["password"])

    response = client.post(
        reverse("account_login"), {"login": person.email, "password": GOOD["password"]}
    )

    assert response.headers["Location"] == reverse("pages:own-space")


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", "Cette réponse manque"),
        ("court", "au minimum 12 caractères"),
        ("1234567890123", "entièrement"),
    ],
)
def test_a_weak_password_gets_a_sentence(client, password, said):
    person = PersonFactory(unclaimed=True)

    response = client.post(form_of(client, claims.link(person)), {"password": password})

    assert said in response.text
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_a_password_like_the_name_is_refused(client):
    person = PersonFactory(unclaimed=True, family_name="Vanderstraeten")

    response = client.post(
        form_of(client, claims.link(person)), {"password": "vanderstraeten"}
    )

    assert response.status_code == 200
    assert "trop semblable" in response.text


@pytest.mark.parametrize("state", ["forged", "used", "unknown", "erased", "suspended"])
def test_a_dead_link_says_what_to_do_and_nothing_else(client, state):
    person = PersonFactory(unclaimed=True)
    uid, token = claims.link(person).rstrip("/").split("/")[-2:]
    if state == "forged":
        token = token[:-1] + ("0" if token[-1] != "0" else "1")
    elif state == "used":
        accounts.claim(person, password=PASSWORD)
    elif state == "unknown":
        uid = "zzz"
    else:
        Person.objects.filter(pk=person.pk).update(
            is_active=False, erased_at=person.joined_at if state == "erased" else None
        )

    response = client.get(reverse("people:claim", args=[uid, token]))

    assert response.status_code == 404
    assert reverse("account_login") in response.text
    assert person.given_name not in response.text
    again = client.post(reverse("people:claim", args=[uid, token]), GOOD)
    assert again.status_code == 404


def test_dead_links_all_read_the_same(client):
    person = PersonFactory(unclaimed=True)
    uid, token = claims.link(person).rstrip("/").split("/")[-2:]
    unknown = client.get(reverse("people:claim", args=["zzz", token])).text
    accounts.claim(person, password=PASSWORD)

    used = client.get(reverse("people:claim", args=[uid, token])).text

    assert used.replace(f"/{uid}/", "/zzz/") == unknown


def test_somebody_signed_in_hands_over_to_the_one_who_claims(client, stranger):
    client.sign_in(stranger)
    person = PersonFactory(unclaimed=True)

    response = client.post(form_of(client, claims.link(person)), GOOD, follow=True)

    assert response.wsgi_request.user == person
