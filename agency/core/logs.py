"""One log line is one JSON object, and carries the id of the request that caused it."""

import json
import logging
from datetime import UTC, datetime

from agency.core.middleware import request_id

# What a caller may add with extra={...}; anything else stays out of the logs.
EXTRA = ("status_code", "duration_ms", "task_id")


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
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
