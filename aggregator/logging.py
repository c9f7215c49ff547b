"""Log lines carry the request and trace they belong to, and no booking's id in full."""

import logging
import re
import time
from typing import Any

from aggregator.visit import visit

# A booking's id is its buyer's secret: its beginning is enough to find it by.
_BOOKING_ID = re.compile(r"([0-9a-fA-F]{8})-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F-]{16,17}")


class RequestContext(logging.Filter):
    """Adds `request_id` and `trace_id` to every record, and shortens bookings' ids: Django tells
    of failures and of forged forms with the address they came to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _BOOKING_ID.sub(r"\1…", record.getMessage()), ()
        current = visit.get()
        record.request_id = current.request_id
        record.trace_id = current.trace_id
        return True


class UTCFormatter(logging.Formatter):
    """Times in UTC: the site's log is read together with those of cities in any time zone."""

    converter = staticmethod(time.gmtime)

    def formatException(self, ei: Any) -> str:  # noqa: N802 the library's name
        return _BOOKING_ID.sub(r"\1…", super().formatException(ei))


def configuration(level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"request": {"()": "aggregator.logging.RequestContext"}},
        "formatters": {
            "line": {
                "()": "aggregator.logging.UTCFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s request=%(request_id)s "
                "trace=%(trace_id)s %(message)s",
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["request"],
                "formatter": "line",
            }
        },
        "root": {"handlers": ["console"], "level": level},
        # Refusals are answers, not incidents: the request log has them already.
        "loggers": {"django.request": {"level": "ERROR"}},
    }
