"""A hall's plan saved while its seats are sold, or while somebody else saves another."""

from typing import Any

import pytest
from django.db import connection

from bookings.booked import Booked
from bookings.booking import book
from bookings.models import Ticket
from bookings.refusals import SeatsElsewhere
from cinema.refusals import Refused
from movies import halls
from movies.models import Hall, Seat
from movies.refusals import PlanFaulty, PlanOutdated, SeatsSold
from movies.seat_plan import Arranged, PlannedSeat, seats_arrange, version_of
from tests.bookings.test_open_transactions import (
    in_background,
    somebody_waits_for_a_lock,
    unfinished,
)
from tests.making import make_category, make_hall, make_seance, seat_ids
from tests.polling import eventually
from tests.racing import race
from tests.selling import order

pytestmark = pytest.mark.django_db(transaction=True)


def emptied(hall: Hall) -> Any:
    return seats_arrange(hall_id=hall.pk, seats=[])


def redrawn(hall: Hall) -> list[PlannedSeat]:
    """The same seats under other numbers."""
    return [
        PlannedSeat(s.row, s.number + 100, s.x, s.y, s.category_id, id=s.pk)
        for s in hall.seats.order_by("pk")
    ]


def test_a_seat_that_is_being_sold_is_not_removed():
    seance = make_seance()
    first, *_others = seat_ids(seance)
    with unfinished(lambda: book(order(seance, [first]))) as end:
        saving = in_background(lambda: emptied(seance.hall))
        eventually(somebody_waits_for_a_lock)
        end.set()
    refused = saving.result(30)
    assert isinstance(refused, SeatsSold), refused
    assert [s.pk for s in refused.removed] == [first]
    assert seance.hall.seats.count() == 10


def test_a_seat_that_is_being_removed_is_refused_to_its_buyer():
    seance = make_seance()
    first, second = seat_ids(seance)[:2]
    with unfinished(lambda: emptied(seance.hall)) as end:
        buying = in_background(lambda: book(order(seance, [second, first])))
        eventually(somebody_waits_for_a_lock)
        end.set()
    assert isinstance(buying.result(30), SeatsElsewhere), buying.result()
    assert not Ticket.objects.exists()


def test_a_seat_that_is_being_sold_keeps_its_number():
    seance = make_seance()
    first, *_others = seat_ids(seance)
    wanted = redrawn(seance.hall)
    with unfinished(lambda: book(order(seance, [first]))) as end:
        saving = in_background(lambda: seats_arrange(hall_id=seance.hall_id, seats=wanted))
        eventually(somebody_waits_for_a_lock)
        end.set()
    refused = saving.result(30)
    assert isinstance(refused, SeatsSold), refused
    assert [s.pk for s in refused.renamed] == [first]
    assert not seance.hall.seats.filter(number__gt=100).exists()


def test_a_plan_and_a_buyer_wait_for_seats_in_one_order():
    seance = make_seance()
    first, second, third = seat_ids(seance)[:3]
    wanted = redrawn(seance.hall)
    # Somebody has the one in the middle, and so stops both on their way from the first.
    with unfinished(lambda: Seat.objects.select_for_update().get(pk=second)) as end:
        saving = in_background(lambda: seats_arrange(hall_id=seance.hall_id, seats=wanted))
        eventually(lambda: waiting() == 1)
        buying = in_background(lambda: book(order(seance, [third, second, first])))
        eventually(lambda: waiting() == 2)
        end.set()
    assert isinstance(saving.result(30), Arranged), saving.result()
    assert isinstance(buying.result(30), Booked), buying.result()


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def test_of_two_who_save_the_same_hall_at_once_one_is_refused():
    hall = make_hall()
    version, wanted = version_of(hall.seats.all()), redrawn(hall)
    outcomes = race(*[lambda: seats_arrange(hall_id=hall.pk, seats=wanted, version=version)] * 4)
    assert sum(isinstance(one, Arranged) for one in outcomes) == 1, outcomes
    assert sum(isinstance(one, PlanOutdated) for one in outcomes) == 3, outcomes


def test_a_category_that_is_being_deleted_is_given_to_no_seat():
    hall, doomed = make_hall(rows=0), make_category("VIP")
    wanted = [PlannedSeat("1", 1, 0, 0, doomed.pk)]
    with unfinished(lambda: halls.category_delete(doomed.pk)) as end:
        saving = in_background(lambda: seats_arrange(hall_id=hall.pk, seats=wanted))
        eventually(somebody_waits_for_a_lock)
        end.set()
    assert isinstance(saving.result(30), PlanFaulty), saving.result()
    assert isinstance(saving.result(), Refused)
