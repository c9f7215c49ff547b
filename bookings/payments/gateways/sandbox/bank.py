"""The sandbox's books: payments that were asked for, and what their payers decided."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from bookings.models import SandboxNotification, SandboxPayment

PENDING, SUCCEEDED, FAILED = "pending", "succeeded", "failed"
TIME_TO_PAY = timedelta(minutes=15)
"""Longer than a hold lasts, so that money may come too late. Undecided until then is failed."""


@dataclass(frozen=True)
class Way:
    """How a payment ends. `notifications`: what is told, seconds after the decision counts."""

    outcome: str
    after: int = 0
    notifications: tuple[tuple[str, int], ...] = ()


LATE = (10, 30, 60, 700)  # seconds; the last is past the end of a hold of ten minutes
WAYS = {
    "pay": Way(SUCCEEDED, notifications=((SUCCEEDED, 0),)),
    "decline": Way(FAILED, notifications=((FAILED, 0),)),
    **{f"late-{after}": Way(SUCCEEDED, after, ((SUCCEEDED, 0),)) for after in LATE},
    "twice": Way(SUCCEEDED, notifications=((SUCCEEDED, 0), (SUCCEEDED, 2))),
    "out-of-order": Way(SUCCEEDED, notifications=((SUCCEEDED, 0), (PENDING, 2), (FAILED, 4))),
    "silent": Way(SUCCEEDED),
}


def open_payment(
    *, key: str, amount: Decimal, currency: str, description: str, return_url: str
) -> SandboxPayment:
    """Asked again with the same key, it is the same payment."""
    return SandboxPayment.objects.get_or_create(
        key=key,
        defaults={
            "amount": amount,
            "currency": currency,
            "description": description[:200],
            "return_url": return_url,
        },
    )[0]


def find(number: uuid.UUID) -> SandboxPayment | None:
    """A payment; its `now` is the database's."""
    return SandboxPayment.objects.annotate(now=Now()).filter(pk=number).first()


def verdict(found: SandboxPayment) -> tuple[str, str]:
    """The status of what `find` found, and the reason of a failure."""
    now: datetime = found.now  # type: ignore[attr-defined]
    if found.decided_at and found.decided_at <= now:
        return found.outcome, "declined by the payer" if found.outcome == FAILED else ""
    if not found.decided_at and found.created_at + TIME_TO_PAY <= now:
        return FAILED, "not paid in time"
    return PENDING, ""


@transaction.atomic
def decide(number: uuid.UUID, way: Way) -> bool:
    """The payer's decision, once and in time; False: it was too late or not the first."""
    undecided = SandboxPayment.objects.filter(
        pk=number, outcome="", created_at__gt=Now() - TIME_TO_PAY
    )
    counts_from = Now() + timedelta(seconds=way.after)
    if not undecided.update(outcome=way.outcome, decided_at=counts_from):
        return False
    SandboxNotification.objects.bulk_create(
        SandboxNotification(
            payment_id=number,
            status=status,
            next_attempt_at=Now() + timedelta(seconds=way.after + later),
        )
        for status, later in way.notifications
    )
    return True


def pay_back(number: uuid.UUID) -> bool:
    """All of it, once; asked again it is True again. False: it was never paid."""
    paid = SandboxPayment.objects.filter(pk=number, outcome=SUCCEEDED, decided_at__lte=Now())
    return bool(paid.update(refunded_at=Coalesce(F("refunded_at"), Now())))
