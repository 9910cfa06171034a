"""The broker is only a bell: the row in the database is what must not be lost."""

import logging
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

_silent: ContextVar[bool] = ContextVar("silent", default=False)


def ring(task, *args):
    """Call ``task`` with ids once this transaction has committed.

    A broker that is away is logged and never raised: each row waits for the
    sweeper of its room, which runs every minute.
    """
    if _silent.get():
        return

    # Not a partial: Django names the function in its log when it fails.
    def after_commit():
        _ring(task, args)

    transaction.on_commit(after_commit, robust=True)


@contextmanager
def silent():
    """Ring nobody in the block: the demo does the work of its own past itself."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def _ring(task, args):
    try:
        task.delay(*args)
    except (OperationalError, OSError) as error:
        logger.warning("bell: %s not rung, the sweeper will: %s", task.name, error)
