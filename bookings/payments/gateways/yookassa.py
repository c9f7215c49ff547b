"""YooKassa, by its own client library, which has traps that this file keeps from everybody else:
it sets no time-outs, follows redirects with the secret, and lets any exception out, also
AttributeError for a server that can't be reached.
"""

import json
import logging
import re
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from yookassa import Configuration
from yookassa.client import ApiClient
from yookassa.domain.exceptions import ApiError
from yookassa.payment import Payment as PaymentsApi
from yookassa.refund import Refund as RefundsApi

from bookings.models import Payment
from bookings.payments.gateways import Begun, GatewayUnavailable, NotificationRefused, Outcome

logger = logging.getLogger(__name__)

T = TypeVar("T")

TIMEOUT = (3, 8)  # seconds to connect, and to answer
LONGEST_NOTIFICATION = 64 * 1024
STATUSES = {
    "pending": "pending",
    "waiting_for_capture": "pending",
    "succeeded": "succeeded",
    "canceled": "failed",
}
# Which field of a notification's object is the payment's number.
_EVENTS = {
    "payment.waiting_for_capture": "id",
    "payment.succeeded": "id",
    "payment.canceled": "id",
    "refund.succeeded": "payment_id",
}
_NUMBER = re.compile(r"[0-9A-Za-z-]{36}")  # the library takes no others


class YooKassa:
    name = "yookassa"

    def __init__(self) -> None:
        # The library's configuration is one for the whole process. Its time-out is a pause only.
        Configuration.configure(
            settings.YOOKASSA_SHOP_ID,
            settings.YOOKASSA_SECRET_KEY,
            api_url=settings.YOOKASSA_URL.rstrip("/"),
        )

    def begin(self, payment: Payment, description: str) -> Begun:
        wanted = {
            "amount": _amount(payment.amount, payment.currency),
            "capture": True,
            "confirmation": {"type": "redirect", "return_url": payment.return_url},
            "description": description[:128],
            "metadata": {"payment": str(payment.pk)},
        }

        def ask() -> Begun:
            answer = _Payments.create(wanted, str(payment.pk))
            return Begun(_number(answer.id), _way(answer, payment.return_url))

        return _asked(ask)

    def look(self, gateway_id: str) -> Outcome:
        return _asked(lambda: _outcome(_Payments.find_one(_number(gateway_id)), gateway_id))

    def refund(self, payment: Payment) -> None:
        # YooKassa forgets a key after a day: by then it would refuse what it has done already.
        paid = self.look(payment.gateway_id)
        if paid.refunded >= paid.amount:
            return
        # What was taken, should that be another amount than was asked for.
        amount = _amount(paid.amount - paid.refunded, paid.currency)
        wanted = {"payment_id": payment.gateway_id, "amount": amount}
        # Not the payment's own key: with another request under it, YooKassa refuses it as used.
        key = str(uuid.uuid5(payment.pk, "refund"))
        status = _asked(lambda: _Refunds.create(wanted, key).status)
        if status not in ("pending", "succeeded"):
            raise GatewayUnavailable("YooKassa did not promise to pay back")

    def notified(self, headers: Mapping[str, str], body: bytes) -> str:
        """It is not signed: anybody may send one, and can't do more by it than have us `look`."""
        if len(body) > LONGEST_NOTIFICATION:
            raise NotificationRefused("it is too long")
        try:
            told = json.loads(body)
            number = told["object"][_EVENTS[told["event"]]]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise NotificationRefused("it is no notification of YooKassa") from error
        if not isinstance(number, str) or not _NUMBER.fullmatch(number):
            raise NotificationRefused("it names no payment")
        return number


class _Session(requests.Session):
    """Waits for nobody longer than TIMEOUT, and takes the secret nowhere else."""

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        return super().request(*args, **{"timeout": TIMEOUT, "allow_redirects": False, **kwargs})


class _Client(ApiClient):
    def get_session(self) -> requests.Session:
        session = _Session()
        # 202: it is still working on this key. What can't be reached is not asked again here.
        again = Retry(
            total=2,
            connect=0,
            read=0,
            status_forcelist=[202],
            allowed_methods=["POST"],
            backoff_factor=0.25,
            raise_on_status=False,
            respect_retry_after_header=False,
        )
        for scheme in ("https://", "http://"):
            session.mount(scheme, HTTPAdapter(max_retries=again))
        return session


class _Payments(PaymentsApi):
    def __init__(self) -> None:
        self.client = _Client()


class _Refunds(RefundsApi):
    def __init__(self) -> None:
        self.client = _Client()


def _asked(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except GatewayUnavailable as error:
        logger.warning("YooKassa: %s", error)
        raise
    except Exception as error:  # whatever the library makes of a bad connection or answer
        logger.warning("YooKassa could not be asked: %s", _named(error))
    raise GatewayUnavailable("YooKassa could not be asked")


def _named(error: Exception) -> str:
    """Kind and code: the sentence may hold addresses, and the object that failed the secret."""
    if isinstance(error, ApiError):
        said = error.content or {}
        words = (str(said.get(name, "")) for name in ("code", "parameter"))
        return " ".join(filter(None, (type(error).__name__, *(word[:50] for word in words))))
    # The library fails over the failure, which it only says here.
    return type(error.__context__ or error).__name__


def _amount(amount: Decimal, currency: str) -> dict[str, str]:
    return {"value": f"{amount:.2f}", "currency": currency}


def _number(number: Any) -> str:
    if not isinstance(number, str) or not _NUMBER.fullmatch(number):
        raise GatewayUnavailable("this can't be the number of a payment")
    return number


def _way(answer: Any, return_url: str) -> str:
    """Where the payer is led. Asked again with the same key, it may be paid by now."""
    if answer.status != "pending":
        return return_url
    url = str(answer.confirmation.confirmation_url)
    if not url.startswith(("https://", "http://")) or len(url) > 2000:
        raise GatewayUnavailable("this address leads nowhere")
    return url


def _outcome(answer: Any, asked_for: str) -> Outcome:
    if answer.id != asked_for:
        raise GatewayUnavailable("the answer is about another payment")
    refunded = answer.refunded_amount.value if answer.refunded_amount else Decimal(0)
    if not (answer.amount.value.is_finite() and refunded.is_finite()):
        raise GatewayUnavailable("this is no amount")
    why = answer.cancellation_details
    return Outcome(
        status=STATUSES[answer.status],
        amount=answer.amount.value,
        currency=answer.amount.currency,
        refunded=refunded,
        reason=f"{why.party}: {why.reason}" if why else "",
    )
