"""Around every request: its id, its trace, one line in the log, its metrics, its language."""

import functools
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
from cinema.addresses import PAGES
from cinema.logging import answered_by, request_id
from cinema.tracing import RequestSpan

logger = logging.getLogger("cinema.requests")

# Asked every few seconds, or costing nothing: among such spans nobody would find the others.
_UNTRACED = ("/health", "/metrics", "/static/")

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"})
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,200}\Z")
_PROBE = re.compile(r"(/health(?:/(?:started|serving|ready))?|/metrics)/*")
# A route of Django's, regular expression or not, without what only the resolver needs.
_VALUE = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")
_ONLY_FOR_RESOLVING = re.compile(r"[\^$\\]|/\?")


class RequestLog:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        identity = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
        request_id.set(identity)
        answered_by.set("-")
        _forget_strange_session(request)
        traced = not request.path_info.startswith(_UNTRACED)
        with (
            metrics.in_progress.track_inprogress(),
            RequestSpan(request.headers.get("traceparent", ""), traced=traced) as span,
        ):
            response = self.get_response(request)
            response["X-Request-ID"] = identity
            if request.method == "HEAD" and not response.streaming:
                response.content = b""  # gunicorn drops it, too, but complains every time
            # A caller may invent methods, and each would be a new time series for ever.
            method = request.method if request.method in _METHODS else "other"
            route = route_of(request)
            span.answered(method, route, response.status_code)
            seconds = time.perf_counter() - started
            # Probes are nobody's visit: at night they would hide what happens to people.
            if not _PROBE.fullmatch(request.path_info):
                metrics.request_answered(method, response.status_code, seconds)
            _tell(method, request.path, route, response.status_code, seconds)
        return response


def _tell(method: str, path: str, route: str, status: int, seconds: float) -> None:
    fields = {"method": method, "route": route, "status": status}
    fields["duration_ms"] = round(seconds * 1000, 1)
    if (alias := answered_by.get()) != "-":
        fields["database"] = alias
    # Quoted: a line break in an address would write a line of its own into the log.
    arguments = (method, quote(path), status, seconds * 1000)
    logger.info("%s %s %d %.1fms", *arguments, extra={"fields": fields})


def route_of(request: HttpRequest) -> str:
    """The address without its values, as `/movies/{movie_id}`; "" when nothing answers there.
    A booking's id is its buyer's secret, and spans and log fields are counted by route."""
    if request.resolver_match:
        return _readable(request.resolver_match.route)
    if probe := _PROBE.fullmatch(request.path_info):
        return probe[1]
    return "/static/{file}" if request.path_info.startswith("/static/") else ""


@functools.cache
def _readable(route: str) -> str:
    named = _VALUE.sub(lambda value: f"{{{value[1] or value[2]}}}", route)
    return "/" + _ONLY_FOR_RESOLVING.sub("", named)


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
