"""Traces: a span for each request and for each statement it has the database run, sent by OTLP to
TRACES_URL. Without TRACES_URL only the caller's trace id is read, for the log.
"""

import logging
import re
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.db.backends.signals import connection_created
from opentelemetry import context, trace
from opentelemetry.trace import Span, SpanContext, SpanKind, Status, StatusCode, TraceFlags, Tracer

from cinema.logging import APP, span_id, trace_id

logger = logging.getLogger(__name__)

SEND_SECONDS = 5.0
"""How long the collector may take to store a batch, tries included."""
BATCH_SECONDS = 1.0
LONGEST_STATEMENT = 8192

# W3C Trace Context: version, trace id, parent id, flags; an all-zero id is invalid.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-|\Z)"
)
_WORD = re.compile(r"\w+")

_tracer: Tracer | None = None


class RequestSpan:
    """Around a request: `with RequestSpan(header, traced=…) as span`, then `span.answered(…)`.
    Log lines carry its ids. `traced` False: it is not worth a span of its own."""

    def __init__(self, traceparent: str, *, traced: bool = True) -> None:
        given = _TRACEPARENT.match(traceparent)
        self._span: Span | None = None
        if _tracer is None or not traced:
            trace_id.set(given[1] if given else "-")
            span_id.set("-")
            return
        caller = given and trace.set_span_in_context(_remote(*given.groups()), context.Context())
        self._span = _tracer.start_span("request", caller or context.Context(), SpanKind.SERVER)
        ids = self._span.get_span_context()
        trace_id.set(trace.format_trace_id(ids.trace_id))
        span_id.set(trace.format_span_id(ids.span_id))

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

    def answered(self, method: str, route: str, status: int) -> None:
        if self._span is None or not self._span.is_recording():
            return
        self._span.update_name(f"{method} {route}".rstrip())
        self._span.set_attribute("http.request.method", method)
        self._span.set_attribute("http.response.status_code", status)
        if route:
            self._span.set_attribute("http.route", route)
        if status >= 500:
            self._span.set_status(Status(StatusCode.ERROR))


def _remote(caller: str, parent: str, flags: str) -> Span:
    """The span of another process, from a `traceparent`'s parts."""
    return trace.NonRecordingSpan(
        SpanContext(int(caller, 16), int(parent, 16), True, TraceFlags(int(flags, 16) & 1))
    )


def statement(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, of: dict[str, Any]
) -> Any:
    """A span with the statement's text; values stay out of it."""
    if _tracer is None or not trace.get_current_span().is_recording():
        return execute(sql, params, many, of)
    text = sql if isinstance(sql, str) else ""  # composed by psycopg, it would hold the values
    operation = found[0].upper() if (found := _WORD.search(text)) else "SQL"
    alias = of["connection"].alias
    with _tracer.start_as_current_span(
        f"{operation} {alias}",
        kind=SpanKind.CLIENT,
        attributes={
            "db.system.name": "postgresql",
            "db.operation.name": operation,
            "db.query.text": text[:LONGEST_STATEMENT],
            "cinema.database": alias,
        },
        # An error's message may quote a row.
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            return execute(sql, params, many, of)
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR))
            span.set_attribute("error.type", type(error).__name__)
            raise


def _watch(connection: Any, **kwargs: Any) -> None:
    """Outermost, so that it sees statements before others write values into them (as the audit
    trail does), and takes nobody's place at the end, from where Django takes wrappers off."""
    if statement not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, statement)


def start() -> None:
    """Once in each process that serves, after it forked: the thread that sends would not survive
    that. Does nothing without TRACES_URL."""
    global _tracer
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
        resource=Resource.create(
            {
                "service.name": APP,
                "service.version": settings.APP_VERSION,
                "cinema.city": settings.CITY,
            }
        ),
    )
    provider.add_span_processor(
        BatchSpanProcessor(exporter, schedule_delay_millis=BATCH_SECONDS * 1000)
    )
    _tracer = provider.get_tracer("cinema")
    connection_created.connect(_watch)


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
