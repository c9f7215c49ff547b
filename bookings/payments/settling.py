"""What becomes of a payment, as its gateway says: a purchase, or money that goes back.

Money is kept exactly when its booking is sold. A payment that comes too late sells the seats only
if they are still free, as the database decides; it never takes one from somebody else.
"""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from bookings import counting, notices
from bookings.booking import sell_hold, sell_late
from bookings.holds import past_expired_holds
from bookings.models import Booking, BookingStatus, NoticeKind, Payment, PaymentStatus
from bookings.payments.gateways import Outcome, gateway_named
from cinema.refusals import NotFound

# As a sale does: a showing that is being cancelled is cancelled before us, or after us with what we
# have sold. The booking alone would not do, for who cancels a showing looks which are sold first.
_LOCK_SHOWING = """
SELECT FROM movies_seance
WHERE id = (SELECT seance_id FROM bookings_booking WHERE id = %(booking)s) FOR KEY SHARE
"""

DECIDED = (PaymentStatus.SUCCEEDED, PaymentStatus.REFUNDING, PaymentStatus.REFUNDED)


def notified(gateway_name: str, gateway_id: str) -> None:
    """Somebody says that something became of this payment: the gateway is asked what. Raises
    NotFound, and GatewayUnavailable: then it should be said again."""
    known = Payment.objects.filter(gateway=gateway_name, gateway_id=gateway_id).exclude(
        gateway_id=""
    )
    payment = known.first()
    if payment is None:
        raise NotFound("payment", gateway_id)
    settle(payment.pk, gateway_named(gateway_name).look(gateway_id))


def settle(payment_id: uuid.UUID, outcome: Outcome) -> None:
    """Books what the gateway has said. Repeating it, or saying less than before, changes nothing.

    Must not run inside a transaction: see `past_expired_holds`.
    """
    if outcome.status == PaymentStatus.PENDING:
        return
    past_expired_holds(lambda: _settle(payment_id, outcome))


@transaction.atomic
def _settle(payment_id: uuid.UUID, outcome: Outcome) -> None:
    booking_id = Payment.objects.values_list("booking_id", flat=True).get(pk=payment_id)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK_SHOWING, {"booking": booking_id})
    # First the booking, as everybody does: whoever cancels it meanwhile is before us or after us.
    booking = Booking.objects.select_for_update(no_key=True).get(pk=booking_id)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment_id)
    if payment.status in DECIDED:
        return
    if outcome.status == PaymentStatus.FAILED:
        _failed(payment, outcome.reason)
    elif reason := _reason_to_pay_back(payment, booking, outcome):
        _to_be_paid_back(payment, reason)
    else:
        _set(payment, status=PaymentStatus.SUCCEEDED, settled_at=Now(), next_look_at=None)


def _failed(payment: Payment, reason: str) -> None:
    if payment.status == PaymentStatus.PENDING:
        _set(
            payment,
            status=PaymentStatus.FAILED,
            reason=reason[:200],
            settled_at=Now(),
            next_look_at=None,
        )


def _reason_to_pay_back(payment: Payment, booking: Booking, outcome: Outcome) -> str:
    """Why the money can't be kept; empty when its booking is sold now, by this payment."""
    with translation.override(settings.LANGUAGE_CODE):
        if _differs(payment, outcome):
            return _("The bank took another amount: %(amount)s %(currency)s") % {
                "amount": outcome.amount,
                "currency": outcome.currency,
            }
        if outcome.refunded:  # by hand, at the gateway
            return _("The bank has paid it back already")
        if booking.status == BookingStatus.CONFIRMED:
            return _("The booking was paid already")
        if booking.status == BookingStatus.CANCELLED:
            return _("The booking had been cancelled")
        if not (sell_hold(booking.pk) or sell_late(booking.pk)):
            return _("The payment came after the reservation had ended")
    return ""


def _differs(payment: Payment, outcome: Outcome) -> bool:
    paid = Decimal(outcome.amount), outcome.currency.upper()
    return paid != (payment.amount, payment.currency.upper())


def _to_be_paid_back(payment: Payment, reason: str) -> None:
    """Decided here; `reconciling` asks the gateway for it, until it has promised to."""
    _set(
        payment,
        status=PaymentStatus.REFUNDING,
        reason=reason[:200],
        settled_at=Now(),
        next_look_at=Now(),
    )
    notices.queue([payment.booking_id], NoticeKind.REFUNDED)
    counting.to_go_back(payment.amount)


def _set(payment: Payment, **values: object) -> None:
    Payment.objects.filter(pk=payment.pk).update(**values)
