"""Beginning to pay a hold. The payment is stored before the gateway hears of it: none is lost."""

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from bookings.models import Booking, BookingStatus, Payment, PaymentStatus
from bookings.payments import rules
from bookings.payments.gateways import GatewayUnavailable, chosen, gateway_named
from bookings.payments.reconciling import FIRST_PAUSE
from bookings.payments.settling import settle
from bookings.refusals import (
    BookingCancelled,
    EmailMissing,
    HoldExpired,
    NothingToPay,
    ReturnAddressRefused,
)
from cinema.refusals import NotFound
from cinema.replication.middleware import check_acknowledged


def begin(booking_id: uuid.UUID, *, return_url: str) -> Payment:
    """The payment of a hold, begun at the gateway. While one is pending it is that one again.

    Whoever asks again may have been declined a moment ago, so the gateway is asked first whether
    it is pending still. One that it has not answered yet is begun again, with the same key.

    Must not run inside a transaction: the gateway is asked after the commit. Raises NotFound,
    ReturnAddressRefused, NothingToPay, HoldExpired, BookingCancelled, EmailMissing; and
    GatewayUnavailable, after which it may be repeated.
    """
    gateway = chosen()
    if gateway is None:
        raise NothingToPay
    if not rules.may_return_to(return_url):
        raise ReturnAddressRefused(return_url)
    payment = _pending(booking_id, gateway.name, return_url)
    check_acknowledged()
    if payment.gateway_id and _is_over(payment):
        payment = _pending(booking_id, gateway.name, return_url)
        check_acknowledged()
    if not payment.redirect_url:
        _tell(payment)
    return payment


def _is_over(payment: Payment) -> bool:
    """Whether its gateway has decided, which is booked then."""
    try:
        outcome = gateway_named(payment.gateway).look(payment.gateway_id)
    except GatewayUnavailable:
        return False
    settle(payment.pk, outcome)
    return outcome.status != PaymentStatus.PENDING


@transaction.atomic
def _pending(booking_id: uuid.UUID, gateway: str, return_url: str) -> Payment:
    """The booking is locked: two who begin at once get one payment. One that is pending stays at
    the gateway where it was begun, even if the cinema has another by now."""
    booking = _payable(booking_id)
    known = Payment.objects.filter(booking=booking, status=PaymentStatus.PENDING).first()
    if known is not None:
        return known
    return Payment.objects.create(
        booking=booking,
        gateway=gateway,
        return_url=return_url,
        amount=booking.total,
        currency=settings.CURRENCY,
        status=PaymentStatus.PENDING,
        next_look_at=Now() + FIRST_PAUSE,
    )


def _payable(booking_id: uuid.UUID) -> Booking:
    bookings = Booking.objects.select_for_update(no_key=True)
    booking = bookings.filter(pk=booking_id).exclude(status=BookingStatus.BLOCKED).first()
    if booking is None:
        raise NotFound("booking_id", booking_id)
    if booking.status == BookingStatus.CANCELLED:
        raise BookingCancelled
    if booking.status == BookingStatus.CONFIRMED or not rules.to_be_paid(booking.total):
        raise NothingToPay
    if booking.sold_by_id is not None:  # the box office's own hold: the till is paid, and pays back
        raise NothingToPay
    if not Booking.objects.filter(pk=booking_id, status="held", expires_at__gt=Now()).exists():
        raise HoldExpired
    if not booking.email:
        raise EmailMissing
    return booking


def _tell(payment: Payment) -> None:
    begun = gateway_named(payment.gateway).begin(payment, _description(payment))
    told: dict[str, Any] = {"gateway_id": begun.gateway_id, "redirect_url": begun.redirect_url}
    Payment.objects.filter(pk=payment.pk, gateway_id="").update(**told)
    payment.gateway_id, payment.redirect_url = begun.gateway_id, begun.redirect_url


def _description(payment: Payment) -> str:
    """What the buyer reads at the bank: in the cinema's language, and without their secret."""
    seance = payment.booking.seance
    with translation.override(settings.LANGUAGE_CODE):
        text = _("%(cinema)s: %(showing)s") % {"cinema": settings.CITY_NAME, "showing": seance}
    return text[:128]
