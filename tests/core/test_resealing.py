"""A new key in front, everything sealed again, and the old key may go."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.utils import decrypt
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command

from agency.activities.models import CalendarFeed
from agency.activities.services import feeds
from agency.core import resealing
from agency.core.sealed import unseal
from agency.mail.models import OutgoingEmail
from agency.people import claims
from agency.people.services import accounts
from tests.people.factories import PersonFactory

pytestmark = pytest.mark.django_db

TOTP_SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def keys(settings):
    """(the old key, the new one): everything is sealed with the old one."""
    old, new = (Fernet.generate_key().decode() for _one in range(2))
    settings.SEALED_TEXT_KEYS = [old]
    return old, new


def opened(person):
    """The calendar feed of ``person``, its secret sealed."""
    feeds.open_feed(person)
    return feeds.of(person)


def rotate():
    said, failed = StringIO(), StringIO()
    call_command("rotate_sealed", stdout=said, stderr=failed)
    return said.getvalue()


def test_every_secret_survives_the_old_key(keys, settings):
    old, new = keys
    person = PersonFactory()
    TOTP.activate(person, TOTP_SECRET)
    codes = RecoveryCodes.activate(person).generate_codes()
    address = feeds.address(opened(person))
    settings.SEALED_TEXT_KEYS = [new, old]

    said = rotate()

    settings.SEALED_TEXT_KEYS = [new]
    factors = Authenticator.objects.filter(user=person)
    assert "the others may go" in said
    assert feeds.address(CalendarFeed.objects.get()) == address
    assert decrypt(factors.get(type="totp").data["secret"]) == TOTP_SECRET
    assert RecoveryCodes(factors.get(type="recovery_codes")).generate_codes() == codes


def test_a_key_in_a_message_that_waits_is_sealed_again(keys, settings, monkeypatch):
    monkeypatch.setattr("agency.mail.tasks.delivery.deliver", lambda email_id: True)
    old, new = keys
    person = PersonFactory(unclaimed=True)
    accounts.invite(person, by=PersonFactory(officer=True))
    secret = unseal(OutgoingEmail.objects.get().secret)
    settings.SEALED_TEXT_KEYS = [new, old]

    rotate()

    settings.SEALED_TEXT_KEYS = [new]
    assert unseal(OutgoingEmail.objects.get().secret) == secret
    assert claims.person_of(*secret.rstrip("/").split("/")[-2:]) == person


def test_what_no_key_opens_is_left_as_it_is(keys, settings):
    _old, new = keys
    feeds.open_feed(PersonFactory())
    before = bytes(CalendarFeed.objects.get().sealed_secret)
    settings.SEALED_TEXT_KEYS = [new]

    with pytest.raises(CommandError, match="1 values were left as they are"):
        rotate()

    assert bytes(CalendarFeed.objects.get().sealed_secret) == before


def test_more_rows_than_one_batch_are_all_sealed_again(keys, settings, monkeypatch):
    monkeypatch.setattr(resealing, "BATCH", 2)
    old, new = keys
    for _one in range(5):
        feeds.open_feed(PersonFactory())
    settings.SEALED_TEXT_KEYS = [new, old]

    tallies = {tally.column: tally.resealed for tally in resealing.run()}

    assert tallies["activities.CalendarFeed.sealed_secret"] == 5


def test_running_it_again_does_no_harm(keys, settings):
    old, new = keys
    address = feeds.address(opened(PersonFactory()))
    settings.SEALED_TEXT_KEYS = [new, old]

    rotate()
    rotate()

    assert feeds.address(CalendarFeed.objects.get()) == address
