"""Payments whose notification never came, and money that has to go back: the gateway is asked,
again and again."""

import logging
from contextvars import copy_context
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from bookings.models import Payment, PaymentStatus
from bookings.payments.gateways import GatewayUnavailable, gateway_named
from bookings.payments.settling import settle
from bookings.refusals import SeatsTaken
from cinema.replication.middleware import check_acknowledged

logger = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=10)
HOLDS_PAUSE = timedelta(seconds=30)
HOLDS_LOOKS = 40
LONGEST_PAUSE = timedelta(hours=1)
"""Before it is asked again: every 30 seconds while a hold may still wait for it, 20 minutes long;
then each pause is twice the one before."""

NEVER_BEGUN = timedelta(hours=1)
NEVER_PAID = timedelta(days=3)
"""A payment is given up that the gateway has not confirmed to have begun, or that it still calls
pending: gateways end them within a day. Should money come all the same, it is settled as ever.
Money that is to go back is never given up."""


def reconcile(limit: int = 100) -> int:
    """Asks about at most `limit` payments that are due. Returns how many that were.

    Raises Unacknowledged, a lost database, rather than pay back what only the primary knows of.
    """
    for done in range(limit):
        # No request is here to forget, when it ends, that a commit was not acknowledged.
        if not copy_context().run(_look_after_one):
            return done
    return limit


def _look_after_one() -> bool:
    """False: none is due."""
    payment = _next()
    if payment is None:
        return False
    check_acknowledged()  # of having put it off, and so of all that was stored before
    try:
        _act(payment)
    except (GatewayUnavailable, SeatsTaken) as failure:
        logger.warning("Payment %s, look %d: %s", payment.pk, payment.looks, failure)
    return True


@transaction.atomic
def _next() -> Payment | None:
    """Puts it off before the gateway is asked, so that nothing is locked meanwhile. Two who ask
    about one payment all the same do no harm."""
    due = Payment.objects.filter(next_look_at__lte=Now()).order_by("next_look_at")
    payment = due.select_for_update(skip_locked=True, no_key=True).first()
    if payment is None:
        return None
    payment.looks = min(payment.looks + 1, 1000)
    Payment.objects.filter(pk=payment.pk).update(
        looks=payment.looks, next_look_at=Now() + _pause(payment.looks)
    )
    return payment


def _pause(looks: int) -> timedelta:
    if looks <= HOLDS_LOOKS:
        return min(FIRST_PAUSE * 2**looks, HOLDS_PAUSE)
    return min(HOLDS_PAUSE * 2 ** min(looks - HOLDS_LOOKS, 20), LONGEST_PAUSE)


def _act(payment: Payment) -> None:
    if payment.status == PaymentStatus.REFUNDING:
        _pay_back(payment)
    elif payment.status != PaymentStatus.PENDING:
        _known(payment).update(next_look_at=None)
    elif payment.gateway_id:
        settle(payment.pk, gateway_named(payment.gateway).look(payment.gateway_id))
        _give_up(payment, NEVER_PAID)
    else:
        _give_up(payment, NEVER_BEGUN)


def _pay_back(payment: Payment) -> None:
    gateway_named(payment.gateway).refund(payment)
    _known(payment).update(status=PaymentStatus.REFUNDED, refunded_at=Now(), next_look_at=None)


def _give_up(payment: Payment, after: timedelta) -> None:
    """If it is still pending so long after it was begun."""
    with translation.override(settings.LANGUAGE_CODE):
        reason = _("Never paid")
    _known(payment).filter(created_at__lte=Now() - after).update(
        status=PaymentStatus.FAILED,
        reason=reason,
        settled_at=Now(),
        next_look_at=None,
    )


def _known(payment: Payment) -> QuerySet[Payment]:
    """The payment, unless it has become another since it was looked at."""
    return Payment.objects.filter(pk=payment.pk, status=payment.status)
