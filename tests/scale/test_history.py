"""Filling a database with years of sales: all rules hold afterwards, and for every row."""

from collections import Counter

import pytest
from django.db import IntegrityError, connection

from bookings.models import Booking, BookingStatus, Notice, Payment, Ticket
from cinema.audit.models import Change
from loadtest.scale.afterwards import checked_afterwards
from loadtest.scale.history import SOLD, fill
from loadtest.scale.size import Impossible, Size
from movies.models import Seance
from tests.making import make_seance, seat_ids

pytestmark = pytest.mark.django_db(transaction=True)

SMALL = Size(tickets=2000, seances=40, halls=2, films=3, coming=2)


def rules() -> dict[str, str]:
    """Every constraint and index of the tables that are filled, in the database's words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) ||"
            " convalidated FROM pg_constraint WHERE conrelid = ANY(%(tables)s::regclass[])"
            " UNION ALL SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) ||"
            " indisvalid FROM pg_index WHERE indrelid = ANY(%(tables)s::regclass[])",
            {"tables": list(SOLD)},
        )
        return dict(cursor.fetchall())


def test_all_rules_are_there_again_and_hold():
    before = rules()
    filled = fill(SMALL, lambda _said: None)
    assert rules() == before
    assert filled.seances == Seance.objects.count() == 40
    assert (filled.bookings, filled.tickets) == (Booking.objects.count(), Ticket.objects.count())


def test_sales_leave_behind_what_they_do_in_a_cinema():
    fill(SMALL, lambda _said: None)
    states = Counter(Booking.objects.values_list("status", flat=True))
    assert set(states) == set(BookingStatus.values) - {BookingStatus.BLOCKED}
    paid = states["confirmed"] + states["cancelled"]
    assert Payment.objects.filter(status="succeeded").count() == states["confirmed"]
    assert Payment.objects.count() == Notice.objects.filter(sent_at__isnull=False).count() == paid
    assert Change.objects.filter(kind="bookings.booking", part="").count() == states["cancelled"]
    sold = Ticket.objects.filter(released_at__isnull=True, held_until__isnull=True).count()
    assert sold == pytest.approx(2000, rel=0.1)
    assert Seance.future().exists()


def test_a_database_with_bookings_is_left_alone():
    fill(SMALL, lambda _said: None)
    with pytest.raises(Impossible, match="only an empty one"):
        fill(SMALL, lambda _said: None)


def sell_a_seat_of_another_hall(seance: Seance, seat_id: int) -> None:
    place = {"seance": seance, "hall": seance.hall}
    with checked_afterwards(SOLD):
        booking = Booking.objects.create(**place, status="blocked", total=0)
        Ticket.objects.create(**place, booking=booking, seat_id=seat_id, price=0, code="A")


def test_a_row_that_breaks_a_rule_brings_everything_back():
    before = rules()
    seance, elsewhere = make_seance(), seat_ids(make_seance())[0]
    with pytest.raises(IntegrityError, match="ticket_seat_in_its_hall"):
        sell_a_seat_of_another_hall(seance, elsewhere)
    assert rules() == before
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"tickets": 10_000, "seances": 10}, "ask for more showings"),
        ({"tickets": 100, "seances": 100, "halls": 10, "coming": 2}, "2 of them are to come"),
        ({"tickets": 0, "seances": 10}, "1 or more"),
    ],
)
def test_a_cinema_that_can_not_be_is_refused(asked, told):
    with pytest.raises(Impossible, match=told):
        Size(**asked)


def test_tickets_are_vacuumed_by_number_however_many_there_are():
    """Else the index alone would tell which seats are taken only months after they were sold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reloptions FROM pg_class"
            " WHERE relname IN ('bookings_ticket', 'bookings_booking')"
        )
        for table, options in cursor.fetchall():
            assert "autovacuum_vacuum_insert_scale_factor=0" in (options or []), table
