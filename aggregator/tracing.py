"""Traces: a span for each request and for each call to a city, sent by OTLP to TRACES_URL, and the
trace passed on to the city. Without TRACES_URL the caller's trace is passed on as it came.
"""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from multidict import CIMultiDict
from opentelemetry import context, trace
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags, Tracer

from aggregator.metrics import APP
from aggregator.routes import route

if TYPE_CHECKING:
    from aggregator.calling.client import Call

logger = logging.getLogger(__name__)

SEND_SECONDS = 5.0
"""How long the collector may take to store a batch, tries included."""
BATCH_SECONDS = 1.0

# W3C Trace Context: version, trace id, parent id, flags; an all-zero id is invalid.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|\Z)"
)

_tracer: Tracer | None = None
_stop: Callable[[], None] | None = None


class RequestSpan:
    """Around a request: `with RequestSpan(header, traced=…) as span`, then `span.answered(…)`.
    `traced` False: it is not worth a span of its own.

    `traceparent` is what calls to cities carry along, "" for none."""

    def __init__(self, traceparent: str, *, traced: bool = True) -> None:
        given = _TRACEPARENT.match(traceparent)
        self._span: Span | None = None
        if _tracer is None or not traced:
            self.traceparent = traceparent if given else ""
            self.trace_id, self.span_id = (given[1] if given else "-"), "-"
            return
        caller = given and trace.set_span_in_context(_remote(*given.groups()), context.Context())
        self._span = _tracer.start_span("request", caller or context.Context(), SpanKind.SERVER)
        self.traceparent = _traceparent(self._span)
        ids = self._span.get_span_context()
        self.trace_id = trace.format_trace_id(ids.trace_id)
        self.span_id = trace.format_span_id(ids.span_id)

    def __enter__(self) -> Self:
        if self._span:
            self._outside = context.attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._span:
            self._span.end()
            context.detach(self._outside)

    def answered(self, method: str, address: str, city: str, status: int) -> None:
        if self._span is None or not self._span.is_recording():
            return
        self._span.update_name(f"{method} {address}")
        self._span.set_attribute("http.request.method", method)
        self._span.set_attribute("http.route", address)
        self._span.set_attribute("http.response.status_code", status)
        if city:
            self._span.set_attribute("cinema.city", city)
        if status >= 500:
            self._span.set_status(Status(StatusCode.ERROR))


class CallSpan:
    """Around a call to a city, repeated tries included: from asking to the end of the answer."""

    def __init__(self, city: str, method: str, target: str) -> None:
        self._span: Span | None = None
        if _tracer is None or not trace.get_current_span().get_span_context().is_valid:
            return
        address = route(target.partition("?")[0])
        of_the_call = {"http.request.method": method, "url.template": address, "cinema.city": city}
        self._span = _tracer.start_span(
            f"{method} {address}", kind=SpanKind.CLIENT, attributes=of_the_call
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._span is None:
            return
        if isinstance(error, Exception):
            self._span.set_attribute("error.type", getattr(error, "reason", type(error).__name__))
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()

    def carried_by(self, call: "Call") -> "Call":
        """The call with this span as the parent of what the city does."""
        if self._span is None:
            return call
        headers = CIMultiDict(call.headers)
        headers["traceparent"] = _traceparent(self._span)
        return replace(call, headers=headers)

    def answered(self, status: int) -> None:
        if self._span:
            self._span.set_attribute("http.response.status_code", status)
            if status >= 500:
                self._span.set_status(Status(StatusCode.ERROR))


def _traceparent(span: Span) -> str:
    ids = span.get_span_context()
    return (
        f"00-{trace.format_trace_id(ids.trace_id)}-{trace.format_span_id(ids.span_id)}"
        f"-{ids.trace_flags:02x}"
    )


def _remote(caller: str, parent: str, flags: str) -> Span:
    """The span of another process, from a `traceparent`'s parts."""
    return trace.NonRecordingSpan(
        SpanContext(int(caller, 16), int(parent, 16), True, TraceFlags(int(flags, 16) & 1))
    )


def start() -> None:
    """Once in each process that serves, after it forked: the thread that sends would not survive
    that. Does nothing without TRACES_URL."""
    global _tracer, _stop
    if not settings.TRACES_URL or _tracer is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    url = f"{settings.TRACES_URL}/v1/traces"
    exporter: Any = _Telling(OTLPSpanExporter(url, timeout=SEND_SECONDS))
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.TRACES_RATIO)),
        resource=Resource.create({"service.name": APP, "service.version": settings.APP_VERSION}),
        shutdown_on_exit=False,  # see `stop`
    )
    provider.add_span_processor(
        BatchSpanProcessor(exporter, schedule_delay_millis=BATCH_SECONDS * 1000)
    )
    _tracer, _stop = provider.get_tracer("aggregator"), provider.shutdown


def stop() -> None:
    """Sends what is left; a worker ends by a signal, without Python's own farewell."""
    if _stop:
        _stop()


class _Telling:
    """Sends, and says once that it can't, and once that it can again."""

    def __init__(self, exporter: Any) -> None:
        self._exporter = exporter
        self._failing = False

    def export(self, spans: Sequence[Any]) -> Any:
        result = self._exporter.export(spans)
        failed = result.name != "SUCCESS"
        if failed and not self._failing:
            # Not where that is: there may be a password in it.
            logger.warning("Traces are lost: what TRACES_URL leads to does not take them")
        elif self._failing and not failed:
            logger.info("Traces are stored again")
        self._failing = failed
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return bool(self._exporter.force_flush(timeout_millis))
