"""What was sold and paid back: by the moments that count, and never differently afterwards."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from bookings import reports
from bookings.blocking import block_seats
from bookings.booking import book, cancel
from bookings.claiming import Order
from bookings.exchanging import exchange
from bookings.models import Booking, Ticket
from bookings.reports import Line, Turnover
from movies.business_day import day_of
from movies.models import Seat
from tests.making import make_category, make_hall, make_movie, make_seance, make_staff, seat_ids
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


def lines(days_ago: int = 0) -> list[Line]:
    since = timezone.now() - timedelta(days=days_ago, hours=12)
    return reports.turnover(since, since + timedelta(days=1))


def total(days_ago: int = 0) -> Turnover:
    return sum((line.turnover for line in lines(days_ago)), Turnover())


def sell(seance, seats, **of):
    return book(Order(seance_id=seance.pk, seat_ids=seats, email="a@b.org", **of))


def age(booking_id, **by) -> None:
    """Lets a booking have been paid earlier."""
    earlier = timezone.now() - timedelta(**by)
    Booking.objects.filter(pk=booking_id).update(confirmed_at=earlier)


def test_a_sale_counts_with_its_film_category_payment_and_seller():
    seance = make_seance(movie=make_movie("Броненосец"))
    seller = make_staff("cashier")
    sell(seance, seat_ids(seance)[:2], sold_by_id=seller.pk, paid_by="cash")
    sell(seance, seat_ids(seance)[2:3])
    assert lines() == [
        Line("Броненосец", "Стандарт", "", "", Turnover(1, Decimal(250))),
        Line("Броненосец", "Стандарт", "cash", "cashier", Turnover(2, Decimal(500))),
    ]


def test_what_is_held_expired_or_blocked_never_counts():
    seance = make_seance()
    seats = seat_ids(seance)
    book(order(seance, seats[:1], hold=True))
    expire(book(order(seance, seats[1:2], hold=True)))
    cancel(book(order(seance, seats[2:3], hold=True)).id)
    block_seats(seance_id=seance.pk, seat_ids=seats[3:4], reason="broken", by_id=None)
    sell(seance, seats[1:2])  # tidies the expired hold away
    assert total() == Turnover(1, Decimal(250))


def test_a_refund_counts_on_its_own_day_and_leaves_the_day_of_the_sale_alone():
    seance = make_seance(starts_at=timezone.now() + timedelta(days=9))
    sold = sell(seance, seat_ids(seance)[:2])
    age(sold.id, days=3)
    cancel(sold.id)
    assert total(days_ago=3) == Turnover(2, Decimal(500))
    assert total() == Turnover(0, Decimal(0), 2, Decimal(500))


def test_an_exchange_pays_back_the_old_seat_and_sells_the_new_one_on_its_day():
    hall = make_hall()
    dear = Seat.objects.create(
        hall=hall, row="V", number=1, x=0, y=9, category=make_category("VIP", "100")
    )
    seance = make_seance(hall=hall)
    sold = sell(seance, seat_ids(seance)[:2])
    age(sold.id, days=3)
    exchange(booking_id=sold.id, seat_ids=[seat_ids(seance)[0], dear.pk])
    assert total(days_ago=3) == Turnover(2, Decimal(500))
    assert total() == Turnover(1, Decimal(350), 1, Decimal(250))
    cancel(sold.id)
    assert total() == Turnover(1, Decimal(350), 3, Decimal(850))


def test_a_seat_s_category_is_that_of_the_sale_whatever_it_becomes():
    seance = make_seance()
    sell(seance, seat_ids(seance)[:1])
    Seat.objects.update(category=make_category("VIP", "100"))
    assert [line.category for line in lines()] == ["Стандарт"]
    Ticket.objects.update(category="")  # sold before categories were kept
    assert [line.category for line in lines()] == ["VIP"]


def test_days_are_the_cinema_s(settings):
    seance = make_seance(movie=make_movie("Ночь"))
    sold = sell(seance, seat_ids(seance)[:1])
    six = timezone.localtime().replace(hour=6, minute=0, second=0, microsecond=0)
    for moment, day in (
        (six, six.date()),
        (six - timedelta(seconds=1), six.date() - timedelta(days=1)),
    ):
        Booking.objects.filter(pk=sold.id).update(confirmed_at=moment)
        found = reports.by_day(six - timedelta(days=1), six + timedelta(days=1))
        assert found == {(day, "Ночь"): Turnover(1, Decimal(250))}
        assert day_of(moment) == day


def test_shifts_and_the_report_of_their_day_are_the_same_figures():
    hall = make_hall()
    dear = hall.seats.last()
    Seat.objects.filter(pk=dear.pk).update(category=make_category("VIP", "100"))
    seance = make_seance(hall=hall)
    seats = seat_ids(seance)
    olga, petr = make_staff("olga"), make_staff("petr")
    sold = sell(seance, seats[:2], sold_by_id=olga.pk, paid_by="cash")
    sell(seance, seats[2:3], sold_by_id=olga.pk, paid_by="card")
    online = sell(seance, seats[3:4])
    exchange(booking_id=online.id, seat_ids=[dear.pk], by_id=petr.pk, paid_by="cash")
    exchange(booking_id=sold.id, seat_ids=seats[5:7], by_id=petr.pk)
    cancel(sold.id, by_id=petr.pk)
    reported = reports.summed(((line.seller, line.paid_by), line.turnover) for line in lines())
    since = timezone.now() - timedelta(hours=1)
    for person in (olga, petr):
        shift = reports.of_person(person.pk, since, since + timedelta(hours=2))
        assert shift == {
            paid_by: one for (seller, paid_by), one in reported.items() if seller == person.username
        }
    assert reported["olga", "cash"] == Turnover(2, Decimal(500))
    assert reported["petr", "cash"] == Turnover(3, Decimal(850), 5, Decimal(1250))
    assert reported["", ""] == Turnover(1, Decimal(250))


def test_the_journal_adds_up_to_the_report():
    seance = make_seance(starts_at=timezone.now() + timedelta(days=9))
    sold = sell(seance, seat_ids(seance)[:3])
    sell(seance, seat_ids(seance)[3:5])
    cancel(sold.id)
    since = timezone.now() - timedelta(hours=1)
    movements = list(reports.journal(since, since + timedelta(days=1), limit=100))
    assert len(movements) == 8
    assert sum(one.amount for one in movements) == total().money == Decimal(500)


def test_no_plan_reads_a_table_as_a_whole():
    make_history(days=500, a_day=60)
    asked = {
        "since": timezone.now() - timedelta(days=1),
        "until": timezone.now(),
        "zone": "Europe/Moscow",
        "begins": timedelta(hours=6),
        "by": 1,
        "limit": 10,
    }
    for query in (
        reports._TURNOVER,
        reports._BY_DAY,
        reports._OF_PERSON,
        reports._JOURNAL,
    ):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN " + query, asked)
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Index Cond" in plan
        assert "Seq Scan on bookings_" not in plan, plan


def make_history(*, days: int, a_day: int) -> None:
    """So many sales on each of the past days, all exchanged and cancelled since; and lets the
    planner know, whatever it remembers of these tables from before."""
    seance = make_seance()
    known = {
        "seance": seance.pk,
        "hall": seance.hall_id,
        "seat": seat_ids(seance)[0],
        "number": days * a_day,
        "apart": timedelta(days=1) / a_day,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO bookings_booking
                (id, seance_id, hall_id, email, status, total, confirmed_at, cancelled_at)
            SELECT gen_random_uuid(), %(seance)s, %(hall)s, '', 'cancelled', 1, moment, moment
            FROM (SELECT now() - number * %(apart)s AS moment
                  FROM generate_series(1, %(number)s) AS number) AS sold
            """,
            known,
        )
        cursor.execute(
            """
            INSERT INTO bookings_ticket (booking_id, seance_id, hall_id, seat_id, price, code,
                                         released_at, exchanged_at)
            SELECT id, seance_id, hall_id, %(seat)s, 1, left(md5(id::text), 16),
                   confirmed_at, confirmed_at
            FROM bookings_booking
            """,
            known,
        )
        cursor.execute("ANALYZE bookings_booking, bookings_ticket")
