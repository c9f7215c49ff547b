"""What is asked for, sold and given back. Counted once it is committed."""

from decimal import Decimal

from django.conf import settings
from prometheus_client import Counter, Histogram

from cinema.metrics.registries import APP, BOTH, BUCKETS, WEB

ATTEMPTS = ("sold", "held", "taken", "refused", "unavailable")
"""How an attempt to buy ends; `refused` for any reason but that a seat was taken."""
_TIMED = frozenset({"sold", "held", "taken"})

_attempts = Counter(
    "booking_attempts",
    "Requests to book seats or to confirm a hold, by how they ended",
    ["result"],
    registry=WEB,
)
_attempt_durations = Histogram(
    "booking_attempt_duration_seconds",
    "Seconds of requests to book that were sold, held or taken",
    buckets=BUCKETS,
    registry=WEB,
)
_sold = Counter("success_bookings", "Tickets sold", ["app", "city"], registry=BOTH)
_conflicts = Counter("seat_conflicts", "Seats asked for that were taken", registry=BOTH)
_holds = Counter("holds_created", "Holds made", registry=BOTH)
_expired = Counter("holds_expired", "Holds released because their time was over", registry=BOTH)
_cancelled = Counter("bookings_cancelled", "Sold bookings cancelled", registry=BOTH)
_revenue = Counter("revenue", "Money that tickets were sold for", ["currency"], registry=BOTH)
_refunds = Counter("refunds", "Money that is to go back to buyers", ["currency"], registry=BOTH)

for _result in ATTEMPTS:
    _attempts.labels(_result)


def booking_attempted(result: str, seconds: float | None) -> None:
    """`result`: one of ATTEMPTS; `seconds`: None for what is no booking but a confirmation."""
    _attempts.labels(result).inc()
    if seconds is not None and result in _TIMED:
        _attempt_durations.observe(seconds)


def seats_taken(seats: int) -> None:
    _conflicts.inc(seats)


def tickets_sold(tickets: int) -> None:
    _sold.labels(APP, settings.CITY).inc(tickets)


def money_taken(amount: Decimal) -> None:
    _revenue.labels(settings.CURRENCY).inc(float(amount))


def money_to_go_back(amount: Decimal) -> None:
    _refunds.labels(settings.CURRENCY).inc(float(amount))


def hold_made() -> None:
    _holds.inc()


def holds_expired(holds: int) -> None:
    _expired.inc(holds)


def bookings_cancelled(bookings: int) -> None:
    _cancelled.inc(bookings)


def expect_sales() -> None:
    """Series that are there before anything is sold: a rate needs a value to begin with."""
    _sold.labels(APP, settings.CITY)
    _revenue.labels(settings.CURRENCY)
    _refunds.labels(settings.CURRENCY)
