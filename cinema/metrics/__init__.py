"""What Prometheus reads at `/metrics`; docs/metrics.md says what each is.

`cinema.metrics.chores` is for `run_chores` alone: what is registered is shown, and a web server
would show noughts.
"""

from cinema.metrics.build import tell_build
from cinema.metrics.databases import (
    look_at_pools,
    primary_state,
    reads,
    replica_state,
    sales_accepted,
)
from cinema.metrics.pages import of_chores, of_web_server, page
from cinema.metrics.requests import expect_requests, in_progress, request_answered
from cinema.metrics.sales import (
    ATTEMPTS,
    booking_attempted,
    bookings_cancelled,
    expect_sales,
    hold_made,
    holds_expired,
    money_taken,
    money_to_go_back,
    seats_taken,
    tickets_sold,
)

__all__ = [
    "ATTEMPTS",
    "begin",
    "begin_serving",
    "booking_attempted",
    "bookings_cancelled",
    "hold_made",
    "holds_expired",
    "in_progress",
    "look_at_pools",
    "money_taken",
    "money_to_go_back",
    "of_chores",
    "of_web_server",
    "page",
    "primary_state",
    "reads",
    "replica_state",
    "request_answered",
    "sales_accepted",
    "seats_taken",
    "tickets_sold",
]


def begin() -> None:
    """Once in each process that tells its metrics, after it forked."""
    tell_build()
    expect_sales()


def begin_serving(threads: int) -> None:
    """`begin` of a worker that answers with so many threads."""
    begin()
    expect_requests(threads)
