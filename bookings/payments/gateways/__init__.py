"""What a payment gateway has to do for us, and which there are.

A new one is one new file or package here, and its line in GATEWAYS.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from bookings.models import Payment

NONE = "none"
GATEWAYS = {
    "sandbox": "bookings.payments.gateways.sandbox.Sandbox",
    "yookassa": "bookings.payments.gateways.yookassa.YooKassa",
}


class GatewayUnavailable(Exception):
    """It could not be asked, or its answer makes no sense: nothing is known, ask again later."""


class NotificationRefused(Exception):
    """The notification is not the gateway's."""


@dataclass(frozen=True)
class Begun:
    """A payment that the gateway has accepted. The payer is led to `redirect_url`."""

    gateway_id: str
    redirect_url: str


@dataclass(frozen=True)
class Outcome:
    """What the gateway says about a payment now. `status`: pending, succeeded or failed, whatever
    was paid back; `reason`: why it failed, in its words, for staff."""

    status: str
    amount: Decimal
    currency: str
    refunded: Decimal = Decimal(0)
    reason: str = ""


class Gateway(Protocol):
    """Calls may take seconds and must not run inside a transaction. Every one may be repeated:
    the payment's id is the idempotency key. All raise GatewayUnavailable."""

    name: str

    def begin(self, payment: Payment, description: str) -> Begun:
        """Asks the gateway to take the payment's amount, and to send the payer to its return_url
        afterwards, whatever the outcome."""

    def look(self, gateway_id: str) -> Outcome:
        """What became of it. What the gateway does not know is GatewayUnavailable."""

    def refund(self, payment: Payment) -> None:
        """Pays all back that it took; when it returns, the gateway has promised to."""

    def notified(self, headers: Mapping[str, str], body: bytes) -> str:
        """The `gateway_id` a notification is about. Raises NotificationRefused for what can't be
        the gateway's. What it says beyond that is not believed: `look` is asked."""


@cache
def _made(path: str) -> Gateway:
    gateway: Gateway = import_string(path)()
    return gateway


def gateway_named(name: str) -> Gateway:
    """Raises KeyError for one that there is not."""
    return _made(GATEWAYS[name])


def chosen() -> Gateway | None:
    """This cinema's gateway (`PAYMENTS`); None: a booking is a purchase."""
    return None if settings.PAYMENTS == NONE else gateway_named(settings.PAYMENTS)
