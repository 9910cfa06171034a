"""The only clock of the house: tests and the demo turn it."""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_turned: ContextVar[datetime | None] = ContextVar("turned", default=None)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _turned.get() or datetime.now(UTC)


def paris(moment: datetime) -> datetime:
    """The same moment as the clocks of the agency show it (Europe/Paris)."""
    return moment.astimezone(PARIS)


def today() -> date:
    """The date in Paris."""
    return paris(now()).date()


@contextmanager
def travel(to: datetime):
    """Turn the clock to the aware moment ``to`` inside the block.

    Raises ValueError when ``to`` is naive.
    """
    if to.tzinfo is None:
        raise ValueError("travel() takes an aware moment")
    token = _turned.set(to.astimezone(UTC))
    try:
        yield to
    finally:
        _turned.reset(token)
