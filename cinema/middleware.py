"""Around every request: its id, its trace, one line in the log, its metrics, its language."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from cinema import metrics
from cinema.logging import request_id, trace_id

logger = logging.getLogger("cinema.requests")

# What people look at; everything else is for programs.
PAGES = ("/admin/", "/i18n/", "/payments/sandbox/")

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"})
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,200}\Z")
# A booking's id is its buyer's secret: its beginning is enough to find it by.
_BOOKING_ID = re.compile(r"([0-9a-fA-F]{8})-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F-]{16,17}")
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
        _forget_strange_session(request)
        response = self.get_response(request)
        response["X-Request-ID"] = identity
        if request.method == "HEAD" and not response.streaming:
            response.content = b""  # gunicorn drops it, too, but complains every time
        seconds = time.perf_counter() - started
        # A caller may invent methods, and each would be a new time series for ever.
        method = request.method if request.method in _METHODS else "other"
        metrics.request_answered(method, response.status_code, seconds)
        # Quoted: a line break in an address would write a line of its own into the log.
        path = _BOOKING_ID.sub(r"\1…", quote(request.path))
        logger.info("%s %s %d %.1fms", method, path, response.status_code, seconds * 1000)
        return response


def _forget_strange_session(request: HttpRequest) -> None:
    """In quotes, a cookie may hold a NUL, and asking PostgreSQL for such a session is an error."""
    if "\0" in request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""):
        del request.COOKIES[settings.SESSION_COOKIE_NAME]


class PageLanguage(LocaleMiddleware):
    """Pages for people come in their language. The API doesn't vary by language, so that caches
    may keep one answer for everybody."""

    def process_request(self, request: HttpRequest) -> None:
        if request.path.startswith(PAGES):
            super().process_request(request)
        else:
            translation.activate("en")  # callers match on the contract's sentences

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if request.path.startswith(PAGES):
            return super().process_response(request, response)
        return response
