"""Moving a booking to other seats: all of it or nothing, and the accounts stay right."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from bookings.blocking import block_seats
from bookings.booked import Booked, find
from bookings.booking import book, cancel, cancel_seance
from bookings.checkin import check_in
from bookings.checking import check_tickets
from bookings.exchanging import exchange
from bookings.models import Booking, BookingStatus, Notice, Ticket
from bookings.refusals import (
    NotSold,
    OtherDifference,
    OtherNumberOfSeats,
    SeanceOver,
    SeatsElsewhere,
    SeatsTaken,
    TicketExchanged,
)
from cinema.refusals import NotFound
from movies.models import Seance, SeatCategory
from tests.making import make_category, make_hall, make_seance, make_staff, seat_ids
from tests.polling import eventually
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_is_wrong_afterwards(transactional_db):
    yield
    assert check_tickets().mistakes == []


def seats_of(booked: Booked) -> list[int]:
    return sorted(ticket.seat_id for ticket in booked.tickets)


def live_seats(booked: Booked) -> set[int]:
    live = Ticket.objects.filter(booking=booked.id, released_at=None)
    return set(live.values_list("seat", flat=True))


def waiting_for(move, other):
    """Lets `other` begin while `move` has done its work and not committed it yet."""

    def run():
        try:
            return other()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            move()
            running = pool.submit(run)
            eventually(_somebody_waits)
        return running.result(timeout=30)


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_a_booking_is_moved_and_its_old_seats_are_free():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    moved = exchange(booking_id=sold.id, seat_ids=seats[5:7])
    assert seats_of(moved) == seats[5:7]
    assert moved.total == sold.total
    assert {ticket.code for ticket in moved.tickets}.isdisjoint(
        ticket.code for ticket in sold.tickets
    )
    book(order(seance, seats[:2]))
    with pytest.raises(SeatsTaken):
        book(order(seance, seats[5:6]))


def test_the_old_tickets_stay_and_say_what_replaced_them():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:1]))
    exchange(booking_id=sold.id, seat_ids=seats[1:2])
    old = Ticket.objects.get(pk=sold.tickets[0].id)
    assert old.released_at is not None
    assert old.replaced_by.seat_id == seats[1]
    assert old.replaced_by.exchanged_at == old.released_at
    with pytest.raises(TicketExchanged):
        check_in(code=old.code, seance_ids=[seance.pk], by_id=make_staff().pk)


def test_seats_that_stay_keep_their_tickets():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:3]))
    moved = exchange(booking_id=sold.id, seat_ids=[seats[4], seats[0], seats[1]])
    codes = {ticket.seat_id: ticket.code for ticket in moved.tickets}
    before = {ticket.seat_id: ticket.code for ticket in sold.tickets}
    assert codes[seats[0]] == before[seats[0]]
    assert codes[seats[1]] == before[seats[1]]
    assert codes[seats[4]] != before[seats[2]]


def test_moving_to_the_same_seats_changes_nothing_and_tells_nobody():
    seance = make_seance()
    seats = seat_ids(seance)[:2]
    sold = book(order(seance, seats))
    assert exchange(booking_id=sold.id, seat_ids=seats[::-1]) == sold
    assert Ticket.objects.count() == 2
    assert not Notice.objects.exists()


def test_a_seat_of_another_category_costs_its_difference():
    hall = make_hall(rows=1, seats=3)
    dear = hall.seats.last()
    dear.category = make_category("VIP", "150")
    dear.save()
    seance = make_seance(hall=hall)
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    Seance.objects.filter(pk=seance.pk).update(price=999)  # what was sold keeps its price
    moved = exchange(booking_id=sold.id, seat_ids=[seats[0], seats[2]])
    assert moved.total == Decimal("650")
    assert Ticket.objects.get(seat=dear).category == "VIP"
    assert exchange(booking_id=sold.id, seat_ids=seats[:2]).total == Decimal("500")


def test_a_seat_is_left_for_what_it_cost_when_it_was_sold():
    hall = make_hall(rows=1, seats=3)
    vip, standard = make_category("VIP", "200"), hall.seats.first().category
    hall.seats.filter(number__gt=1).update(category=vip)
    seance = make_seance(hall=hall)
    seats = seat_ids(seance)
    sold = book(order(seance, seats[1:2]))
    assert sold.total == Decimal("450")
    hall.seats.filter(number=2).update(category=standard)  # repainted
    assert exchange(booking_id=sold.id, seat_ids=seats[2:]).total == Decimal("450")
    SeatCategory.objects.filter(pk=vip.pk).update(surcharge=300)
    assert exchange(booking_id=sold.id, seat_ids=seats[:1]).total == Decimal("250")
    assert exchange(booking_id=sold.id, seat_ids=seats[2:]).total == Decimal("550")


def test_a_seat_is_never_worth_less_than_nothing():
    hall = make_hall(rows=1, seats=2)
    dear = hall.seats.last()
    dear.category = make_category("VIP", "150")
    dear.save()
    seance = make_seance(hall=hall, price="250")
    seats = seat_ids(seance)
    sold = book(order(seance, seats[1:]))
    Ticket.objects.update(surcharge=None)  # sold before surcharges were kept
    dear.category.surcharge = Decimal("700")
    dear.category.save()
    assert exchange(booking_id=sold.id, seat_ids=seats[:1]).total == 0


def test_a_taken_seat_refuses_all_of_it_and_is_named():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    book(order(seance, seats[3:4]))
    block_seats(seance_id=seance.pk, seat_ids=seats[4:5], reason="", by_id=None)
    for wanted in ([seats[2], seats[3]], [seats[2], seats[4]]):
        with pytest.raises(SeatsTaken) as refused:
            exchange(booking_id=sold.id, seat_ids=wanted)
        assert refused.value.seats == wanted[1:]
    assert find(sold.id) == sold
    assert not Notice.objects.exists()


def test_an_expired_hold_is_not_in_the_way():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    expire(book(order(seance, seats[1:4][1:], hold=True)))
    assert seats_of(exchange(booking_id=sold.id, seat_ids=seats[2:4])) == seats[2:4]
    assert Booking.objects.get(status=BookingStatus.EXPIRED).tickets.count() == 2


def test_a_hold_that_still_runs_is_in_the_way():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:1]))
    book(order(seance, seats[1:2], hold=True))
    with pytest.raises(SeatsTaken):
        exchange(booking_id=sold.id, seat_ids=seats[1:2])


def test_who_was_let_in_already_stays_in_and_can_not_come_in_again():
    seance, door = make_seance(), make_staff()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:1]))
    admitted = check_in(code=sold.tickets[0].code, seance_ids=[seance.pk], by_id=door.pk)
    exchange(booking_id=sold.id, seat_ids=seats[1:2])
    new = Ticket.objects.get(seat=seats[1])
    assert (new.checked_in_at, new.checked_in_by) == (admitted.checked_in_at, door)


def test_a_started_showing_is_no_reason_against_it():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:1]))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE movies_seance SET starts_at = now() - interval '1 minute'")
    assert seats_of(exchange(booking_id=sold.id, seat_ids=seats[1:2])) == seats[1:2]


def test_once_the_showing_is_over_nobody_moves():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:1]))
    ended = timezone.now() - timedelta(minutes=1)
    Seance.objects.update(starts_at=ended - timedelta(hours=2), ends_at=ended, hall_free_at=ended)
    with pytest.raises(SeanceOver):
        exchange(booking_id=sold.id, seat_ids=seats[1:2])
    assert live_seats(sold) == {seats[0]}


def test_another_difference_than_was_agreed_moves_nobody():
    hall = make_hall(rows=1, seats=2)
    vip = make_category("VIP", "100")
    hall.seats.filter(number=2).update(category=vip)
    seance = make_seance(hall=hall)
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:1]))
    SeatCategory.objects.filter(pk=vip.pk).update(surcharge=150)
    with pytest.raises(OtherDifference) as refused:
        exchange(booking_id=sold.id, seat_ids=seats[1:], agreed=Decimal("100.00"))
    assert refused.value.difference == 150
    assert find(sold.id) == sold
    exchange(booking_id=sold.id, seat_ids=seats[1:], agreed=Decimal("150.00"))
    assert live_seats(sold) == {seats[1]}


def test_seats_of_another_hall_and_another_number_are_refused():
    seance, elsewhere = make_seance(), make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    with pytest.raises(SeatsElsewhere) as refused:
        exchange(booking_id=sold.id, seat_ids=[seats[2], seat_ids(elsewhere)[0]])
    assert refused.value.seats == [seat_ids(elsewhere)[0]]
    for wanted in ([], seats[:1], seats[:3], [seats[3], seats[3]]):
        with pytest.raises(OtherNumberOfSeats):
            exchange(booking_id=sold.id, seat_ids=wanted)
    assert find(sold.id) == sold


def test_only_what_is_sold_is_moved():
    seance = make_seance()
    seats = seat_ids(seance)
    cancelled = book(order(seance, seats[:1]))
    cancel(cancelled.id)
    held = book(order(seance, seats[1:2], hold=True))
    blocked = block_seats(seance_id=seance.pk, seat_ids=seats[2:3], reason="", by_id=None)
    for key in (cancelled.id, held.id, blocked):
        with pytest.raises(NotSold):
            exchange(booking_id=key, seat_ids=seats[5:6])
    with pytest.raises(NotFound):
        exchange(booking_id="00000000-0000-4000-8000-000000000000", seat_ids=seats[5:6])


def test_a_move_that_is_rolled_back_tells_nobody():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:1]))
    with transaction.atomic():
        exchange(booking_id=sold.id, seat_ids=seats[1:2])
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    exchange(booking_id=sold.id, seat_ids=seats[1:2])
    assert Notice.objects.get().kind == "exchanged"


def test_two_that_swap_seats_at_once_are_refused_and_never_deadlock():
    seance = make_seance()
    seats = seat_ids(seance)
    for _ in range(5):
        first, second = book(order(seance, seats[:3])), book(order(seance, seats[3:6]))
        results = race(
            lambda first=first: exchange(booking_id=first.id, seat_ids=seats[3:6]),
            lambda second=second: exchange(booking_id=second.id, seat_ids=seats[2::-1]),
        )
        assert all(isinstance(result, SeatsTaken) for result in results), results
        cancel(first.id)
        cancel(second.id)


def test_two_that_want_the_same_free_seats_get_them_once():
    seance = make_seance()
    seats = seat_ids(seance)
    for _ in range(5):
        first, second = book(order(seance, seats[:3])), book(order(seance, seats[3:6]))
        results = race(
            lambda first=first: exchange(booking_id=first.id, seat_ids=seats[6:9]),
            lambda second=second: exchange(booking_id=second.id, seat_ids=seats[8:5:-1]),
            lambda: book(order(seance, seats[6:9])),
        )
        won = [result for result in results if isinstance(result, Booked)]
        assert len(won) == 1, results
        assert all(isinstance(result, Booked | SeatsTaken) for result in results), results
        for booked in [first, second, *won]:
            cancel(booked.id)


def test_what_is_moved_while_it_is_cancelled_keeps_no_seat():
    seance = make_seance()
    seats = seat_ids(seance)
    for _ in range(8):
        sold = book(order(seance, seats[:2]))
        moved, cancelled = race(
            lambda sold=sold: exchange(booking_id=sold.id, seat_ids=seats[5:7]),
            lambda sold=sold: cancel(sold.id),
        )
        assert isinstance(moved, Booked | NotSold), moved
        assert cancelled.status == BookingStatus.CANCELLED
        assert live_seats(sold) == set()


def test_a_cancellation_that_waits_for_a_move_takes_back_the_new_seats():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    waiting_for(lambda: exchange(booking_id=sold.id, seat_ids=seats[5:7]), lambda: cancel(sold.id))
    assert find(sold.id).status == BookingStatus.CANCELLED
    assert live_seats(sold) == set()


def test_a_showing_cancelled_while_a_booking_moves_keeps_no_live_ticket():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    waiting_for(
        lambda: exchange(booking_id=sold.id, seat_ids=seats[5:7]),
        lambda: cancel_seance(seance.pk),
    )
    assert find(sold.id).status == BookingStatus.CANCELLED
    assert live_seats(sold) == set()


def test_a_move_that_waits_for_a_cancelled_showing_is_refused():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    with pytest.raises(NotSold):
        waiting_for(
            lambda: cancel_seance(seance.pk),
            lambda: exchange(booking_id=sold.id, seat_ids=seats[5:7]),
        )
