"""One log line is one JSON object, and carries the id of the request that caused it.

A path that bears a key, of an invitation, of a new password or of a calendar, is written without it.
"""

import json
import logging
import re
from datetime import UTC, datetime

from agency.core.middleware import request_id

# What a caller may add with extra={...}; anything else stays out of the logs.
EXTRA = ("status_code", "duration_ms", "task_id")

KEYS_IN_PATHS = re.compile(
    r"(/(?:compte/(?:activation|password/reset/key|confirm-email)|offres|rappels|agenda|messages/arret)/)"
    r"[^\s?#\"'<>]+"
)


def masked(text):
    """``text`` without the keys that its paths bear."""
    return KEYS_IN_PATHS.sub(r"\1***", text)


def scrub(event, hint):
    """An error report without the keys that its addresses bear."""
    if isinstance(event, str):
        return masked(event)
    if isinstance(event, dict):
        return {name: scrub(value, hint) for name, value in event.items()}
    if isinstance(event, list | tuple):
        return [scrub(value, hint) for value in event]
    return event


class MaskFilter(logging.Filter):
    """Takes the keys out of a line before any handler writes it."""

    def filter(self, record):
        said = record.getMessage()
        if (clean := masked(said)) != said:
            record.msg, record.args = clean, ()
        return True


class RequestIdFilter(logging.Filter):
    """Gives every record the id of the request being answered."""

    def filter(self, record):
        record.request_id = request_id.get()
        return True


class JsonFormatter(logging.Formatter):
    """No local variables, no request body: only the message and where it comes from."""

    def format(self, record):
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", "-"),
        }
        line |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
