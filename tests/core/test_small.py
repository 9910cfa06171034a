"""The small parts that everything stands on: clock, text, sealing, bell, requests."""

from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from django.http import HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from kombu.exceptions import OperationalError
from phonenumber_field.phonenumber import PhoneNumber

from agency.core import bell, clock, sealed
from agency.core.middleware import RequestIdMiddleware
from agency.core.text import fold, telephone


def test_clock_turns_inside_the_block_alone():
    moment = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)

    with clock.travel(moment):
        assert clock.now() == moment
        assert clock.today().isoformat() == "2027-03-28"
    assert clock.now() != moment


def test_today_is_the_day_in_paris():
    with clock.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        assert clock.today().isoformat() == "2027-01-01"


def test_clock_takes_no_naive_moment():
    with pytest.raises(ValueError, match="aware"), clock.travel(datetime(2027, 1, 1)):  # noqa: DTZ001
        pass


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Th\u00e9\u00e2tre", "theatre"),
        ("C\u0152UR", "coeur"),
        ("L\u2019\u00c9t\u00e9", "l'ete"),
        ("  deux \n mots ", "deux mots"),
        ("o\ufb03ce", "office"),
        ("Stra\u00dfe", "strasse"),
    ],
)
def test_fold_forgets_accents_case_and_spaces(typed, folded):
    assert fold(typed) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_what_is_sealed_opens_again(text):
    token = sealed.seal(text)

    assert sealed.unseal(token) == text
    assert len(text) < 4 or text.encode() not in token


def test_new_key_seals_and_the_old_one_still_opens(settings):
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.SEALED_TEXT_KEYS = [old]
    token = sealed.seal("secret")
    settings.SEALED_TEXT_KEYS = [new, old]

    assert sealed.unseal(token) == "secret"


def test_wrong_key_raises_and_hands_nothing_back(settings):
    token = sealed.seal("secret")
    settings.SEALED_TEXT_KEYS = [Fernet.generate_key().decode()]

    with pytest.raises(sealed.WrongKey) as refused:
        sealed.unseal(token)
    assert "secret" not in str(refused.value)


class BrokenTask:
    name = "broken"

    def __init__(self, error):
        self.error = error

    def delay(self, *args):
        raise self.error


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error", [OperationalError("away"), OSError("disk full"), RuntimeError("other")]
)
def test_broker_away_never_breaks_what_was_committed(
    error, django_capture_on_commit_callbacks, caplog
):
    with django_capture_on_commit_callbacks(execute=True):
        bell.ring(BrokenTask(error), 1)

    assert caplog.records


def test_request_keeps_a_decent_identifier_and_replaces_a_forged_one():
    middleware = RequestIdMiddleware(lambda request: HttpResponse())
    ask = RequestFactory().get

    kept = middleware(ask("/", headers={"X-Request-ID": "abcdef-123456"}))
    forged = middleware(ask("/", headers={"X-Request-ID": "x\nERROR forged"}))

    assert kept["X-Request-ID"] == "abcdef-123456"
    assert len(forged["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+33199009033", "01 99 00 90 33"),
        ("+32470123456", "+32 470 12 34 56"),
        ("", ""),
    ],
)
def test_a_number_is_written_as_one_dials_it(stored, read):
    number = PhoneNumber.from_string(stored) if stored else stored

    assert telephone(number) == read.replace(" ", "\u00a0")


def test_no_line_ends_inside_the_number_of_the_agency(settings):
    assert " " not in settings.AGENCY["phone"] + settings.AGENCY["disability_phone"]
