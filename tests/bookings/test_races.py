"""Who gets a seat when everybody wants it at once. Threads are started by a barrier."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from bookings.booked import Booked
from bookings.booking import book, cancel, cancel_seance, confirm
from bookings.models import Booking, IdempotencyKey, Ticket
from bookings.refusals import HoldExpired, SeanceCancelled, SeatsTaken
from cinema.refusals import NotFound
from movies import schedule
from movies.models import Seance
from movies.refusals import HallOccupied, SoldAlready
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


def test_fifty_buyers_of_one_seat_make_one_sale_and_49_conflicts():
    seance = make_seance()
    seat = seat_ids(seance)[0]
    results = race(*[lambda: book(order(seance, [seat]))] * 50)
    lost = [result for result in results if isinstance(result, SeatsTaken)]
    assert sum(isinstance(result, Booked) for result in results) == 1
    assert len(lost) == 49
    assert all(result.seats == [seat] for result in lost)
    assert Ticket.objects.count() == Booking.objects.count() == 1


def test_fifty_requests_with_one_idempotency_key_make_one_booking_and_50_equal_answers():
    seance = make_seance()
    body = {"seance_id": seance.pk, "email": "a@b.org", "seatsIds": seat_ids(seance)[:2]}

    def post():
        return APIClient().post(
            "/bookings", body, format="json", headers={"Idempotency-Key": "one purchase"}
        )

    answers = race(*[post] * 50)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Booking.objects.count() == IdempotencyKey.objects.count() == 1


@pytest.mark.parametrize("rounds", [10])
def test_buyers_who_name_the_same_seats_in_opposite_orders_never_deadlock(rounds):
    hall = make_hall(rows=1, seats=10)
    for _ in range(rounds):
        seance = make_seance(
            hall=hall, starts_at=timezone.now() + timedelta(days=1 + Seance.objects.count())
        )
        seats = seat_ids(seance)
        forwards, backwards = order(seance, seats), order(seance, seats[::-1])
        results = race(*[lambda: book(forwards), lambda: book(backwards)] * 4)
        sold = [result for result in results if isinstance(result, Booked)]
        assert len(sold) == 1
        assert all(isinstance(result, Booked | SeatsTaken) for result in results), results


def test_buyers_of_an_expired_hold_in_opposite_orders_never_deadlock():
    hall = make_hall(rows=1, seats=6)
    for _ in range(6):
        seance = make_seance(
            hall=hall, starts_at=timezone.now() + timedelta(days=1 + Seance.objects.count())
        )
        seats = seat_ids(seance)
        expire(book(order(seance, seats[2:4], hold=True)))
        expire(book(order(seance, seats[4:5], hold=True)))

        def post(wanted: list[int], seance: Seance = seance):
            return APIClient().post(
                "/bookings",
                {"seance_id": seance.pk, "email": "a@b.org", "seatsIds": wanted},
                format="json",
                headers={"Idempotency-Key": uuid.uuid4().hex},
            )

        answers = race(*[lambda: post(seats), lambda: post(seats[::-1])] * 4)
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7


def test_a_hold_is_confirmed_or_taken_by_another_but_never_both():
    hall = make_hall(rows=1, seats=1)
    for _ in range(10):
        seance = make_seance(
            hall=hall, starts_at=timezone.now() + timedelta(days=1 + Seance.objects.count())
        )
        held = book(order(seance, seat_ids(seance), hold=True))
        expire(held, at=timezone.now() + timedelta(milliseconds=15))
        confirmed, *others = race(
            lambda: confirm(held.id), *[lambda: book(order(seance, seat_ids(seance)))] * 3
        )
        winners = [one for one in (confirmed, *others) if isinstance(one, Booked)]
        assert len(winners) <= 1
        assert isinstance(confirmed, Booked | HoldExpired)
        assert all(isinstance(other, Booked | SeatsTaken) for other in others), others
        assert Ticket.objects.filter(seance=seance, released_at=None).count() <= 1


def test_a_confirmed_booking_is_cancelled_by_one_of_two_and_its_seat_sold_once_again():
    seance = make_seance()
    seat = seat_ids(seance)[0]
    sold = book(order(seance, [seat]))
    cancelled = race(lambda: cancel(sold.id), lambda: cancel(sold.id))
    assert [one.status for one in cancelled] == ["cancelled", "cancelled"]
    results = race(*[lambda: book(order(seance, [seat]))] * 5)
    assert sum(isinstance(result, Booked) for result in results) == 1
    assert sum(isinstance(result, SeatsTaken) for result in results) == 4
    assert Ticket.objects.filter(seat=seat, released_at=None).count() == 1


def test_a_showing_is_sold_or_deleted_but_never_both():
    hall = make_hall(rows=1, seats=1)
    for _ in range(10):
        seance = make_seance(
            hall=hall, starts_at=timezone.now() + timedelta(days=1 + Seance.objects.count())
        )
        seats = seat_ids(seance)
        bought, deleted = race(
            lambda: book(order(seance, seats)), lambda: schedule.seance_delete(seance.pk)
        )
        if Seance.objects.filter(pk=seance.pk).exists():
            assert isinstance(bought, Booked)
            assert isinstance(deleted, SoldAlready)
        else:
            assert deleted is None
            assert isinstance(bought, NotFound)


def test_a_showing_that_is_cancelled_while_it_sells_keeps_no_live_ticket():
    seance = make_seance(hall=make_hall(rows=1, seats=10))
    results = race(
        lambda: cancel_seance(seance.pk),
        *[lambda seat=seat: book(order(seance, [seat])) for seat in seat_ids(seance)],
    )
    assert not Ticket.objects.filter(seance=seance, released_at=None).exists()
    assert all(isinstance(result, list | Booked | SeanceCancelled) for result in results), results


def test_two_plans_for_one_hall_and_time_make_one_showing():
    hall, movie = make_hall(), make_movie()
    starts_at = timezone.now() + timedelta(days=1)
    results = race(
        *[lambda: make_seance(hall=hall, movie=movie, starts_at=starts_at)] * 6,
    )
    assert sum(isinstance(result, Seance) for result in results) == 1
    assert sum(isinstance(result, HallOccupied) for result in results) == 5
