"""Log lines carry the request and trace they belong to."""

import logging
import time
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="-")
trace_id: ContextVar[str] = ContextVar("trace_id", default="-")


class RequestContext(logging.Filter):
    """Adds `request_id` and `trace_id` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        record.trace_id = trace_id.get()
        return True


class UTCFormatter(logging.Formatter):
    """Times in UTC, whatever the cinema's time zone: logs of several cities are read together."""

    converter = staticmethod(time.gmtime)
