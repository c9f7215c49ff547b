"""What a booking or a ticket is now, by the database's clock, tidied or not."""

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bookings.models import BookingStatus
from bookings.vacancy import HELD_NOW

HOLD_IS_OVER = Q(status=BookingStatus.HELD, expires_at__lte=Now())

LIVE_STATES = (BookingStatus.HELD, BookingStatus.CONFIRMED)

BOOKING_STATE = Case(
    When(HOLD_IS_OVER, then=Value(BookingStatus.EXPIRED.value)),
    default=F("status"),
    output_field=CharField(),
)

TICKET_STATE = Case(
    When(replaced_by__isnull=False, then=Value("exchanged")),
    When(released_at__isnull=False, then=Value("released")),
    When(checked_in_at__isnull=False, then=Value("used")),
    When(held_until__isnull=True, then=Value("valid")),
    When(HELD_NOW, then=Value("held")),
    default=Value("expired"),
    output_field=CharField(),
)
TICKET_STATES: dict[str, str | Promise] = {
    "valid": _("valid"),
    "used": _("let in"),
    "held": _("held"),
    "expired": _("expired"),
    "released": _("not valid any more"),
    "exchanged": _("exchanged for another seat"),
}
