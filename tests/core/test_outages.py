"""Redis or the database away is "come back in a moment", not "we broke something"."""

import pytest
import redis.exceptions
from django.core.cache import caches
from django.db import DataError, OperationalError
from kombu.exceptions import OperationalError as BrokerError

from agency.core.outages import is_outage


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (redis.exceptions.ConnectionError("refused"), True),
        (redis.exceptions.TimeoutError("slow"), True),
        (OperationalError("the connection is closed"), True),
        (BrokerError("refused"), True),
        (DataError("too long"), False),
        (ValueError("ours"), False),
        (None, False),
    ],
)
def test_outage_is_told_from_a_fault(error, answer):
    assert is_outage(error) is answer


def test_outage_behind_another_error_is_found():
    error = ValueError("while counting")
    error.__context__ = redis.exceptions.ConnectionError("refused")

    assert is_outage(error)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status"), [(redis.exceptions.ConnectionError, 503), (ValueError, 500)]
)
def test_signing_in_without_redis_is_asked_for_later(
    client, monkeypatch, error, status
):
    client.raise_request_exception = False

    def away(*_args, **_options):
        raise error

    monkeypatch.setattr(type(caches["default"]), "get", away)

    response = client.post("/compte/login/", {"login": "a@b.example", "password": "x"})

    assert response.status_code == status
    assert response.headers.get("Retry-After") == ("30" if status == 503 else None)
