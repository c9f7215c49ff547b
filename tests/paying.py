"""Paying online in tests: a bank in memory, which does what it is told, and its payers."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bookings.booked import Booked
from bookings.booking import book
from bookings.models import Booking, Payment
from bookings.payments import beginning, gateways, settling
from bookings.payments.gateways import Begun, GatewayUnavailable, NotificationRefused, Outcome
from movies.models import Seance
from tests.selling import order

SITE = "https://kino.example"
RETURN_URL = f"{SITE}/kazan/checkout/"


@dataclass
class Account:
    """A payment as the bank has it."""

    amount: Decimal
    currency: str
    status: str = "pending"
    refunded: Decimal = Decimal(0)
    reason: str = ""


class Bank:
    """A gateway. It refuses to be asked by somebody who keeps a transaction open meanwhile."""

    name = "bank"

    def __init__(self) -> None:
        self.accounts: dict[str, Account] = {}
        self.asked: list[str] = []
        self.down = False

    def begin(self, payment: Payment, description: str) -> Begun:
        self._hear("begin")
        assert Payment.objects.filter(pk=payment.pk).exists(), "begun before it was stored"
        number = f"bank-{payment.pk}"
        self.accounts.setdefault(number, Account(payment.amount, payment.currency))
        return Begun(number, f"https://bank.example/{number}")

    def look(self, gateway_id: str) -> Outcome:
        self._hear("look")
        if gateway_id not in self.accounts:
            raise GatewayUnavailable("never heard of it")
        known = self.accounts[gateway_id]
        return Outcome(known.status, known.amount, known.currency, known.refunded, known.reason)

    def refund(self, payment: Payment) -> None:
        self._hear("refund")
        account = self.accounts[payment.gateway_id]
        assert account.status == "succeeded", "there is no money to pay back"
        account.refunded = payment.amount

    def notified(self, headers: Mapping[str, str], body: bytes) -> str:
        if headers.get("Bank-Signature") != "true":
            raise NotificationRefused("it is not signed")
        return body.decode()

    def takes_money(self, payment: Payment, **changes: Any) -> None:
        """The payer pays."""
        self._change(payment, status="succeeded", **changes)

    def declines(self, payment: Payment) -> None:
        self._change(payment, status="failed", reason="no money")

    def kept(self, payment: Payment) -> Decimal:
        """The payer's money that the cinema has."""
        account = self.accounts[_number(payment)]
        return account.amount - account.refunded if account.status == "succeeded" else Decimal(0)

    def returned(self, payment: Payment) -> bool:
        return self.accounts[_number(payment)].refunded > 0

    def _change(self, payment: Payment, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.accounts[_number(payment)], name, value)

    def _hear(self, question: str) -> None:
        assert not connection.in_atomic_block, "the gateway was asked inside a transaction"
        self.asked.append(question)
        if self.down:
            raise GatewayUnavailable("the bank is closed")


def _number(payment: Payment) -> str:
    return f"bank-{payment.pk}"


def open_bank(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Bank:
    """The cinema's gateway from now on is this bank."""
    bank = Bank()
    monkeypatch.setitem(gateways.GATEWAYS, bank.name, "the bank of the test")
    monkeypatch.setattr(gateways, "_made", lambda path: bank)
    settings.PAYMENTS = bank.name
    settings.SITE_URL = SITE
    return bank


def hold(seance: Seance, seats: list[int]) -> Booked:
    return book(order(seance, seats, hold=True))


def begin(held: Booked | uuid.UUID) -> Payment:
    booking_id = held.id if isinstance(held, Booked) else held
    return beginning.begin(booking_id, return_url=RETURN_URL)


def notify(payment: Payment) -> None:
    settling.notified(payment.gateway, payment.gateway_id)


def now(payment: Payment) -> Payment:
    """As the database has it."""
    return Payment.objects.get(pk=payment.pk)


def status_of(held: Booked) -> str:
    return Booking.objects.get(pk=held.id).status
