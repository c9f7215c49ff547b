"""What somebody at the box office has sold today, and what should be in the till."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from bookings import reports
from bookings.models import Booking, BookingStatus, PaidBy
from bookings.reports import Turnover
from cinema.admin import money
from cinema.site import answer, page
from movies.business_day import bounds, day_of

TITLE = gettext_lazy("My shift")
LAST_SALES = 50


@dataclass(frozen=True)
class Line:
    """What was paid in one way."""

    payment: str
    turnover: Turnover

    @property
    def label(self) -> str:
        return str(PaidBy(self.payment).label)

    @property
    def written(self) -> list[str]:
        """Tickets sold and for how much, refunded and for how much, and what remains."""
        one = self.turnover
        taken, paid_back, remains = money(one.taken), money(one.paid_back), money(one.money)
        return [str(one.sold), taken, str(one.refunded), paid_back, remains]


@page("box-office/shift/", name="shift", title=TITLE, permission="bookings.add_booking")
def shift(request: HttpRequest) -> HttpResponse:
    day = day_of(timezone.now())
    cashier: Any = request.user.pk
    # What was sold online is paid back online: it never was in this till.
    counted = reports.of_person(cashier, *bounds(day))
    lines = [Line(payment, counted.get(payment, Turnover())) for payment in PaidBy.values]
    together = sum((line.turnover for line in lines), Turnover())
    context = {
        "title": TITLE,
        "day": day,
        "lines": lines,
        "total": money(together.money),
        "tickets": together.sold,
        "sales": _last_sales(cashier, *bounds(day)),
        "most": LAST_SALES,
    }
    return answer(request, "bookings/admin/shift.html", context)


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
            "paid": PaidBy(booking.paid_by).label if booking.paid_by else "",
            "cancelled": booking.status == BookingStatus.CANCELLED,
        }
        for booking in shown[:LAST_SALES]
    ]
