"""Log lines carry the request and trace they belong to, and neither a booking's id in full nor an
email address. LOG_FORMAT=text is for people, json for programs: one object per line.
"""

import functools
import logging
import re
import time
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


@functools.lru_cache(maxsize=2)
def _second(moment: int, between: str) -> str:
    """The date and the time of day; hundreds of lines are of the same second."""
    return time.strftime(f"%Y-%m-%d{between}%H:%M:%S", time.gmtime(moment))


class TextLine(logging.Formatter):
    """Times in UTC: the site's log is read together with those of cities in any time zone.
    Written out here, as each request has such a line: the library's way takes three times as long.
    """

    def format(self, record: logging.LogRecord) -> str:
        current = visit.get()
        message = without_secrets(record.getMessage())
        line = (
            f"{_second(int(record.created), ' ')},{int(record.msecs):03d} {record.levelname} "
            f"{record.name} request={current.request_id} trace={current.trace_id} {message}"
        )
        if record.exc_info:
            line += "\n" + without_secrets(self.formatException(record.exc_info))
        return line


class JSONLine(logging.Formatter):
    """docs/logs-and-traces.md lists the fields. A record has its own by `extra={"fields": …}`."""

    def format(self, record: logging.LogRecord) -> str:
        at = f"{_second(int(record.created), 'T')}.{int(record.msecs):03d}Z"
        line = {
            "time": at,
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


class Refusals(logging.Filter):
    """Django tells of a strange request as of an incident, with a traceback. It was refused, and a
    line says why: DisallowedHost, for instance, is how a forgotten ALLOWED_HOSTS shows."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = None
        return True


def configuration(*, level: str, style: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: Django's loggers and gunicorn's."""
    text = {"()": "aggregator.logging.TextLine"}
    json = {"()": "aggregator.logging.JSONLine"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"refusals": {"()": "aggregator.logging.Refusals"}},
        "formatters": {"line": json if style == "json" else text},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["refusals"],
                "formatter": "line",
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Refusals are answers, not incidents: the request log has them already.
            "django.request": {"level": "ERROR"},
            "gunicorn.error": {"handlers": ["console"], "propagate": False},
            # `aggregator.tracing` says once what it would say for every batch.
            "opentelemetry": {"level": "CRITICAL"},
        },
    }
