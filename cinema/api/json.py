"""JSON as the contract writes it: money as exact numbers, times in UTC with milliseconds."""

import json
from datetime import UTC, datetime
from decimal import Decimal, DecimalException
from io import BytesIO
from typing import Any, NoReturn

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.negotiation import BaseContentNegotiation, DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from cinema.api.fields import shown

CONTENT_TYPE = "application/json; charset=utf-8"
LONGEST_NUMBER = 1000  # characters; reading an integer takes time by the square of its length


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
    """An answer of the API; `content` is JSON already. `outcome`: what became of an attempt to buy,
    for whoever counts them."""

    outcome = ""

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
            body = _read_strictly(stream.read().decode("utf-8"))
        except RecursionError as error:
            raise ParseError("The body is not valid JSON: it is nested too deeply") from error
        except (ValueError, UnreadablePostError) as error:
            raise ParseError(f"The body is not valid JSON: {str(error)[:200]}") from error
        if not isinstance(body, dict):
            raise ValidationError(ErrorDetail(f"{shown(body)} is not of type 'object'", "type"))
        return body


def read_chunks(request: HttpRequest) -> None:
    """A body sent in chunks has no length, and Django would take it for empty: read it here, for
    the parser to find. Raises PayloadTooLarge."""
    environ = request.META
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() and environ.get(
        "wsgi.input_terminated"  # the server ends the stream where the body ends
    ):
        body = environ["wsgi.input"].read(settings.REQUEST_MAX_BYTES + 1)
        if len(body) > settings.REQUEST_MAX_BYTES:
            raise PayloadTooLarge
        environ["CONTENT_LENGTH"] = str(len(body))
        request._stream = BytesIO(body)


def _read_strictly(text: str) -> Any:
    return json.loads(
        text,
        parse_int=lambda digits: int(_bounded(digits)),
        parse_float=_exact,
        parse_constant=_refuse_constant,
        object_pairs_hook=_without_repetitions,
    )


def _bounded(digits: str) -> str:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a number has more than {LONGEST_NUMBER} digits")
    return digits


def _exact(digits: str) -> Decimal:
    try:
        return Decimal(_bounded(digits))
    except DecimalException as error:
        raise ValueError("the exponent of a number is out of range") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _without_repetitions(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name: which of them is to be sold? Readers differ, so nobody guesses."""
    named = dict(pairs)
    if len(named) < len(pairs):
        raise ValueError("a name appears twice in one object")
    return named
