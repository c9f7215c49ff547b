"""Whose request is being answered: log lines and calls to cities carry it along."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Visit:
    request_id: str = "-"
    trace_id: str = "-"
    passed_on: Mapping[str, str] = field(default_factory=dict)
    """Headers that every call to a city carries: request id, trace, where the visitor comes from"""
    span_id: str = "-"


NOBODY = Visit()
visit: ContextVar[Visit] = ContextVar("visit", default=NOBODY)
