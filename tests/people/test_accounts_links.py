"""A personal link is a key: it stays in no address bar, no log and no error report."""

import json
import logging

import pytest
from django.conf import settings
from django.urls import reverse

from agency.core.logs import JsonFormatter, MaskFilter, masked
from agency.people import claims
from agency.people.services import accounts
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

GOOD = {"password": "une phrase assez longue"}


@pytest.fixture
def person():
    return PersonFactory(unclaimed=True, given_name="Inès")


@pytest.fixture
def link(person):
    return claims.link(person).removeprefix(settings.SITE_URL)


def uid_and_token(link):
    return link.rstrip("/").split("/")[-2:]


def written(caplog):
    """The lines of the log, as the handlers of every process write them."""
    lines = []
    for record in caplog.records:
        assert MaskFilter().filter(record)
        lines += [record.getMessage(), JsonFormatter().format(record)]
    return "\n".join(lines)


def test_the_link_leads_to_an_address_without_its_token(client, link, person):
    _uid, token = uid_and_token(link)

    response = client.get(link)

    form = response.headers["Location"]
    assert token not in form
    assert "no-store" in response["Cache-Control"]
    page = client.get(form)
    assert "Inès" in page.text
    assert token not in page.text
    assert client.post(form, GOOD).status_code == 302
    person.refresh_from_db()
    assert person.check_password(GOOD["password"])


def test_the_address_of_the_form_opens_nothing_elsewhere(client, link, person):
    form = client.get(link).headers["Location"]

    response = type(client)().post(form, GOOD)

    assert response.status_code == 404
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_the_token_kept_for_one_person_opens_no_other(client, link):
    client.get(link)
    other = PersonFactory(unclaimed=True)
    uid, _token = uid_and_token(claims.link(other))
    form = client.get(link).headers["Location"].replace(uid_and_token(link)[0], uid)

    assert client.post(form, GOOD).status_code == 404


def test_the_token_is_forgotten_once_it_has_served(client, link):
    form = client.get(link).headers["Location"]

    client.post(form, GOOD)

    assert claims.SESSION_KEY not in client.session
    assert client.get(form).status_code == 404


def test_posting_to_the_link_itself_changes_nothing(client, link, person):
    response = client.post(link, GOOD)

    assert response.status_code == 302
    person.refresh_from_db()
    assert not person.has_usable_password()


@pytest.mark.parametrize("state", ["alive", "dead", "without its form"])
def test_no_log_line_carries_the_token(client, link, person, state, caplog):
    _uid, token = uid_and_token(link)
    caplog.set_level(logging.INFO)
    if state == "dead":
        accounts.claim(person, password=GOOD["password"])
        assert client.get(link).status_code == 404
    elif state == "without its form":
        client.handler.enforce_csrf_checks = True
        form = client.get(link).headers["Location"]
        assert client.post(form, GOOD).status_code == 403
        assert client.post(link, GOOD).status_code == 403
    else:
        client.get(link, follow=True)

    assert token not in written(caplog)
    if state != "alive":
        assert "compte/activation/" in written(caplog)


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        ("/compte/activation/2a/c8h2k1-0f3e9d/", "c8h2k1"),
        ("/compte/password/reset/key/2a-c8h2k1-0f3e9d/", "c8h2k1"),
        ("/compte/confirm-email/MTI:1abc:x_Y-z/", "1abc"),
        ("https://plateau.example/compte/activation/2a/c8h2k1-0f3e9d", "c8h2k1"),
        ("/offres/0f3e9d00-0000-4000-8000-000000000000/Ab_c8h2k1-x/", "c8h2k1"),
    ],
)
def test_every_path_that_bears_a_key_is_masked(path, secret):
    assert secret not in masked(f'"GET {path}?a=1 HTTP/1.1" 404')
    assert masked(f'"GET {path}?a=1 HTTP/1.1" 404').endswith(' HTTP/1.1" 404')


@pytest.mark.parametrize("path", ["/compte/", "/activites/activation/", "/mon-espace/"])
def test_other_paths_are_left_alone(path):
    assert masked(path) == path


def test_an_error_report_carries_no_token(link):
    from agency.core.logs import scrub

    event = {
        "request": {"url": f"https://plateau.example{link}", "headers": {"n": 1}},
        "breadcrumbs": {"values": [{"message": f"Not Found: {link}"}]},
    }

    assert uid_and_token(link)[1] not in json.dumps(scrub(event, {}))
    assert scrub(event, {})["request"]["headers"] == {"n": 1}


def test_an_exception_is_masked_too(link):
    try:
        raise ValueError(link)
    except ValueError:
        record = logging.getLogger().makeRecord(
            "x", logging.ERROR, "f", 1, "broken", (), __import__("sys").exc_info()
        )

    assert uid_and_token(link)[1] not in JsonFormatter().format(record)


def test_every_handler_masks():
    handlers = settings.LOGGING["handlers"].values()

    assert all("mask" in handler["filters"] for handler in handlers)


def test_a_reset_link_leads_to_an_address_without_its_key(client, mailoutbox):
    PersonFactory(email="connue@example.org")
    client.post(reverse("account_reset_password"), {"email": "connue@example.org"})
    word = next(w for w in mailoutbox[-1].body.split() if "/password/reset/key/" in w)

    response = client.get("/" + word.split("/", 3)[3])

    assert response.status_code == 302
    assert response.headers["Location"].endswith("-set-password/")
