"""Counts what has happened to seats and money for `/metrics`, once it is committed."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from cinema import metrics


def sold(prices: Sequence[Decimal]) -> None:
    """One price for each ticket."""
    if prices:
        transaction.on_commit(lambda: metrics.tickets_sold(len(prices)))
        _taken(sum(prices, Decimal()))


def exchanged(difference: Decimal) -> None:
    """What the new seats cost more than the old ones."""
    if difference > 0:
        _taken(difference)
    elif difference < 0:
        to_go_back(-difference)


def _taken(amount: Decimal) -> None:
    transaction.on_commit(lambda: metrics.money_taken(amount))


def hold_made() -> None:
    transaction.on_commit(metrics.hold_made)


def holds_expired(holds: int) -> None:
    if holds:
        transaction.on_commit(lambda: metrics.holds_expired(holds))


def cancelled(bookings: int, to_be_paid_back: Decimal) -> None:
    """Bookings that had been sold."""
    if bookings:
        transaction.on_commit(lambda: metrics.bookings_cancelled(bookings))
        to_go_back(to_be_paid_back)


def to_go_back(amount: Decimal) -> None:
    transaction.on_commit(lambda: metrics.money_to_go_back(amount))
