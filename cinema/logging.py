"""Log lines carry the request and trace they belong to, and neither a booking's id in full nor an
email address. LOG_FORMAT=text is for people, json for programs: one object per line.
"""

import functools
import io
import logging
import re
import time
from contextvars import ContextVar
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


@functools.lru_cache(maxsize=2)
def _second(moment: int, between: str) -> str:
    """The date and the time of day; hundreds of lines are of the same second."""
    return time.strftime(f"%Y-%m-%d{between}%H:%M:%S", time.gmtime(moment))


class TextLine(logging.Formatter):
    """Times in UTC, whatever the cinema's time zone: logs of several cities are read together.
    Written out here, as each request has such a line: the library's way takes three times as long.
    """

    def format(self, record: logging.LogRecord) -> str:
        message = without_secrets(record.getMessage())
        line = (
            f"{_second(int(record.created), ' ')},{int(record.msecs):03d} {record.levelname} "
            f"{record.name} request={request_id.get()} trace={trace_id.get()} {message}"
        )
        if record.exc_info:
            line += "\n" + without_secrets(self.formatException(record.exc_info))
        return line


class JSONLine(logging.Formatter):
    """docs/logs-and-traces.md lists the fields. A record has its own by `extra={"fields": …}`."""

    def __init__(self, city: str) -> None:
        super().__init__()
        self._city = city

    def format(self, record: logging.LogRecord) -> str:
        at = f"{_second(int(record.created), 'T')}.{int(record.msecs):03d}Z"
        line = {
            "time": at,
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


class Refusals(logging.Filter):
    """Django tells of a strange request as of an incident, with a traceback. It was refused, and a
    line says why: DisallowedHost, for instance, is how a forgotten ALLOWED_HOSTS shows."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = None
        return True


def only_what_is_told() -> None:
    """Records carry nothing that no line shows, as the library's "Optimization" has it: to look who
    has called takes as long as to write the line."""
    logging._srcfile = None
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


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
    text = {"()": "cinema.logging.TextLine"}
    json = {"()": "cinema.logging.JSONLine", "city": city}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": json if style == "json" else text},
        "filters": {"refusals": {"()": "cinema.logging.Refusals"}},
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
            # `cinema.tracing` says once what it would say for every batch.
            "opentelemetry": {"level": "CRITICAL"},
        },
    }
