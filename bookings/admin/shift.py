"""What somebody at the box office has sold today, and what should be in the till."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from bookings.models import Booking, BookingStatus, Payment, Ticket
from cinema.admin import money
from cinema.site import answer, page
from movies.business_day import bounds, day_of

TITLE = gettext_lazy("My shift")
LAST_SALES = 50

Counted = dict[str, tuple[int, Decimal]]  # by payment: how many tickets, for how much
NOTHING = (0, Decimal())


@dataclass(frozen=True)
class Line:
    """Tickets that were paid in one way."""

    payment: str
    sold: tuple[int, Decimal]
    refunded: tuple[int, Decimal]

    @property
    def label(self) -> str:
        return str(Payment(self.payment).label)

    @property
    def written(self) -> list[str]:
        """Tickets sold and for how much, refunded and for how much, and what remains."""
        (sold, taken), (refunded, paid_back) = self.sold, self.refunded
        return [str(sold), money(taken), str(refunded), money(paid_back), money(self.remains)]

    @property
    def remains(self) -> Decimal:
        return self.sold[1] - self.refunded[1]


@page("box-office/shift/", name="shift", title=TITLE, permission="bookings.add_booking")
def shift(request: HttpRequest) -> HttpResponse:
    day = day_of(timezone.now())
    cashier: Any = request.user.pk
    sold, refunded = _sold(cashier, *bounds(day)), _refunded(cashier, *bounds(day))
    lines = [
        Line(payment, sold.get(payment, NOTHING), refunded.get(payment, NOTHING))
        for payment in Payment.values
    ]
    context = {
        "title": TITLE,
        "day": day,
        "lines": lines,
        "total": money(sum((line.remains for line in lines), Decimal())),
        "tickets": sum(line.sold[0] for line in lines),
        "sales": _last_sales(cashier, *bounds(day)),
        "most": LAST_SALES,
    }
    return answer(request, "bookings/admin/shift.html", context)


def _sold(cashier: int, begins: datetime, ends: datetime) -> Counted:
    return _by_payment(
        Ticket.objects.filter(
            booking__sold_by=cashier,
            booking__confirmed_at__gte=begins,
            booking__confirmed_at__lt=ends,
            exchanged_at__isnull=True,
        )
    )


def _refunded(cashier: int, begins: datetime, ends: datetime) -> Counted:
    """Paid back by this cashier, whoever sold it and whenever. An exchange is no refund: what it
    costs is in the report of the day, which has no cashiers."""
    return _by_payment(
        Ticket.objects.filter(
            booking__cancelled_by=cashier,
            booking__status=BookingStatus.CANCELLED,
            booking__confirmed_at__isnull=False,
            released_at__gte=begins,
            released_at__lt=ends,
            replaced_by__isnull=True,
        )
    )


def _by_payment(tickets: QuerySet[Ticket]) -> Counted:
    # What was sold online is paid back online: it never was in this till.
    paid_here = tickets.filter(~Q(booking__paid_by="")).order_by()
    by_payment = paid_here.values_list("booking__paid_by")
    counted = by_payment.annotate(number=Count("pk"), amount=Sum("price"))
    return {payment: (number, amount) for payment, number, amount in counted}


def _last_sales(cashier: int, begins: datetime, ends: datetime) -> list[Any]:
    """The newest first: where to look when nobody knows whether a sale was made."""
    sales = Booking.objects.filter(
        sold_by=cashier, confirmed_at__gte=begins, confirmed_at__lt=ends
    ).annotate(seats=Count("tickets", filter=Q(tickets__replaced_by__isnull=True)))
    shown = sales.select_related("seance__movie", "seance__hall").order_by("-confirmed_at")
    return [
        {
            "booking": booking,
            "short_id": str(booking.pk)[:8],
            "total": money(booking.total),
            "paid": Payment(booking.paid_by).label if booking.paid_by else "",
            "cancelled": booking.status == BookingStatus.CANCELLED,
        }
        for booking in shown[:LAST_SALES]
    ]
