"""Around every request: its id, its trace, one line in the log, its metrics."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from cinema import metrics
from cinema.logging import request_id, trace_id

logger = logging.getLogger("cinema.requests")

_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,200}\Z")
# W3C Trace Context: version, trace id, parent id, flags; an all-zero id is invalid.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-|\Z)"
)


class RequestLog:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        identity = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
        trace = _TRACEPARENT.match(request.headers.get("traceparent", ""))
        request_id.set(identity)
        trace_id.set(trace[1] if trace else "-")
        response = self.get_response(request)
        response["X-Request-ID"] = identity
        seconds = time.perf_counter() - started
        method = request.method or "-"
        metrics.request_answered(method, response.status_code, seconds)
        logger.info("%s %s %d %.1fms", method, request.path, response.status_code, seconds * 1000)
        return response
