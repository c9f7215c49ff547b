"""Counts attempts to buy, also those that are refused before any view sees them."""

import re
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from bookings.models import BookingStatus
from cinema import metrics

_ATTEMPT = re.compile(
    r"(?:/movies/[^/]+/seances/[^/]+)?/bookings/?|/bookings/[^/]+/(?P<confirming>confirm)/?"
)
_OUTCOMES: dict[str, str] = {BookingStatus.CONFIRMED: "sold", BookingStatus.HELD: "held"}


class Attempts:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        attempt = request.method == "POST" and _ATTEMPT.fullmatch(request.path_info)
        if not attempt:
            return self.get_response(request)
        began = time.perf_counter()
        response = self.get_response(request)
        if result := _result(response):
            seconds = None if attempt["confirming"] else time.perf_counter() - began
            metrics.booking_attempted(result, seconds)
        return response


def _result(response: HttpResponse) -> str:
    """One of `metrics.ATTEMPTS`; empty for a mistake of ours, and for an answer that was given
    before: its first time was the attempt."""
    if response.has_header("Idempotency-Replayed"):
        return ""
    if response.status_code == 503:
        return "unavailable"
    if outcome := str(getattr(response, "outcome", "")):
        return _OUTCOMES.get(outcome, outcome)
    return "refused" if 400 <= response.status_code < 500 else ""
