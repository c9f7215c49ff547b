"""Log lines carry the request and trace they belong to, and neither a booking's id in full nor an
email address. LOG_FORMAT=text is for people, json for programs: one object per line.
"""

import copy
import logging
import re
import time
from datetime import UTC, datetime
from typing import Any

import orjson

from aggregator.visit import visit

APP = "aggregator"
FORMATS = ("text", "json")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# A booking's id is its buyer's secret: its beginning is enough to find it by.
_SECRETS = re.compile(
    r"([0-9a-fA-F]{8})-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F-]{16,17}"
    # Only from where a word begins: in a long one each letter would be tried, to its end.
    r"|(?<![\w.%+-])[\w.%+-]+@[\w-]+\.[\w.-]*\w"
)


def without_secrets(text: str) -> str:
    return _SECRETS.sub(lambda found: f"{found[1] or 'somebody@'}…", text)


class TextLine(logging.Formatter):
    """Times in UTC: the site's log is read together with those of cities in any time zone."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)  # other handlers have the record, too
        shown.msg, shown.args, shown.exc_text = without_secrets(record.getMessage()), (), None
        current = visit.get()
        shown.request_id, shown.trace_id = current.request_id, current.trace_id
        return super().format(shown)

    def formatException(self, ei: Any) -> str:  # noqa: N802 the library's name
        return without_secrets(super().formatException(ei))


class JSONLine(logging.Formatter):
    """docs/logs-and-traces.md lists the fields. A record has its own by `extra={"fields": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": _encodable(without_secrets(record.getMessage())),
            "app": APP,
        }
        current = visit.get()
        for name in ("request_id", "trace_id", "span_id"):
            if (value := getattr(current, name)) != "-":
                line[name] = value
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = _encodable(without_secrets(self.formatException(record.exc_info)))
        return orjson.dumps(line, default=str).decode()


def _encodable(text: str) -> str:
    """Half of a surrogate pair is no UTF-8, and so no JSON."""
    return text.encode(errors="backslashreplace").decode()


def configuration(*, level: str, style: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: Django's loggers and gunicorn's."""
    text = {
        "()": "aggregator.logging.TextLine",
        "format": "%(asctime)s %(levelname)s %(name)s request=%(request_id)s trace=%(trace_id)s "
        "%(message)s",
    }
    json = {"()": "aggregator.logging.JSONLine"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": json if style == "json" else text},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Refusals are answers, not incidents: the request log has them already.
            "django.request": {"level": "ERROR"},
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            # `aggregator.tracing` says once what it would say for every batch.
            "opentelemetry": {"level": "CRITICAL"},
        },
    }
