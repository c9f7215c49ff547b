"""A bank to try paying with. It keeps its books in our own database, has a page where the payer
chooses what becomes of the payment, and notifies us over HTTP as a real one would.

Nobody's money moves, so it has no place where tickets are really sold.
"""

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.conf import settings

from bookings.models import Payment
from bookings.payments.gateways import Begun, GatewayUnavailable, NotificationRefused, Outcome
from bookings.payments.gateways.sandbox import bank, faults, notifying

NAME = "sandbox"


class Sandbox:
    name = NAME

    def begin(self, payment: Payment, description: str) -> Begun:
        faults.strike()
        begun = bank.open_payment(
            key=str(payment.pk),
            amount=payment.amount,
            currency=payment.currency,
            description=description,
            return_url=payment.return_url,
        )
        return Begun(str(begun.pk), f"{settings.PUBLIC_URL}/payments/sandbox/{begun.pk}")

    def look(self, gateway_id: str) -> Outcome:
        faults.strike()
        found = bank.find(_number(gateway_id))
        if found is None:
            raise GatewayUnavailable("the sandbox does not know this payment")
        status, reason = bank.verdict(found)
        refunded = found.amount if found.refunded_at else Decimal(0)
        return Outcome(status, found.amount, found.currency, refunded, reason)

    def refund(self, payment: Payment) -> None:
        faults.strike()
        if not bank.pay_back(_number(payment.gateway_id)):
            raise GatewayUnavailable("the sandbox has no money of this payment to pay back")

    def notified(self, headers: Mapping[str, str], body: bytes) -> str:
        told: dict[str, Any] = notifying.read(headers.get(notifying.HEADER, ""), body)
        try:
            return str(uuid.UUID(told["object"]["id"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise NotificationRefused("it names no payment") from error


def _number(gateway_id: str) -> uuid.UUID:
    try:
        return uuid.UUID(gateway_id)
    except ValueError as error:
        raise GatewayUnavailable("the sandbox has no such numbers") from error
