"""When nobody is written to, and where a day begins: always as Paris counts."""

from datetime import datetime, time, timedelta

from agency.core.clock import PARIS, paris

NIGHT_FROM, NIGHT_UNTIL = time(22), time(8)


def is_night(moment):
    clock = paris(moment).time()
    return clock >= NIGHT_FROM or clock < NIGHT_UNTIL


def start_of(day):
    """The first moment of ``day`` in Paris."""
    return datetime.combine(day, time(0), tzinfo=PARIS)


def morning(moment):
    """When the night of ``moment`` is over, or None by day."""
    if not is_night(moment):
        return None
    local = paris(moment)
    day = local.date() + timedelta(days=local.time() >= NIGHT_FROM)
    return datetime.combine(day, NIGHT_UNTIL, tzinfo=PARIS)
