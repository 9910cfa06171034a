"""Telling what is down for a moment from what is broken."""

import redis.exceptions
from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError

AWAY = (
    OperationalError,
    InterfaceError,
    BrokerError,
    redis.exceptions.ConnectionError,
    redis.exceptions.TimeoutError,
)


def is_outage(error):
    """Whether waiting, and nothing else, mends this: the database or Redis is away."""
    seen = set()
    while error is not None and id(error) not in seen:
        if isinstance(error, AWAY):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
