"""Booking, holding, confirming and cancelling: what the services do and how much they ask."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from bookings.booked import find
from bookings.booking import Cancelled, book, cancel, cancel_once, cancel_seance, confirm
from bookings.claiming import Order
from bookings.holds import release_expired
from bookings.idempotency import forget_old
from bookings.models import Booking, BookingStatus, IdempotencyKey, Ticket
from bookings.refusals import (
    BookingCancelled,
    CancellationClosed,
    HoldExpired,
    SeanceCancelled,
    SeanceOver,
    SeanceStarted,
    SeatsElsewhere,
    SeatsTaken,
)
from cinema.refusals import NotFound
from movies.models import Seance
from tests.making import make_category, make_hall, make_seance, make_staff, seat_ids
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


def live_tickets() -> int:
    return Ticket.objects.filter(released_at=None).count()


def start_in(seance: Seance, minutes: int) -> None:
    """Moves a showing in time, past the rule that what is sold stays."""
    starts_at = timezone.now() + timedelta(minutes=minutes)
    Seance.objects.filter(pk=seance.pk).update(
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        hall_free_at=starts_at + timedelta(hours=3),
    )


def test_a_purchase_is_one_statement(django_assert_num_queries):
    seance = make_seance()
    seats = seat_ids(seance)[:3]
    with django_assert_num_queries(1):
        book(order(seance, seats))


def test_a_hold_is_one_statement_and_so_is_telling_a_loser_why(django_assert_num_queries):
    seance = make_seance()
    seats = seat_ids(seance)[:3]
    with django_assert_num_queries(1):
        book(order(seance, seats, hold=True))
    with django_assert_num_queries(2), pytest.raises(SeatsTaken):
        book(order(seance, seats))


def test_a_seat_costs_the_base_price_and_its_category_surcharge():
    hall = make_hall(rows=1, seats=2)
    dear = hall.seats.last()
    dear.category = make_category("VIP", "149.50")
    dear.save()
    seance = make_seance(hall=hall, price="250.25")
    booked = book(order(seance, seat_ids(seance)))
    assert [ticket.price for ticket in booked.tickets] == [Decimal("250.25"), Decimal("399.75")]
    assert booked.total == Decimal("650.00")
    assert find(booked.id) == booked


def test_tickets_come_in_the_order_asked():
    seance = make_seance()
    wanted = seat_ids(seance)[4::-1]
    booked = book(order(seance, wanted))
    assert [ticket.seat_id for ticket in booked.tickets] == wanted
    assert [ticket.seat_id for ticket in find(booked.id).tickets] == wanted


def test_all_seats_are_booked_or_none():
    seance = make_seance()
    first, second, third = seat_ids(seance)[:3]
    book(order(seance, [second]))
    with pytest.raises(SeatsTaken) as refused:
        book(order(seance, [third, second, first]))
    assert refused.value.seats == [second]
    assert live_tickets() == Booking.objects.count() == 1


def test_every_taken_seat_is_named_in_ascending_order():
    seance = make_seance()
    seats = seat_ids(seance)
    book(order(seance, [seats[3]]))
    book(order(seance, [seats[1]], hold=True))
    with pytest.raises(SeatsTaken, match=f"{seats[1]}, {seats[3]}"):
        book(order(seance, seats[:5][::-1]))


def test_a_seat_of_another_hall_is_refused():
    seance, elsewhere = make_seance(), make_seance()
    stranger = seat_ids(elsewhere)[0]
    with pytest.raises(SeatsElsewhere) as refused:
        book(order(seance, [seat_ids(seance)[0], stranger, 2**70]))
    assert 2**70 in refused.value.seats
    with pytest.raises(SeatsElsewhere, match=str(stranger)):
        book(order(seance, [seat_ids(seance)[0], stranger]))
    assert not Booking.objects.exists()


def test_a_showing_that_is_not_there_or_not_of_the_film_is_not_found():
    seance = make_seance()
    seats = seat_ids(seance)[:1]
    with pytest.raises(NotFound, match="seance_id 0"):
        book(Order(seance_id=0, seat_ids=seats, email="a@b.org"))
    with pytest.raises(NotFound, match=f"seance_id {seance.pk}"):
        book(
            Order(
                seance_id=seance.pk, movie_id=seance.movie_id + 1, seat_ids=seats, email="a@b.org"
            )
        )


def test_sales_close_when_the_showing_starts():
    seance = make_seance()
    start_in(seance, minutes=0)
    with pytest.raises(SeanceStarted):
        book(order(seance, seat_ids(seance)[:1]))


def test_a_held_seat_is_taken_until_its_time_is_over_and_vacant_at_once_after():
    seance = make_seance()
    seat = seat_ids(seance)[0]
    held = book(order(seance, [seat], hold=True))
    with pytest.raises(SeatsTaken):
        book(order(seance, [seat]))
    expire(held)
    bought = book(order(seance, [seat]))
    assert bought.status == BookingStatus.CONFIRMED
    assert find(held.id).status == BookingStatus.EXPIRED
    assert live_tickets() == 1


def test_confirming_a_hold_sells_it_and_confirming_again_changes_nothing():
    seance = make_seance()
    held = book(order(seance, seat_ids(seance)[:2], hold=True))
    assert held.status == BookingStatus.HELD
    assert held.expires_at is not None
    sold = confirm(held.id)
    assert (sold.status, sold.expires_at) == (BookingStatus.CONFIRMED, None)
    assert confirm(held.id) == sold
    assert not Ticket.objects.exclude(held_until=None).exists()


def test_an_expired_hold_can_not_be_confirmed_even_while_its_seats_are_free():
    seance = make_seance()
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    expire(held)
    with pytest.raises(HoldExpired):
        confirm(held.id)
    assert find(held.id).status == BookingStatus.EXPIRED


def test_a_released_hold_frees_its_seats_and_can_not_be_confirmed():
    seance = make_seance()
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    assert cancel(held.id).status == BookingStatus.CANCELLED
    with pytest.raises(BookingCancelled):
        confirm(held.id)
    book(order(seance, seat_ids(seance)[:1]))


def test_a_cancelled_seat_can_be_sold_again_and_the_history_stays():
    seance = make_seance()
    seat = seat_ids(seance)[0]
    first = book(order(seance, [seat]))
    assert cancel(first.id).status == BookingStatus.CANCELLED
    second = book(order(seance, [seat]))
    assert second.tickets[0].id != first.tickets[0].id
    assert find(first.id).tickets == first.tickets
    assert cancel(first.id).status == BookingStatus.CANCELLED
    assert live_tickets() == 1


def test_a_buyer_can_cancel_until_the_notice_before_the_start_and_staff_at_any_time():
    seance = make_seance()
    sold = book(order(seance, seat_ids(seance)[:1]))
    start_in(seance, minutes=31)
    late = book(order(seance, seat_ids(seance)[1:2]))
    cancel(sold.id)
    start_in(seance, minutes=29)
    with pytest.raises(CancellationClosed, match="30"):
        cancel(late.id)
    assert find(late.id).status == BookingStatus.CONFIRMED
    assert cancel(late.id, by_id=make_staff().pk).status == BookingStatus.CANCELLED


def test_who_cancels_second_is_told_that_nothing_was_left_to_pay_back():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    held = book(order(seance, seats[2:3], hold=True))
    assert cancel_once(sold.id) == Cancelled("", False, bookings=1, paid=Decimal(500))
    assert cancel_once(sold.id) is None
    assert cancel_once(held.id) == Cancelled("", False, bookings=1, paid=Decimal(0))


def test_a_showing_that_is_over_is_not_cancelled_any_more():
    seance = make_seance()
    sold = book(order(seance, seat_ids(seance)[:1]))
    ended = timezone.now() - timedelta(minutes=1)
    Seance.objects.update(starts_at=ended - timedelta(hours=2), ends_at=ended, hall_free_at=ended)
    with pytest.raises(SeanceOver):
        cancel_seance(seance.pk, by_id=make_staff().pk)
    assert find(sold.id).status == BookingStatus.CONFIRMED


def test_cancelling_a_showing_cancels_its_bookings_and_ends_its_sales():
    seance = make_seance()
    seats = seat_ids(seance)
    sold = book(order(seance, seats[:2]))
    held = book(order(seance, seats[2:3], hold=True))
    gone = book(order(seance, seats[3:4], hold=True))
    expire(gone)
    release_expired()
    assert cancel_seance(seance.pk) == [Cancelled("", False, bookings=2, paid=Decimal(500))]
    assert cancel_seance(seance.pk) == []
    assert {find(one.id).status for one in (sold, held)} == {BookingStatus.CANCELLED}
    assert find(gone.id).status == BookingStatus.EXPIRED
    assert live_tickets() == 0
    with pytest.raises(SeanceCancelled):
        book(order(seance, seats[:1]))


def test_releasing_expired_holds_leaves_running_holds_and_sales_alone():
    seance = make_seance()
    seats = seat_ids(seance)
    book(order(seance, seats[:1]))
    book(order(seance, seats[1:2], hold=True))
    expired = [book(order(seance, [seat], hold=True)) for seat in seats[2:5]]
    for held in expired:
        expire(held)
    assert release_expired(limit=2) == 2
    assert release_expired() == 1
    assert release_expired() == 0
    assert live_tickets() == 2


def test_old_idempotency_keys_are_forgotten_and_young_ones_kept():
    IdempotencyKey.objects.create(key="young", fingerprint=b"")
    IdempotencyKey.objects.create(key="old", fingerprint=b"")
    IdempotencyKey.objects.filter(key="old").update(created_at=timezone.now() - timedelta(hours=73))
    assert forget_old() == 1
    assert IdempotencyKey.objects.get().key == "young"


def test_the_plan_of_a_purchase_reads_no_table_as_a_whole():
    """Its cost must not grow with history: only look-ups by index, whatever the planner thinks."""
    from bookings.claiming import CLAIM, parameters

    seance = make_seance(hall=make_hall(rows=20, seats=20))
    asked = parameters(order(seance, seat_ids(seance)[:2]))
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        cursor.execute("EXPLAIN " + CLAIM, asked)
        plan = "\n".join(row[0] for row in cursor.fetchall())
        cursor.execute("RESET enable_seqscan")
    assert "Seq Scan" not in plan, plan
