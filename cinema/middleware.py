"""Around every request: what is told of it, and its language."""

import functools
import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation

from cinema.addresses import PAGES
from cinema.request_record import PROBE, RequestRecord

# A route of Django's, regular expression or not, without what only the resolver needs.
_VALUE = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)|<(?:\w+:)?(\w+)>")
_ONLY_FOR_RESOLVING = re.compile(r"[\^$\\]|/\?")


class RequestLog:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        headers = request.headers
        with RequestRecord(
            request.method or "",
            request.path,
            given_id=headers.get("X-Request-ID", ""),
            traceparent=headers.get("traceparent", ""),
        ) as record:
            _forget_strange_session(request)
            response = self.get_response(request)
            response["X-Request-ID"] = record.id
            if request.method == "HEAD" and not response.streaming:
                response.content = b""  # gunicorn drops it, too, but complains every time
            record.answered(route_of(request), response.status_code)
        return response


def route_of(request: HttpRequest) -> str:
    """The address without its values, as `/movies/{movie_id}`; "" when nothing answers there."""
    if request.resolver_match:
        return readable(request.resolver_match.route)
    if probe := PROBE.fullmatch(request.path_info):
        return probe[1]
    return "/static/{file}" if request.path_info.startswith("/static/") else ""


@functools.cache
def readable(route: str) -> str:
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
