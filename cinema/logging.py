"""Log lines carry the request and trace they belong to, and neither a booking's id in full nor an
email address. LOG_FORMAT=text is for people, json for programs: one object per line.
"""

import copy
import io
import logging
import re
import time
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, TextIO, cast

import orjson

APP = "provider-backend"
FORMATS = ("text", "json")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

request_id: ContextVar[str] = ContextVar("request_id", default="-")
trace_id: ContextVar[str] = ContextVar("trace_id", default="-")
span_id: ContextVar[str] = ContextVar("span_id", default="-")
answered_by: ContextVar[str] = ContextVar("answered_by", default="-")
"""The database alias whose answer a public read got."""

_OF_THE_REQUEST = {"request_id": request_id, "trace_id": trace_id, "span_id": span_id}


def forget_request() -> None:
    for of_the_request in _OF_THE_REQUEST.values():
        of_the_request.set("-")


# A booking's id is its buyer's secret: its beginning is enough to find it by.
_SECRETS = re.compile(
    r"([0-9a-fA-F]{8})-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F-]{16,17}"
    # Only from where a word begins: in a long one each letter would be tried, to its end.
    r"|(?<![\w.%+-])[\w.%+-]+@[\w-]+\.[\w.-]*\w"
)


def without_secrets(text: str) -> str:
    return _SECRETS.sub(lambda found: f"{found[1] or 'somebody@'}…", text)


class TextLine(logging.Formatter):
    """Times in UTC, whatever the cinema's time zone: logs of several cities are read together."""

    converter = staticmethod(time.gmtime)

    def format(self, record: logging.LogRecord) -> str:
        shown = copy.copy(record)  # other handlers have the record, too
        shown.msg, shown.args, shown.exc_text = without_secrets(record.getMessage()), (), None
        shown.__dict__ |= {name: found.get() for name, found in _OF_THE_REQUEST.items()}
        return super().format(shown)

    def formatException(self, ei: Any) -> str:  # noqa: N802 the library's name
        return without_secrets(super().formatException(ei))


class JSONLine(logging.Formatter):
    """docs/logs-and-traces.md lists the fields. A record has its own by `extra={"fields": …}`."""

    def __init__(self, city: str) -> None:
        super().__init__()
        self._city = city

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": _encodable(without_secrets(record.getMessage())),
            "app": APP,
            "city": self._city,
        }
        for name, found in _OF_THE_REQUEST.items():
            if (value := found.get()) != "-":
                line[name] = value
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["exception"] = _encodable(without_secrets(self.formatException(record.exc_info)))
        return orjson.dumps(line, default=str).decode()


def _encodable(text: str) -> str:
    """Half of a surrogate pair is no UTF-8, and so no JSON."""
    return text.encode(errors="backslashreplace").decode()


def log_stream(level: int) -> TextIO:
    """Where a command that goes on for long writes what it does: lines of the log."""
    return cast("TextIO", _LogStream(level))


class _LogStream(io.TextIOBase):
    def __init__(self, level: int) -> None:
        self._level = level

    def write(self, text: str) -> int:
        for line in filter(str.strip, text.splitlines()):
            logging.getLogger("cinema.commands").log(self._level, "%s", line)
        return len(text)


def configuration(*, level: str, style: str, city: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: Django's loggers and gunicorn's."""
    text = {
        "()": "cinema.logging.TextLine",
        "format": "%(asctime)s %(levelname)s %(name)s request=%(request_id)s trace=%(trace_id)s "
        "%(message)s",
    }
    json = {"()": "cinema.logging.JSONLine", "city": city}
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
            # `cinema.tracing` says once what it would say for every batch.
            "opentelemetry": {"level": "CRITICAL"},
        },
    }
