"""How a failure looks: `{"errors": [{"title", "detail", "source"}]}`, decided here once.

REFUSALS maps each refusal of the domain to its status and title; everything else that can go wrong
in or around a view is mapped below it.
"""

import logging
import sys
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views import csrf, defaults
from rest_framework import exceptions, status
from rest_framework.views import exception_handler as rest_exception_handler

from bookings import refusals as selling
from cinema.addresses import PAGES
from cinema.api.json import JSONResponse, encode
from cinema.failing import UNREACHABLE
from cinema.refusals import NotFound, Refused
from movies import refusals as programme

logger = logging.getLogger(__name__)

REFUSALS: dict[type[Refused], tuple[int, str]] = {
    NotFound: (404, "Not found"),
    programme.HallOccupied: (409, "Hall occupied"),
    programme.HallUnknown: (422, "Validation failed"),
    programme.SoldAlready: (409, "Tickets have been sold"),
    programme.InUse: (409, "In use"),
    programme.SeanceFixed: (409, "Tickets have been sold"),
    programme.SeanceMoved: (409, "Seance moved"),
    programme.AlreadyBegun: (409, "Seance has started"),
    programme.HallWithoutSeats: (409, "Hall without seats"),
    programme.SeatFixed: (409, "Tickets have been sold"),
    selling.SeatsTaken: (409, "Seat already taken"),
    selling.SeatsElsewhere: (422, "Validation failed"),
    selling.SeanceStarted: (409, "Seance has started"),
    selling.SeanceCancelled: (409, "Seance cancelled"),
    selling.HoldExpired: (409, "Hold expired"),
    selling.PaymentRequired: (402, "Payment required"),
    selling.NothingToPay: (409, "Nothing to pay"),
    selling.EmailMissing: (400, "Bad request"),
    selling.ReturnAddressRefused: (422, "Validation failed"),
    selling.AlreadySold: (409, "Booking sold"),
    selling.BookingCancelled: (409, "Booking cancelled"),
    selling.CancellationClosed: (409, "Cancellation closed"),
    selling.TicketsUsed: (409, "Tickets used"),
    selling.NotSold: (409, "Not sold"),
    selling.OtherNumberOfSeats: (422, "Validation failed"),
    selling.NoEmail: (409, "No email"),
    selling.KeyReused: (422, "Idempotency key reused"),
    selling.KeyInProgress: (409, "Request in progress"),
}
SOURCES: dict[type[Refused], str] = {
    programme.HallUnknown: "/data/hall",
    selling.SeatsElsewhere: "/data/seatsIds",
    selling.EmailMissing: "/data/email",
    selling.ReturnAddressRefused: "/data/return_url",
}
RETRY_AFTER: dict[type[Refused], str] = {selling.KeyInProgress: "1"}

LOST = "The database can't be reached; try again in a moment"
TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not found",
    405: "Method not allowed",
    413: "Payload too large",
    415: "Unsupported media type",
    429: "Too many requests",
    500: "Internal error",
    503: "Service unavailable",
}
Error = dict[str, Any]


def failure(
    status_code: int, errors: list[Error], headers: dict[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(encode({"errors": errors}), status_code, headers)


def plain_failure(status_code: int, detail: str, **headers: str) -> JSONResponse:
    """A failure with one error and the usual title of its status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return failure(status_code, [{"title": TITLES[status_code], "detail": detail}], named)


def refusal(refused: Refused) -> JSONResponse:
    status_code, title = REFUSALS[type(refused)]
    error: Error = {"title": title, "detail": str(refused)}
    if isinstance(refused, selling.SeatsTaken):
        error["seats"] = refused.seats
    if pointer := SOURCES.get(type(refused)):
        error["source"] = {"pointer": pointer}
    retry_after = RETRY_AFTER.get(type(refused))
    answer = failure(status_code, [error], {"Retry-After": retry_after} if retry_after else None)
    if isinstance(refused, selling.SeatsTaken):
        answer.outcome = "taken"
    return answer


def unavailable(detail: str = LOST) -> HttpResponse:
    return plain_failure(503, detail, Retry_After="1")


def unavailable_to(request: HttpRequest, detail: str = LOST) -> HttpResponse:
    """503 as a page for staff in the admin, else in the contract's form."""
    return _unavailable_page() if _has_pages(request) else unavailable(detail)


def exception_handler(exc: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """DRF's hook. None: not ours, Django's handler answers with `server_error` below."""
    if isinstance(exc, Refused):
        return refusal(exc)
    if isinstance(exc, UNREACHABLE):
        logger.warning("Answered 503: %s", exc)
        return unavailable()
    if isinstance(exc, exceptions.ValidationError):
        return invalid(exc)
    if isinstance(exc, exceptions.UnsupportedMediaType):
        return plain_failure(415, "The body must be sent as application/json")
    answer = rest_exception_handler(exc, context)  # knows WWW-Authenticate and Retry-After
    if answer is None or not isinstance(exc, exceptions.APIException):
        return None
    headers = {
        name: answer[name]
        for name in ("WWW-Authenticate", "Retry-After")
        if answer.has_header(name)
    }
    error = {"title": TITLES[answer.status_code], "detail": str(exc.detail)}
    return failure(answer.status_code, [error], headers)


def invalid(exc: exceptions.ValidationError) -> JSONResponse:
    """400 when something required is missing, else 422: the contract's distinction."""
    where = getattr(exc, "where", "pointer")
    found = list(_flattened(exc.detail, ()))
    missing = any(error.code in ("required", "empty") for _path, error in found)
    return failure(
        status.HTTP_400_BAD_REQUEST if missing else status.HTTP_422_UNPROCESSABLE_ENTITY,
        [_validation_error(path, error, where) for path, error in found],
    )


def _validation_error(path: tuple[str, ...], error: exceptions.ErrorDetail, where: str) -> Error:
    title, detail = "Validation failed", str(error)
    if error.code == "required":
        title, detail = TITLES[400], f"{path[-1]!r} is a required property"
    elif error.code == "empty":
        title = detail = f"{path[-1]} must be an non-empty array"
    source = (
        {"pointer": "/" + "/".join(("data", *path))} if where == "pointer" else {where: path[0]}
    )
    return {"title": title, "detail": detail, "source": source}


def _flattened(
    detail: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], exceptions.ErrorDetail]]:
    if isinstance(detail, dict):
        for key, inner in detail.items():
            yield from _flattened(inner, path if key == "non_field_errors" else (*path, str(key)))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _flattened(inner, path)
    else:
        yield path, detail


# Django's own handlers, for what never reaches a view of the API. Staff in the admin are people
# with a browser and get pages.


def _has_pages(request: HttpRequest) -> bool:
    return request.path.startswith(PAGES)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _has_pages(request):
        return defaults.bad_request(request, exception)
    if isinstance(exception, RequestDataTooBig):
        return plain_failure(413, str(exception))
    return plain_failure(400, "The request can't be understood")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _has_pages(request):
        return defaults.page_not_found(request, exception)
    return plain_failure(404, "There is nothing at this address")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    if _has_pages(request):
        return defaults.permission_denied(request, exception)
    return plain_failure(403, "You are not allowed to do this")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    if _has_pages(request):
        return csrf.csrf_failure(request, reason)
    return plain_failure(403, f"CSRF check failed: {reason} Reload the page and try again.")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """A lost database is a 503 wherever it was noticed; anything else is our mistake."""
    if isinstance(sys.exc_info()[1], UNREACHABLE):
        return unavailable_to(request)
    if _has_pages(request):
        return defaults.server_error(request)
    return plain_failure(500, "Something went wrong here; the cause is in the server's log")


def _unavailable_page() -> HttpResponse:
    title, details = _("Service unavailable"), _("The database can't be reached; try again.")
    page = defaults.ERROR_PAGE_TEMPLATE % {"title": title, "details": details}
    return HttpResponse(page, status=503, headers={"Retry-After": "1"})
