"""Log lines carry the request and trace they belong to."""

import logging
import time
from typing import Any

from aggregator.visit import visit


class RequestContext(logging.Filter):
    """Adds `request_id` and `trace_id` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        current = visit.get()
        record.request_id = current.request_id
        record.trace_id = current.trace_id
        return True


class UTCFormatter(logging.Formatter):
    """Times in UTC: the site's log is read together with those of cities in any time zone."""

    converter = staticmethod(time.gmtime)


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
