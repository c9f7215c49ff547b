"""What happens while somebody else's transaction has not ended yet."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from bookings.blocking import block_seats, unblock_seats
from bookings.booking import book, cancel_seance, confirm
from bookings.holds import release_expired
from bookings.models import Booking, BookingStatus
from bookings.refusals import SeatsElsewhere
from cinema.refusals import NotFound
from movies import halls, programme, schedule
from movies.models import SeanceStatus
from movies.refusals import SoldAlready
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.polling import eventually
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def unfinished(work: Callable[[], object]) -> Iterator[threading.Event]:
    """Does `work` in another connection's transaction, which ends when the event is set."""
    done, end = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                work()
                done.set()
                assert end.wait(30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        running: Future[None] = pool.submit(run)
        try:
            assert done.wait(10)
            yield end
        finally:
            end.set()
            running.result(30)


def somebody_waits_for_a_lock() -> bool:
    # Inside a transaction pg_stat_activity would say the same for ever.
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def in_background(work: Callable[[], object]) -> Future[object]:
    def run() -> object:
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    pool = ThreadPoolExecutor(1)
    try:
        return pool.submit(run)
    finally:
        pool.shutdown(wait=False)


def test_a_hold_confirmed_in_time_but_committed_late_is_not_deleted_with_its_showing():
    seance = make_seance()
    held = book(order(seance, seat_ids(seance)[:1], hold=True))
    expire(held, at=timezone.now() + timedelta(milliseconds=300))
    with unfinished(lambda: confirm(held.id)) as end:
        eventually(lambda: Booking.objects.filter(expires_at__lt=timezone.now()).exists())
        deleting = in_background(lambda: schedule.seance_delete(seance.pk))
        eventually(somebody_waits_for_a_lock)
        end.set()
    assert isinstance(deleting.result(30), SoldAlready)
    assert Booking.objects.get().status == BookingStatus.CONFIRMED


def test_a_showing_that_is_being_cancelled_stays_cancelled_when_its_film_grows_longer():
    seance = make_seance()
    with unfinished(lambda: cancel_seance(seance.pk)) as end:
        growing = in_background(
            lambda: programme.movie_update(seance.movie_id, duration_minutes=150)
        )
        eventually(somebody_waits_for_a_lock)
        end.set()
    assert not isinstance(growing.result(30), Exception)
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.CANCELLED


def test_cancelling_a_showing_and_tidying_its_expired_holds_never_deadlock():
    hall = make_hall(rows=1, seats=20)
    for day in range(5):
        seance = make_seance(hall=hall, starts_at=timezone.now() + timedelta(days=1 + day))
        for seat in seat_ids(seance):
            expire(book(order(seance, [seat], hold=True)))
        cancelled, *released = race(
            lambda seance=seance: cancel_seance(seance.pk), *[release_expired] * 3
        )
        assert cancelled == []
        assert all(isinstance(one, int) for one in released), released
        assert not Booking.objects.exclude(status=BookingStatus.EXPIRED).exists()


def test_a_seat_that_is_being_deleted_is_refused_to_its_buyer():
    seance = make_seance()
    first, second = seat_ids(seance)[:2]
    with unfinished(lambda: halls.seat_delete(first)) as end:
        buying = in_background(lambda: book(order(seance, [second, first])))
        eventually(somebody_waits_for_a_lock)
        end.set()
    refused = buying.result(30)
    assert isinstance(refused, SeatsElsewhere), refused
    assert refused.seats == [first]
    assert not Booking.objects.exists()


def test_a_showing_is_not_given_to_a_film_that_is_being_deleted():
    seance, doomed = make_seance(), make_movie()
    with unfinished(lambda: programme.movie_delete(doomed.pk)) as end:
        changing = in_background(lambda: schedule.seance_change(seance.pk, movie_id=doomed.pk))
        eventually(somebody_waits_for_a_lock)
        end.set()
    assert isinstance(changing.result(30), NotFound)


def test_a_showing_moved_while_its_film_grows_longer_gets_the_new_length():
    seance, hall = make_seance(), make_hall()
    with unfinished(lambda: programme.movie_update(seance.movie_id, duration_minutes=150)) as end:
        moving = in_background(lambda: schedule.seance_change(seance.pk, hall_id=hall.pk))
        eventually(somebody_waits_for_a_lock)
        end.set()
    assert not isinstance(moving.result(30), Exception)
    seance.refresh_from_db()
    assert (seance.hall, seance.ends_at - seance.starts_at) == (hall, timedelta(minutes=150))


def test_a_film_grows_longer_while_its_showing_is_being_moved():
    seance, hall = make_seance(), make_hall()
    with unfinished(lambda: schedule.seance_change(seance.pk, hall_id=hall.pk)) as end:
        growing = in_background(
            lambda: programme.movie_update(seance.movie_id, duration_minutes=150)
        )
        eventually(somebody_waits_for_a_lock)
        end.set()
    assert not isinstance(growing.result(30), Exception), growing.result()
    seance.refresh_from_db()
    assert (seance.hall, seance.ends_at - seance.starts_at) == (hall, timedelta(minutes=150))


@pytest.mark.parametrize("goes", [True, False], ids=["it is deleted", "it moves"])
def test_seats_go_back_on_sale_while_their_showing_goes_and_nothing_deadlocks(goes):
    seance, hall = make_seance(), make_hall()
    seats = seat_ids(seance)[:2]
    key = block_seats(seance_id=seance.pk, seat_ids=seats, reason="", by_id=None)

    def go() -> None:
        try:
            if goes:
                schedule.seance_delete(seance.pk)
            else:
                schedule.seance_change(seance.pk, hall_id=hall.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Booking.objects.select_for_update().get(pk=key)  # as unblocking begins
            going = pool.submit(go)
            eventually(somebody_waits_for_a_lock)
            assert unblock_seats(seance_id=seance.pk, seat_ids=seats, by_id=None) == 2
        going.result(30)
    assert not Booking.objects.exists()
