"""The sandbox's notifications: how they are signed and read, and how they get here.

Each is sent at least once, until it is answered 2xx or some minutes have passed.
"""

import json
import logging
import re
import time
from datetime import timedelta
from typing import Any

import requests
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils.crypto import constant_time_compare, salted_hmac

from bookings.models import SandboxNotification
from bookings.payments.gateways import NotificationRefused

logger = logging.getLogger(__name__)

HEADER = "Sandbox-Signature"
OLDEST = 300  # seconds
PAUSES = [timedelta(seconds=seconds) for seconds in (1, 2, 4, 8, 16, *[30] * 10)]
"""After each failed attempt; after the last one it is given up."""

LEASE = timedelta(seconds=30)
"""While one process is sending it, the others leave it alone; if that is killed, not longer."""

TIMEOUT = (2, 10)  # seconds to connect, and to answer

_SALT = "bookings.payments.gateways.sandbox"
_SIGNATURE = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")


def sign(body: bytes, at: int) -> str:
    """The header of a notification that is sent `at` this Unix time."""
    return f"t={at},v1={_code(body, at, settings.SECRET_KEY)}"


def read(signature: str, body: bytes) -> Any:
    """The content of a notification that is ours and new. Raises NotificationRefused."""
    given = _SIGNATURE.fullmatch(signature)
    if given is None:
        raise NotificationRefused("it is not signed")
    at = int(given[1])
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(given[2], _code(body, at, secret)) for secret in secrets):
        raise NotificationRefused("its signature is wrong")
    if abs(time.time() - at) > OLDEST:
        raise NotificationRefused("it is too old")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotificationRefused("it is not JSON") from error


def _code(body: bytes, at: int, secret: str) -> str:
    signed = f"{at}.".encode() + body
    return salted_hmac(_SALT, signed, secret=secret, algorithm="sha256").hexdigest()


def send_all() -> int:
    """Sends what is due. Returns how many that were, also of those that did not get through."""
    tried = 0
    while send_next():
        tried += 1
    return tried


def send_next() -> bool:
    """Sends the notification that has been due for longest. False: there was none."""
    notification = _claim()
    if notification is None:
        return False
    if problem := _send(notification):
        logger.warning("The sandbox could not notify, try %d: %s", notification.attempts, problem)
        pause = PAUSES[notification.attempts - 1 :][:1]
        _keep(notification, next_attempt_at=Now() + pause[0] if pause else None)
    else:
        _keep(notification, next_attempt_at=None, sent_at=Now())
    return True


@transaction.atomic
def _claim() -> SandboxNotification | None:
    """Counts the attempt and puts it off for LEASE: it is sent with nothing locked."""
    due = SandboxNotification.objects.filter(next_attempt_at__lte=Now())
    notification = due.order_by("next_attempt_at").select_for_update(skip_locked=True).first()
    if notification is None:
        return None
    notification.attempts += 1
    _keep(notification, attempts=notification.attempts, next_attempt_at=Now() + LEASE)
    return notification


def _send(notification: SandboxNotification) -> str:
    """What went wrong; empty: it was answered 2xx."""
    body = json.dumps(
        {
            "event": f"payment.{notification.status}",
            "object": {"id": str(notification.payment_id), "status": notification.status},
        }
    ).encode()
    headers = {"Content-Type": "application/json", HEADER: sign(body, int(time.time()))}
    try:
        with requests.Session() as session:
            session.trust_env = False  # no proxy lies between us and ourselves
            answer = session.post(
                f"{settings.PUBLIC_URL}/payments/notifications/sandbox",
                data=body,
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
    except requests.RequestException as error:
        return type(error).__name__
    return "" if answer.ok and answer.status_code < 300 else f"answered {answer.status_code}"


def _keep(notification: SandboxNotification, **values: Any) -> None:
    SandboxNotification.objects.filter(pk=notification.pk).update(**values)
