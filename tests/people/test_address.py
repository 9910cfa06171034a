"""One's address is changed by oneself, with a code sent to the new one."""

import pytest
from django.urls import reverse

from agency.core.sealed import unseal
from agency.mail.models import OutgoingEmail
from tests.people.factories import PersonFactory
from tests.people.test_signup import neutral

pytestmark = pytest.mark.django_db

EMAIL = reverse("account_email")
CONFIRM = reverse("account_email_verification_sent")


@pytest.fixture
def person(client):
    person = PersonFactory(email="avant@example.org")
    client.sign_in(person)
    return person


@pytest.fixture
def mail_waits(monkeypatch):
    """The messages stay in the outbox, as while the mail server is away."""
    monkeypatch.setattr("agency.mail.tasks.delivery.deliver", lambda email_id: True)


def ask(client, address):
    return client.post(EMAIL, {"email": address, "action_add": ""})


def test_the_new_address_takes_the_place_of_the_old(client, person, mail_waits):
    response = ask(client, "Apres@Example.org")
    assert response.headers["Location"] == CONFIRM
    person.refresh_from_db()
    assert person.email == "avant@example.org"  # until it is proved

    code = unseal(OutgoingEmail.objects.get(to="apres@example.org").secret)
    client.post(CONFIRM, {"code": code})

    person.refresh_from_db()
    row = person.emailaddress_set.get()
    assert (person.email, row.email) == ("apres@example.org", "apres@example.org")
    assert (row.primary, row.verified) == (True, True)
    assert person.folded.endswith("apres@example.org")


def test_the_old_address_is_told(client, person, mail_waits):
    ask(client, "apres@example.org")
    code = unseal(OutgoingEmail.objects.get(to="apres@example.org").secret)

    client.post(CONFIRM, {"code": code})

    assert OutgoingEmail.objects.filter(to="avant@example.org").exists()


@pytest.mark.parametrize("unclaimed", [True, False])
def test_the_address_of_somebody_else_is_not_taken_even_when_proved(
    client, person, unclaimed, mail_waits
):
    """Two people share a mailbox: the address stays with the one the agency knows."""
    other = PersonFactory(email="prise@example.org", unclaimed=unclaimed)
    ask(client, "prise@example.org")
    code = unseal(OutgoingEmail.objects.get(to="prise@example.org").secret)

    response = client.post(CONFIRM, {"code": code}, follow=True)

    assert response.status_code == 200
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.email, other.email) == ("avant@example.org", "prise@example.org")
    assert person.emailaddress_set.get(primary=True).email == "avant@example.org"
    assert other.emailaddress_set.get().email == "prise@example.org"


def test_asking_for_an_address_does_not_tell_whether_it_is_known(client, person):
    PersonFactory(email="prise@example.org")
    pages = []
    for address in ("prise@example.org", "libre@example.org"):
        response = ask(client, address)
        page = client.get(response.headers["Location"]).text
        pages.append((response.status_code, neutral(page).replace(address, "")))

    assert pages[0] == pages[1]


def test_an_address_alone_cannot_be_removed(client, person):
    client.post(EMAIL, {"email": person.email, "action_remove": ""})

    assert person.emailaddress_set.get().email == "avant@example.org"
