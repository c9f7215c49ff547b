"""What `run_chores` measures in the tables."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from bookings import measuring
from bookings.booking import book, cancel
from bookings.measuring import measure
from bookings.models import Notice, NoticeKind, Payment, Ticket
from bookings.notices import queue
from cinema.metrics import of_chores
from cinema.metrics.chores import MEASURED, measured
from movies.models import Seance
from tests.bookings.test_check_tickets import GUARDS, copy
from tests.bookings.test_reports import make_history
from tests.counting import samples
from tests.making import make_hall, make_seance, seat_ids
from tests.paying import begin, hold, open_bank
from tests.selling import expire, order

pytestmark = pytest.mark.django_db


@pytest.fixture
def seance() -> Seance:
    return make_seance(hall=make_hall(rows=2, seats=5))


def without_guards() -> None:
    with connection.cursor() as cursor:
        cursor.execute(GUARDS)


def test_an_empty_cinema_measures_nothing_but_noughts():
    assert measure() == dict.fromkeys(MEASURED, 0)


def test_each_measure_has_its_gauge():
    measured({name: number for number, name in enumerate(MEASURED)})
    found = samples(of_chores())
    assert [found[name] for name in MEASURED] == list(range(len(MEASURED)))


def test_seats_that_two_live_tickets_are_for_are_counted(seance):
    booked = book(order(seance, seat_ids(seance)[:2]))
    without_guards()
    assert measure()["double_sold_seats"] == 0
    copy(Ticket.objects.get(pk=booked.tickets[0].id))
    assert measure()["double_sold_seats"] == 1


def test_a_ticket_that_is_not_live_any_more_sells_nothing_twice(seance):
    booked = book(order(seance, seat_ids(seance)[:1]))
    without_guards()
    ticket = Ticket.objects.get(pk=booked.tickets[0].id)
    copy(ticket, released_at=timezone.now())
    copy(ticket, held_until=timezone.now() - timedelta(minutes=1))
    assert measure()["double_sold_seats"] == 0


def test_showings_of_the_past_are_left_to_check_tickets(seance):
    booked = book(order(seance, seat_ids(seance)[:1]))
    without_guards()
    copy(Ticket.objects.get(pk=booked.tickets[0].id))
    began = timezone.now() - timedelta(hours=25)
    ended = began + timedelta(hours=2)
    Seance.objects.update(starts_at=began, ends_at=ended, hall_free_at=ended)
    assert measure()["double_sold_seats"] == 0


def test_holds_are_open_until_their_time_is_over(seance):
    seats = seat_ids(seance)
    book(order(seance, seats[:2], hold=True))
    book(order(seance, seats[2:3]))
    expire(book(order(seance, seats[3:4], hold=True)))
    assert measure()["holds_open"] == 1


@pytest.mark.django_db(transaction=True)
def test_payments_that_nothing_has_become_of_are_counted_with_the_age_of_the_oldest(
    seance, settings, monkeypatch
):
    open_bank(settings, monkeypatch)
    for seat in seat_ids(seance)[:2]:
        begin(hold(seance, [seat]))
    first = Payment.objects.order_by("created_at").first()
    Payment.objects.filter(pk=first.pk).update(created_at=timezone.now() - timedelta(minutes=10))
    found = measure()
    assert found["payments_pending"] == 2
    assert 600 <= found["payments_undecided_seconds"] < 660


def test_emails_wait_until_they_are_sent_or_given_up(seance):
    booked = book(order(seance, seat_ids(seance)[:1]))
    Notice.objects.all().delete()
    for _ in range(3):
        queue([booked.id], NoticeKind.TICKETS)
    sent, given_up, _waits = Notice.objects.order_by("pk")
    Notice.objects.filter(pk=sent.pk).update(sent_at=timezone.now())
    Notice.objects.filter(pk=given_up.pk).update(next_attempt_at=None)
    assert measure()["notices_waiting"] == 1


def test_showings_to_come_are_counted_with_the_seats_of_their_halls(seance):
    make_seance(hall=seance.hall, starts_at=timezone.now() + timedelta(days=3))
    begun = make_seance(starts_at=timezone.now() + timedelta(days=5))
    Seance.objects.filter(pk=begun.pk).update(starts_at=timezone.now() - timedelta(minutes=1))
    cancelled = make_seance(starts_at=timezone.now() + timedelta(days=7))
    Seance.objects.filter(pk=cancelled.pk).update(status="cancelled")
    cancel(book(order(seance, seat_ids(seance)[:1])).id)
    found = measure()
    assert (found["showings_upcoming"], found["seats_upcoming"]) == (2, 20)


def test_history_makes_it_no_slower():
    make_history(days=500, a_day=60)
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + measuring._MEASURE)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    for table in ("bookings_ticket", "bookings_booking"):
        assert f"Seq Scan on {table}" not in plan, plan


def test_it_is_one_question(django_assert_num_queries):
    with django_assert_num_queries(1):
        measure()
