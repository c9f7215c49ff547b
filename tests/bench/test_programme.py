"""What is measured stays as it is until somebody buys."""

import pytest
from django.db.models import Count, Q

from bookings.models import Booking, BookingStatus
from loadtest.bench import programme

SEATS = programme.ROWS * programme.SEATS


@pytest.mark.django_db
def test_a_third_is_sold_and_no_hold_runs_out_meanwhile():
    made = programme.make(programme.LISTED)

    statuses = set(Booking.objects.values_list("status", flat=True))
    assert BookingStatus.HELD not in statuses
    assert BookingStatus.CONFIRMED in statuses
    live = Count("tickets", filter=Q(tickets__released_at=None))
    sold = Booking.objects.aggregate(live=live)["live"]
    assert sold / (made.showings * SEATS) == pytest.approx(programme.SOLD, abs=0.05)
