"""Around every request, before Django: its id, its trace, one line in the log, its metrics."""

import logging
import re
import time
import uuid
from urllib.parse import quote

from aggregator import health, metrics
from aggregator.asgi_types import App, Message, Receive, Scope, Send
from aggregator.cities import Directory
from aggregator.routes import route
from aggregator.tracing import RequestSpan
from aggregator.visit import Visit, visit

logger = logging.getLogger("aggregator.requests")

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"})
_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,200}\Z")
_LEFT = 499  # as gateways call it when a visitor has gone before anything was answered
# Asked every few seconds, or costing nothing: among such spans nobody would find the others.
_UNTRACED = ("/health", "/metrics", "/static/")


class AroundRequests:
    """`trusted_proxies`: so many gateways stand before the site, and what they say of the visitor's
    address and scheme is believed; nothing that stands further left is."""

    def __init__(self, app: App, directory: Directory, trusted_proxies: int) -> None:
        self._app = app
        self._directory = directory
        self._proxies = trusted_proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        given, passed = _given(scope)
        traced = not scope["path"].startswith(_UNTRACED)
        with (
            metrics.in_progress.track_inprogress(),
            RequestSpan(given.get(b"traceparent", ""), traced=traced) as span,
        ):
            visit.set(self._visit(scope, given, passed, span))
            await self._answer(scope, receive, send, span, started)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, span: RequestSpan, started: float
    ) -> None:
        identity = (b"x-request-id", visit.get().request_id.encode())
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), identity]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        except BaseException:
            status = status or 500
            raise
        finally:
            self._tell(scope, span, status or _LEFT, time.perf_counter() - started)

    def _visit(
        self, scope: Scope, given: dict[bytes, str], passed: list[str], span: RequestSpan
    ) -> Visit:
        peer = scope["client"][0] if scope.get("client") else ""
        scheme = self._believe(scope, passed, given.get(b"x-forwarded-proto", ""))
        request_id = given.get(b"x-request-id", "")
        if not _REQUEST_ID.match(request_id):
            request_id = uuid.uuid4().hex
        passed_on = {
            "X-Request-ID": request_id,
            "X-Forwarded-For": ", ".join([*(p.strip() for p in passed), peer]),
            "X-Forwarded-Proto": scheme,
        }
        if given.get(b"host"):
            passed_on["X-Forwarded-Host"] = given[b"host"]
        if span.traceparent:
            passed_on["traceparent"] = span.traceparent
        return Visit(request_id, span.trace_id, passed_on, span.span_id)

    def _believe(self, scope: Scope, passed: list[str], schemes: str) -> str:
        """Django and everything else reads the visitor's address and scheme from the scope."""
        if 0 < self._proxies <= len(passed):
            scope["client"] = (passed[-self._proxies].strip(), 0)
        said = schemes.rpartition(",")[2].strip()
        if self._proxies > 0 and said in ("http", "https"):
            scope["scheme"] = said
        return str(scope.get("scheme", "http"))

    def _tell(self, scope: Scope, span: RequestSpan, status: int, seconds: float) -> None:
        # A caller may invent methods and cities, and each would be a new time series for ever.
        method = scope["method"] if scope["method"] in _METHODS else "other"
        city = self._city(scope["path"])
        # Probes are nobody's visit: at night they would hide what happens to people.
        if scope["path"].rstrip("/") not in health.PATHS:
            metrics.request_answered(city, method, status, seconds)
        address = route(scope["path"], city)
        span.answered(method, address, city, status)
        fields = {"method": method, "route": address, "status": status}
        fields["duration_ms"] = round(seconds * 1000, 1)
        if city:
            fields["city"] = city
        # Quoted: a line break in an address would write a line of its own into the log.
        arguments = (method, quote(scope["path"]), status, seconds * 1000)
        logger.info("%s %s %d %.1fms", *arguments, extra={"fields": fields})

    def _city(self, path: str) -> str:
        parts = path.split("/", 3)
        name = parts[2] if parts[1:2] == ["cities"] and len(parts) > 2 else parts[1:2] and parts[1]
        return name if name and self._directory.city(name) else ""


_READ = frozenset({b"x-request-id", b"traceparent", b"x-forwarded-proto", b"host"})


def _given(scope: Scope) -> tuple[dict[bytes, str], list[str]]:
    """The headers that are read here, and the addresses that gateways say the request came from."""
    given = {}
    passed: list[str] = []
    for name, value in scope["headers"]:
        if name == b"x-forwarded-for":
            passed += value.decode("latin-1").split(",")
        elif name in _READ:
            given[name] = value.decode("latin-1")
    return given, passed
