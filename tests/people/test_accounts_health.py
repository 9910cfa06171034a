"""The state of the house is told to staff whose session proved a second factor."""

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from tests.people.factories import PASSWORD, TOTP_SECRET, PersonFactory

pytestmark = pytest.mark.django_db

HEALTH = reverse("pages:health")


def sign_in(client, person):
    typed = {"login": person.email, "password": PASSWORD}
    return client.post(reverse("account_login"), typed)


def is_one_word(response):
    return (
        response["Content-Type"].startswith("text/plain") and "<" not in response.text
    )


def test_a_password_alone_reads_one_word(client):
    sign_in(client, PersonFactory(officer=True))

    assert is_one_word(client.get(HEALTH))


def test_a_proved_session_reads_the_details(client):
    person = PersonFactory(officer=True, mfa=True)
    sign_in(client, person)
    counter = next(totp.yield_hotp_counters_from_time())
    code = totp.format_hotp_value(totp.hotp_value(TOTP_SECRET, counter))
    client.post(reverse("mfa_authenticate"), {"code": code})

    page = client.get(HEALTH)

    assert not is_one_word(page)
    assert page.context["report"].checks


def test_the_demo_waives_it(client, settings):
    settings.DEMO = True
    sign_in(client, PersonFactory(officer=True))

    assert not is_one_word(client.get(HEALTH))


def test_a_professional_reads_one_word(client, stranger):
    sign_in(client, stranger)

    assert is_one_word(client.get(HEALTH))
