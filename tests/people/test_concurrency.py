"""Two clicks at the same time: what only PostgreSQL can prove."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from agency.core.models import JournalEntry
from agency.core.sealed import unseal
from agency.mail.models import OutgoingEmail
from agency.people import claims
from agency.people.models import Person
from agency.people.services import accounts, directory, erasure
from tests.people.factories import (
    AffiliationFactory,
    OrganisationFactory,
    PersonFactory,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CLICKS = 8


@pytest.fixture(autouse=True)
def mail_waits(monkeypatch):
    """The messages stay in the outbox, their secrets with them."""
    monkeypatch.setattr("agency.mail.tasks.delivery.deliver", lambda email_id: True)


def at_once(click):
    """Run ``click(n)`` in eight threads that start together; return what each gave."""
    start = Barrier(CLICKS)

    def run(number):
        try:
            start.wait()
            return click(number)
        except accounts.Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(CLICKS) as pool:
        return list(pool.map(run, range(CLICKS)))


def test_of_eight_who_claim_one_account_one_does():
    person = PersonFactory(unclaimed=True)

    def click(number):
        one = Person.objects.get(pk=person.pk)
        accounts.claim(one, password=f"une phrase assez longue {number}")
        return number

    answers = at_once(click)

    winners = [one for one in answers if isinstance(one, int)]
    person.refresh_from_db()
    assert len(winners) == 1
    assert person.check_password(f"une phrase assez longue {winners[0]}")
    assert JournalEntry.objects.about(person).count() == 1


def test_eight_erasures_are_one():
    person = PersonFactory()
    AffiliationFactory(person=person)

    def click(number):
        erasure.erase(Person.objects.get(pk=person.pk), by=person)

    at_once(click)

    assert JournalEntry.objects.about(person).filter(action="erase").count() == 1


def test_eight_main_affiliations_leave_one():
    person = PersonFactory()
    organisations = OrganisationFactory.create_batch(CLICKS)

    def click(number):
        directory.affiliate(
            Person.objects.get(pk=person.pk),
            organisation=organisations[number],
            by=person,
            is_primary=True,
        )

    at_once(click)

    assert person.affiliations.count() == CLICKS
    assert person.affiliations.filter(is_primary=True).count() == 1


def test_after_eight_invitations_the_newest_link_is_good():
    person = PersonFactory(unclaimed=True)

    def click(number):
        accounts.invite(Person.objects.get(pk=person.pk), by=None)

    at_once(click)

    newest = OutgoingEmail.objects.filter(person=person).latest("pk")
    token = unseal(newest.secret).rstrip("/").split("/")[-2:]
    assert claims.person_of(*token) == person
