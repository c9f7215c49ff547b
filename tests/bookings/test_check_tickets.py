"""`check_tickets` finds every kind of wrong sale, with the constraints out of the way."""

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from bookings import checking
from bookings.booked import Booked
from bookings.booking import book, cancel, cancel_seance, confirm
from bookings.holds import release_expired
from bookings.models import Booking, Payment, Ticket
from movies.models import Seance
from tests.making import make_hall, make_seance, seat_ids
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db

# What makes these mistakes impossible; dropped inside a test's transaction.
GUARDS = """
SET CONSTRAINTS ALL IMMEDIATE;
DROP INDEX one_live_ticket_per_seat;
ALTER TABLE bookings_ticket DROP CONSTRAINT ticket_of_its_booking;
ALTER TABLE bookings_ticket DROP CONSTRAINT ticket_seat_in_its_hall;
ALTER TABLE bookings_booking DROP CONSTRAINT booking_seance_in_its_hall;
"""


def check() -> str:
    output = StringIO()
    call_command("check_tickets", stdout=output)
    return output.getvalue().strip()


def mistakes() -> list[str]:
    output = StringIO()
    with pytest.raises(CommandError, match=r"^checked \d+ bookings, \d+ tickets: \d+ mistakes$"):
        call_command("check_tickets", stdout=output)
    return output.getvalue().splitlines()


def copy(ticket: Ticket, **changes: object) -> Ticket:
    values = {
        "booking_id": ticket.booking_id,
        "seance_id": ticket.seance_id,
        "hall_id": ticket.hall_id,
        "seat_id": ticket.seat_id,
        "price": ticket.price,
        "code": uuid.uuid4().hex[:12],
        **changes,
    }
    return Ticket.objects.create(**values)


@pytest.fixture
def seance() -> Seance:
    return make_seance()


@pytest.fixture
def sold(seance: Seance) -> Booked:
    """Two seats, and nothing any more that keeps the tables right."""
    booked = book(order(seance, seat_ids(seance)[:2]))
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)
    return booked


@pytest.fixture
def held(seance: Seance) -> Booked:
    return book(order(seance, seat_ids(seance)[5:7], hold=True))


def test_sales_of_every_kind_are_all_right(seance):
    seats = seat_ids(seance)
    book(order(seance, seats[:2]))
    cancel(book(order(seance, seats[2:4])).id)
    book(order(seance, seats[2:3]))
    confirm(book(order(seance, seats[4:5], hold=True)).id)
    cancel(book(order(seance, seats[5:6], hold=True)).id)
    expire(book(order(seance, seats[6:7], hold=True)))
    release_expired()
    expire(book(order(seance, seats[7:8], hold=True)))
    book(order(seance, seats[8:9], hold=True))
    other = make_seance()
    book(order(other, seat_ids(other)[:1]))
    cancel_seance(other.pk)
    assert check() == "checked 9 bookings, 11 tickets: all right"


def test_an_empty_cinema_is_all_right():
    assert check() == "checked 0 bookings, 0 tickets: all right"


def test_a_seat_sold_twice_is_found(seance, sold):
    first = Ticket.objects.get(pk=sold.tickets[0].id)
    booking = Booking.objects.create(
        seance=seance, hall_id=seance.hall_id, status="confirmed", total=250,
        confirmed_at=timezone.now(),
    )  # fmt: skip
    second = copy(first, booking_id=booking.pk)
    assert mistakes() == [
        f"sold twice: seat {first.seat_id} of seance {seance.pk}, "
        f"by the live tickets {first.pk}, {second.pk}"
    ]


def test_a_seat_sold_while_somebody_holds_it_is_found(seance, sold, held):
    second = copy(Ticket.objects.get(pk=held.tickets[0].id), booking_id=sold.id)
    Booking.objects.filter(pk=sold.id).update(total=750)
    [line] = mistakes()
    assert line.startswith("sold twice")
    assert str(second.pk) in line


def test_a_seat_sold_after_its_hold_expired_is_no_double_sale(seance, sold, held):
    expire(held)
    copy(Ticket.objects.get(pk=held.tickets[0].id), booking_id=sold.id)
    Booking.objects.filter(pk=sold.id).update(total=750)
    assert check().endswith("all right")


def test_a_ticket_without_its_booking_is_found(sold):
    Booking.objects.all()._raw_delete("default")
    assert mistakes() == [
        f"without its booking: ticket {ticket.id} of booking {sold.id}, which does not exist"
        for ticket in sold.tickets
    ]


def test_money_that_is_kept_for_nothing_is_found(seance, held):
    payment = Payment.objects.create(
        booking_id=held.id,
        gateway="sandbox",
        amount=500,
        currency="RUB",
        status="succeeded",
        settled_at=timezone.now(),
    )
    assert mistakes() == [
        f"money kept for nothing: payment {payment.pk} has succeeded, its booking {held.id} is held"
    ]
    confirm(held.id)
    assert check().endswith("all right")


def test_a_booking_without_tickets_is_found(sold):
    Ticket.objects.all()._raw_delete("default")
    assert mistakes() == [f"without tickets: booking {sold.id}"]


def test_a_ticket_for_a_seat_of_another_hall_is_found(seance, sold):
    elsewhere = make_hall()
    seat = elsewhere.seats.first()
    ticket = sold.tickets[0].id
    Ticket.objects.filter(pk=ticket).update(seat=seat)
    found = f"in the wrong hall: ticket {ticket}, whose seat {seat.pk} is not in the hall of seance"
    assert mistakes() == [f"{found} {seance.pk}"]
    Ticket.objects.filter(pk=ticket).update(hall=elsewhere)
    assert mistakes() == [f"{found} {seance.pk}"]


def test_a_ticket_for_a_seat_that_is_gone_is_found(sold):
    Ticket.objects.filter(pk=sold.tickets[0].id).update(seat_id=0)
    assert [line.partition(":")[0] for line in mistakes()] == ["in the wrong hall"]


def test_a_ticket_for_another_seance_than_its_bookings_is_found(seance, sold):
    later = make_seance(hall=seance.hall, starts_at=seance.hall_free_at)
    ticket = sold.tickets[0].id
    Ticket.objects.filter(pk=ticket).update(seance=later)
    assert mistakes() == [
        f"for another seance: ticket {ticket} for seance {later.pk}, "
        f"its booking {sold.id} for seance {seance.pk}"
    ]


def test_a_total_that_is_not_the_sum_of_the_tickets_is_found(sold):
    Booking.objects.update(total=499)
    assert mistakes() == [f"wrong total: booking {sold.id} says 499.00, its tickets cost 500.00"]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"released_at": timezone.now()}, "released"),
        ({"held_until": timezone.now() + timedelta(hours=1)}, "held until 20"),
    ],
)
def test_a_sold_booking_whose_ticket_is_not_sold_is_found(sold, changes, state):
    ticket = sold.tickets[1].id
    Ticket.objects.filter(pk=ticket).update(**changes)
    [line] = mistakes()
    assert line.startswith(
        f"at odds: booking {sold.id} is confirmed, its ticket {ticket} is {state}"
    )


def test_a_cancelled_booking_with_a_sold_ticket_is_found(sold):
    Booking.objects.update(status="cancelled", cancelled_at=timezone.now())
    assert mistakes() == [
        f"at odds: booking {sold.id} is cancelled, its ticket {ticket.id} is sold"
        for ticket in sold.tickets
    ]


def test_an_expired_booking_with_a_held_ticket_is_found(held):
    Booking.objects.update(status="expired")
    assert len(mistakes()) == 2
    assert f"booking {held.id} is expired, its ticket {held.tickets[0].id} is held" in mistakes()[0]


@pytest.mark.parametrize("until", [None, timezone.now() + timedelta(hours=9)])
def test_a_hold_whose_ticket_ends_at_another_time_is_found(held, until):
    ticket = held.tickets[0].id
    Ticket.objects.filter(pk=ticket).update(held_until=until)
    [line] = mistakes()
    assert line.startswith(f"at odds: booking {held.id} is held until 20")
    assert f"its ticket {ticket} is " in line


def test_a_hold_whose_ticket_was_released_is_found(held):
    Ticket.objects.filter(pk=held.tickets[0].id).update(released_at=timezone.now())
    [line] = mistakes()
    assert line.endswith("is released")


@pytest.mark.parametrize("hold", [True, False])
def test_a_sale_for_a_cancelled_seance_is_found(seance, hold):
    booked = book(order(seance, seat_ids(seance)[:1], hold=hold))
    Seance.objects.update(status="cancelled")
    assert mistakes() == [
        f"sold after the cancellation: booking {booked.id} is {booked.status}, "
        f"seance {seance.pk} is cancelled"
    ]


def test_every_mistake_has_a_line(seance, sold, held):
    Booking.objects.update(total=1)
    Ticket.objects.filter(booking=held.id).update(released_at=timezone.now())
    assert [line.partition(":")[0] for line in mistakes()] == ["wrong total"] * 2 + ["at odds"] * 2


@pytest.mark.django_db(transaction=True)
def test_sales_that_go_on_meanwhile_are_no_mistakes(monkeypatch):
    seance = make_seance()
    asked, ask = [], checking._ask

    def ask_and_sell(question):
        found = list(ask(question))
        [sold] = race(lambda: book(order(seance, seat_ids(seance)[len(asked) : len(asked) + 1])))
        asked.append(sold)
        return found

    monkeypatch.setattr(checking, "_ask", ask_and_sell)
    assert check() == "checked 0 bookings, 0 tickets: all right"
    assert Booking.objects.count() == len(asked) == len(checking.CHECKS)


@pytest.mark.django_db(transaction=True)
def test_it_changes_nothing(monkeypatch):
    wrong = checking.Check("never", "DELETE FROM bookings_ticket RETURNING id")
    monkeypatch.setattr(checking, "CHECKS", (wrong,))
    with pytest.raises(CommandError, match="read-only transaction"):
        check()
