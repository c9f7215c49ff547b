"""What the database itself refuses, whoever writes."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from bookings.booking import book
from bookings.models import Booking, Payment, Ticket
from cinema.constraints import violated
from tests.making import make_hall, make_seance, seat_ids
from tests.selling import order

pytestmark = pytest.mark.django_db


def refused(statement: str, *parameters: Any) -> str | None:
    """The constraint that refuses this statement."""
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, parameters)
    return violated(error.value)


@pytest.fixture
def sold() -> Ticket:
    seance = make_seance()
    booked = book(order(seance, seat_ids(seance)[:1]))
    return Ticket.objects.get(pk=booked.tickets[0].id)


def copied(ticket: Ticket, **changes: object) -> str | None:
    """The constraint that refuses another ticket like this one."""
    values = {
        "booking_id": ticket.booking_id,
        "seance_id": ticket.seance_id,
        "hall_id": ticket.hall_id,
        "seat_id": ticket.seat_id,
        "price": ticket.price,
        "code": "ANOTHER",
        **changes,
    }
    columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    return refused(f"INSERT INTO bookings_ticket ({columns}) VALUES ({marks})", *values.values())


def test_a_seat_has_one_live_ticket_per_seance(sold):
    assert copied(sold) == "one_live_ticket_per_seat"


def test_a_released_ticket_leaves_its_seat_to_the_next(sold):
    Ticket.objects.update(released_at=timezone.now())
    with transaction.atomic():
        Ticket.objects.create(
            booking_id=sold.booking_id,
            seance_id=sold.seance_id,
            hall_id=sold.hall_id,
            seat_id=sold.seat_id,
            price=1,
            code="NEXT",
        )
    assert Ticket.objects.count() == 2


def test_a_sold_seat_is_in_the_hall_of_its_seance(sold):
    stranger = make_hall().seats.first()
    assert copied(sold, seat_id=stranger.pk) == "ticket_seat_in_its_hall"
    assert copied(sold, seat_id=stranger.pk, hall_id=stranger.hall_id) == "ticket_of_its_booking"


def test_a_ticket_is_for_the_seance_of_its_booking(sold):
    other = make_seance(hall=sold.hall, starts_at=timezone.now() + timedelta(days=9))
    assert copied(sold, seance_id=other.pk) == "ticket_of_its_booking"


def test_a_booking_is_in_the_hall_of_its_seance(sold):
    Ticket.objects.all().delete()
    assert (
        refused("UPDATE bookings_booking SET hall_id = %s", make_hall().pk)
        == "booking_seance_in_its_hall"
    )


def test_a_seance_with_bookings_keeps_its_hall_and_can_not_be_deleted(sold):
    hall = make_hall()
    assert refused("UPDATE movies_seance SET hall_id = %s", hall.pk) == "booking_seance_in_its_hall"
    assert refused("DELETE FROM movies_seance") == "booking_seance_in_its_hall"


def test_a_sold_seat_can_not_be_deleted(sold):
    assert refused("DELETE FROM movies_seat WHERE id = %s", sold.seat_id) == (
        "ticket_seat_in_its_hall"
    )


def test_a_booking_with_tickets_can_not_be_deleted(sold):
    assert refused("DELETE FROM bookings_booking") == "ticket_of_its_booking"


def test_no_price_is_negative(sold):
    assert refused("UPDATE bookings_ticket SET price = -1") == "ticket_price_not_negative"
    assert refused("UPDATE bookings_booking SET total = -1") == "booking_total_not_negative"
    assert refused("UPDATE movies_seance SET price = -1") == "seance_price_not_negative"
    assert refused("UPDATE movies_seatcategory SET surcharge = -1") == "surcharge_not_negative"


@pytest.mark.parametrize(
    "state",
    ["status = 'held'", "status = 'confirmed', confirmed_at = NULL", "status = 'nonsense'"],
)
def test_a_booking_s_status_agrees_with_its_times(sold, state):
    assert refused(f"UPDATE bookings_booking SET {state}") == "booking_status_has_its_time"


def test_an_idempotency_key_is_used_once():
    insert = (
        "INSERT INTO bookings_idempotencykey (key, fingerprint, headers) VALUES ('k', '', '{}')"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert)
    assert refused(insert) == "bookings_idempotencykey_pkey"


def test_a_booking_s_id_can_not_be_counted_up(sold):
    assert Booking.objects.get().pk.version == uuid.uuid4().version


def pay(ticket: Ticket, **values: object) -> Payment:
    known = {"gateway": "bank", "amount": 250, "currency": "RUB", "status": "pending"}
    with transaction.atomic():
        return Payment.objects.create(booking_id=ticket.booking_id, **known | values)


def unpayable(ticket: Ticket, **values: object) -> str | None:
    """The constraint that refuses such a payment."""
    with pytest.raises(IntegrityError) as error:
        pay(ticket, **values)
    return violated(error.value)


def test_a_booking_has_one_payment_that_is_pending_and_one_that_is_kept(sold):
    now = timezone.now()
    pay(sold)
    pay(sold, status="succeeded", settled_at=now)
    assert unpayable(sold) == "one_pending_payment_per_booking"
    kept = "one_succeeded_payment_per_booking"
    assert unpayable(sold, status="succeeded", settled_at=now) == kept
    for _ in range(2):
        pay(sold, status="failed", settled_at=now)
        pay(sold, status="refunding", settled_at=now)


def test_a_gateway_s_number_belongs_to_one_payment(sold):
    failed = {"status": "failed", "settled_at": timezone.now()}
    pay(sold, gateway_id="7", **failed)
    assert unpayable(sold, gateway_id="7", **failed) == "payment_at_gateway"
    pay(sold, gateway_id="7", gateway="other", **failed)
    for _ in range(2):
        pay(sold, gateway_id="", **failed)


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_is_no_payment(sold, amount):
    assert unpayable(sold, amount=amount) == "payment_amount_positive"


@pytest.mark.parametrize(
    ("status", "settled", "refunded"),
    [
        ("pending", True, False),
        ("pending", False, True),
        ("succeeded", False, False),
        ("failed", False, False),
        ("refunding", False, False),
        ("refunding", True, True),
        ("refunded", True, False),
        ("lost", True, False),
    ],
)
def test_a_payment_has_the_times_of_its_status(sold, status, settled, refunded):
    now = timezone.now()
    times = {"settled_at": now if settled else None, "refunded_at": now if refunded else None}
    assert unpayable(sold, status=status, **times) == "payment_status_has_its_time"
