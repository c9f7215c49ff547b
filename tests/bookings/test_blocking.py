"""Seats that are not for sale, and everything else that goes on around them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bookings.blocking import block_seats, unblock_seats
from bookings.booked import Booked
from bookings.booking import book, cancel, cancel_seance
from bookings.checking import check_tickets
from bookings.models import Booking, BookingStatus, Notice, Ticket
from bookings.refusals import SeanceCancelled, SeanceStarted, SeatsElsewhere, SeatsTaken
from cinema.refusals import NotFound
from movies import schedule
from movies.admin.occupancy import with_occupancy
from movies.models import Seance
from tests.making import make_hall, make_seance, make_staff, seat_ids
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_is_wrong_afterwards(transactional_db):
    yield
    assert check_tickets().mistakes == []


def block(seance: Seance, seats: list[int], reason: str = "сломано"):
    return block_seats(seance_id=seance.pk, seat_ids=seats, reason=reason, by_id=None)


def live(seance: Seance) -> set[int]:
    found = Ticket.objects.filter(seance=seance, released_at=None)
    return set(found.values_list("seat", flat=True))


def test_blocked_seats_can_not_be_sold_and_are_named():
    seance, director = make_seance(), make_staff()
    seats = seat_ids(seance)
    key = block_seats(
        seance_id=seance.pk, seat_ids=seats[1:3], reason="for guests", by_id=director.pk
    )
    with pytest.raises(SeatsTaken) as refused:
        book(order(seance, seats[:3]))
    assert refused.value.seats == seats[1:3]
    booking = Booking.objects.get(pk=key)
    assert (booking.status, booking.total, booking.email) == (BookingStatus.BLOCKED, 0, "")
    assert (booking.reason, booking.sold_by) == ("for guests", director)
    assert booking.confirmed_at is None
    assert not Notice.objects.exists()


def test_all_seats_are_blocked_or_none():
    seance, elsewhere = make_seance(), make_seance()
    seats = seat_ids(seance)
    book(order(seance, seats[1:2]))
    with pytest.raises(SeatsTaken) as refused:
        block(seance, seats[:3])
    assert refused.value.seats == seats[1:2]
    with pytest.raises(SeatsElsewhere):
        block(seance, [seats[0], seat_ids(elsewhere)[0]])
    assert live(seance) == {seats[1]}


def test_an_expired_hold_is_not_in_the_way():
    seance = make_seance()
    seats = seat_ids(seance)
    expire(book(order(seance, seats[:2], hold=True)))
    block(seance, seats[1:3])
    assert live(seance) == set(seats[1:3])


def test_a_showing_that_is_not_on_sale_has_nothing_to_block():
    seance = make_seance()
    seats = seat_ids(seance)[:1]
    with pytest.raises(NotFound):
        block_seats(seance_id=0, seat_ids=seats, reason="", by_id=None)
    Seance.objects.filter(pk=seance.pk).update(starts_at=timezone.now())
    with pytest.raises(SeanceStarted):
        block(seance, seats)
    cancelled = make_seance()
    cancel_seance(cancelled.pk)
    with pytest.raises(SeanceCancelled):
        block(cancelled, seat_ids(cancelled)[:1])


def test_seats_go_back_on_sale_one_by_one_and_the_history_says_by_whom():
    seance, director = make_seance(), make_staff()
    seats = seat_ids(seance)
    key = block(seance, seats[:3])
    sold = book(order(seance, seats[3:4]))

    def unblock(wanted: list[int]) -> int:
        return unblock_seats(seance_id=seance.pk, seat_ids=wanted, by_id=director.pk)

    assert unblock([*seats[:2], *seats[3:5]]) == 2
    assert live(seance) == set(seats[2:4])
    assert Booking.objects.get(pk=key).status == BookingStatus.BLOCKED
    assert unblock(seats[:3]) == 1
    assert unblock(seats[:3]) == 0
    booking = Booking.objects.get(pk=key)
    assert (booking.status, booking.cancelled_by) == (BookingStatus.CANCELLED, director)
    assert Booking.objects.get(pk=sold.id).status == BookingStatus.CONFIRMED
    book(order(seance, seats[:3]))


def test_a_seat_is_blocked_or_sold_but_never_both():
    hall = make_hall(rows=1, seats=3)
    for number in range(8):
        seance = make_seance(hall=hall, starts_at=timezone.now() + timedelta(days=1 + number))
        seats = seat_ids(seance)
        blocked, sold = race(
            lambda seance=seance, seats=seats: block(seance, seats[::-1]),
            lambda seance=seance, seats=seats: book(order(seance, seats)),
        )
        winners = [one for one in (blocked, sold) if not isinstance(one, SeatsTaken)]
        assert len(winners) == 1, (blocked, sold)
        assert not isinstance(winners[0], Exception) or isinstance(winners[0], Booked)
        assert len(live(seance)) == 3


def test_a_showing_with_blocked_seats_only_moves_and_keeps_them():
    seance = make_seance()
    seats = seat_ids(seance)
    block(seance, seats[:2])
    later = seance.starts_at + timedelta(days=1)
    schedule.seance_change(seance.pk, starts_at=later)
    assert live(seance) == set(seats[:2])


def test_blocked_seats_stay_behind_in_the_hall_that_a_showing_leaves():
    seance, hall = make_seance(), make_hall()
    block(seance, seat_ids(seance)[:2])
    schedule.seance_change(seance.pk, hall_id=hall.pk)
    assert not Booking.objects.exists()
    assert not Ticket.objects.exists()


def test_cancelling_a_showing_ends_its_blocks_and_tells_nobody_of_them():
    seance, director = make_seance(), make_staff()
    seats = seat_ids(seance)
    key = block(seance, seats[:2], "broken")
    book(order(seance, seats[2:3]))
    [cancelled] = cancel_seance(seance.pk, by_id=director.pk, reason="projector")
    assert cancelled.bookings == 1
    blocking = Booking.objects.get(pk=key)
    assert (blocking.status, blocking.reason) == (BookingStatus.CANCELLED, "broken")
    assert live(seance) == set()
    assert Notice.objects.exclude(booking=key).count() == Notice.objects.count() == 1


def test_a_showing_with_blocked_seats_only_is_deleted_with_them():
    seance = make_seance()
    block(seance, seat_ids(seance)[:2])
    schedule.seance_delete(seance.pk)
    assert not Booking.objects.exists()


def test_buyers_see_a_blocked_seat_as_taken(api):
    seance = make_seance()
    seats = seat_ids(seance)
    block(seance, seats[:1])
    answered = api.get(f"/movies/{seance.movie_id}/seances/{seance.pk}").json()["data"]["seats"]
    assert {seat["id"] for seat in answered if not seat["vacant"]} == {seats[0]}
    counted = with_occupancy(Seance.objects.filter(pk=seance.pk)).get()
    assert (counted.seats_blocked, counted.seats_sold, counted.seats_vacant) == (1, 0, 9)


def test_a_block_is_no_booking_for_anybody_outside(api, staff):
    seance = make_seance()
    key = block(seance, seat_ids(seance)[:1])
    for client in (api, staff):
        assert client.get(f"/bookings/{key}").status_code == 404
        assert client.delete(f"/bookings/{key}").status_code == 404
        assert client.post(f"/bookings/{key}/confirm").status_code == 404
    with pytest.raises(NotFound):
        cancel(key, by_id=make_staff("boss").pk)
    assert Booking.objects.get().status == BookingStatus.BLOCKED
