"""What a booking means to its buyer."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from aggregator.booking_state import State, may_cancel, state_of
from aggregator.pages.to_bank import is_web_address
from aggregator.provider_api.bookings import Booking

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def booking(status: str, payment: str = "", **changes: Any) -> Booking:
    fields: dict[str, Any] = {
        "id": uuid4(),
        "movie_id": 1,
        "seance_id": 1,
        "email": "a@example.org",
        "status": status,
        "total": Decimal(300),
        "expires_in": 60.0 if status == "held" else None,
        "payment_required": False,
        "payment": payment,
        "cancellable_until": None,
        "tickets": (),
    }
    return Booking(**(fields | changes))


@pytest.mark.parametrize(
    ("status", "payment", "state"),
    [
        ("held", "", State.TO_PAY),
        ("held", "failed", State.DECLINED),
        ("held", "pending", State.WAITING),
        ("held", "succeeded", State.WAITING),
        ("confirmed", "", State.SOLD),
        ("confirmed", "succeeded", State.SOLD),
        ("cancelled", "refunded", State.CANCELLED),
        ("expired", "", State.EXPIRED),
        ("expired", "failed", State.EXPIRED),
        ("expired", "pending", State.LATE),
        ("expired", "refunded", State.RETURNED),
    ],
)
def test_what_it_means(status: str, payment: str, state: State) -> None:
    assert state_of(booking(status, payment)) is state


def test_a_hold_without_a_second_left_is_over() -> None:
    assert state_of(booking("held", expires_in=0.0)) is State.EXPIRED
    assert state_of(booking("held", "pending", expires_in=0.0)) is State.LATE


def test_tickets_are_cancelled_while_the_cinema_lets_their_buyer() -> None:
    later, earlier = NOW + timedelta(minutes=1), NOW - timedelta(minutes=1)
    assert may_cancel(booking("confirmed", cancellable_until=later), NOW)
    assert not may_cancel(booking("confirmed", cancellable_until=earlier), NOW)
    assert not may_cancel(booking("confirmed"), NOW)
    assert not may_cancel(booking("held", cancellable_until=later), NOW)


@pytest.mark.parametrize(
    "address", ["https://bank.example/pay?id=1&x=2", "http://127.0.0.1:9001/payments/sandbox/1"]
)
def test_a_banks_page_is_gone_to(address: str) -> None:
    assert is_web_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//bank.example/",
        "/pay",
        "https://",
        "https://[bank/",
        "https://bank.example/\r\nSet-Cookie: a=b",
        "https://bank.example/;url=' x",
        "https://банк.example/",
    ],
)
def test_what_is_no_page_of_a_bank_is_not(address: str) -> None:
    assert not is_web_address(address)
