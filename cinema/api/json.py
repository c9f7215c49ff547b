"""JSON as the contract writes it: money as exact numbers, times in UTC with milliseconds."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn

import orjson
from django.conf import settings
from django.http import HttpResponse
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

CONTENT_TYPE = "application/json; charset=utf-8"


def encode(value: object) -> bytes:
    """`value` as JSON."""
    return orjson.dumps(value, default=_exactly, option=orjson.OPT_PASSTHROUGH_DATETIME)


def number(amount: Decimal) -> str:
    """An amount of money as a JSON number: `250`, `250.5`. Never through a float."""
    return format(amount.normalize(), "f")


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds: `2026-12-01T18:30:00.000Z`."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def _exactly(value: object) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(number(value))
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"{type(value).__name__} has no place in an answer")


class JSONResponse(HttpResponse):
    """An answer of the API; `content` is JSON already."""

    def __init__(self, content: bytes, status: int = 200, headers: dict[str, str] | None = None):
        super().__init__(content, status=status, content_type=CONTENT_TYPE, headers=headers)


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = "utf-8"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else encode(data)


class AlwaysJSON(BaseContentNegotiation):
    """JSON in, JSON out, whatever `Accept` says: a client that can't tell us what it wants
    still gets its answer."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        from rest_framework.negotiation import DefaultContentNegotiation

        return DefaultContentNegotiation().select_parser(request, parsers)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class PayloadTooLarge(APIException):
    status_code = 413
    default_code = "payload_too_large"

    def __init__(self) -> None:
        super().__init__(f"The body is larger than {settings.REQUEST_MAX_BYTES} bytes")


class JSONParser(BaseParser):
    """An object, strictly JSON (no NaN), of a bounded size, its numbers exact."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        # Django limits a body that it reads itself; here it is read from the stream.
        if int(stream.META.get("CONTENT_LENGTH") or 0) > settings.REQUEST_MAX_BYTES:
            raise PayloadTooLarge
        try:
            body = json.loads(
                stream.read().decode("utf-8"), parse_float=Decimal, parse_constant=_refuse_constant
            )
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not valid JSON: {str(error)[:200]}") from error
        if not isinstance(body, dict):
            raise ValidationError(
                ErrorDetail(f"{str(body)[:100]!r} is not of type 'object'", code="type")
            )
        return body


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
