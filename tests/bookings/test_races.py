"""Who gets a seat when everybody wants it at once."""

import pytest

from bookings.booking import book
from bookings.claiming import Order
from bookings.models import Booking, Ticket
from bookings.refusals import SeatsTaken
from tests.making import make_seance, seat_ids
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_buyers_of_one_seat_make_one_sale():
    seance = make_seance()
    seat = seat_ids(seance)[0]

    def buy():
        return book(Order(seance_id=seance.pk, seat_ids=[seat], email="a@b.org"))

    results = race(*[buy] * 50)
    lost = [result for result in results if isinstance(result, SeatsTaken)]
    assert len(lost) == 49
    assert all(result.seats == [seat] for result in lost)
    assert Ticket.objects.count() == Booking.objects.count() == 1
