"""Planning showings: no two overlap in a hall, turnaround included."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from bookings.booking import book, cancel, cancel_seance
from bookings.models import Booking
from bookings.refusals import SeanceCancelled
from cinema.constraints import violated
from cinema.refusals import NotFound
from movies import halls, programme, schedule
from movies.models import Hall, Seance
from movies.refusals import (
    AlreadyBegun,
    HallOccupied,
    HallUnknown,
    HallWithoutSeats,
    InUse,
    SeanceFixed,
    SeanceMoved,
    SeatsSold,
    SoldAlready,
)
from tests.making import make_hall, make_movie, make_seance, seat_ids
from tests.racing import race
from tests.selling import expire, order

pytestmark = pytest.mark.django_db(transaction=True)

EVENING = datetime(2030, 5, 1, 18, 0, tzinfo=UTC)


def at(hall: Hall, minutes: int, **options: object) -> Seance:
    """A showing of 90 minutes that starts so many minutes after the evening does."""
    movie = make_movie(duration_minutes=90)
    return make_seance(hall=hall, movie=movie, starts_at=EVENING + timedelta(minutes=minutes))


def test_a_showing_occupies_its_hall_for_the_film_and_the_turnaround():
    seance = at(make_hall(turnaround=20), 0)
    assert seance.ends_at == EVENING + timedelta(minutes=90)
    assert seance.hall_free_at == EVENING + timedelta(minutes=110)


@pytest.mark.parametrize("minutes", [0, 1, 109, -1, -109])
def test_a_showing_that_overlaps_another_or_its_turnaround_is_refused(minutes):
    hall = make_hall(turnaround=20)
    at(hall, 0)
    with pytest.raises(HallOccupied, match=hall.name):
        at(hall, minutes)
    assert Seance.objects.count() == 1


@pytest.mark.parametrize("minutes", [110, -110])
def test_a_showing_may_begin_the_minute_the_turnaround_ends(minutes):
    hall = make_hall(turnaround=20)
    at(hall, 0)
    at(hall, minutes)


def test_the_database_refuses_an_overlap_whoever_writes():
    hall = make_hall()
    at(hall, 0)
    at(hall, 300)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Seance.objects.update(starts_at=EVENING, ends_at=EVENING + timedelta(hours=1))
    assert violated(error.value) == "seance_has_hall_to_itself"


def test_a_cancelled_showing_leaves_its_hall_free():
    hall = make_hall()
    cancel_seance(at(hall, 0).pk)
    at(hall, 0)


def test_without_a_hall_the_first_that_is_free_for_the_whole_showing_is_chosen():
    empty = Hall.objects.create(name="Без кресел")
    first, second = make_hall(turnaround=15), make_hall(turnaround=15)
    at(first, 60)
    movie = make_movie(duration_minutes=90)

    def plan() -> Seance:
        return schedule.seance_schedule(
            movie_id=movie.pk, starts_at=EVENING, price=Decimal(100), hall_id=None
        )

    assert plan().hall == second
    with pytest.raises(HallOccupied, match=r"No hall is free|свобод"):
        plan()
    assert empty.seances.count() == 0


def test_an_unknown_film_or_hall_is_refused():
    with pytest.raises(NotFound, match="movie_id 0"):
        schedule.seance_schedule(movie_id=0, starts_at=EVENING, price=Decimal(1))
    with pytest.raises(HallUnknown):
        schedule.seance_schedule(
            movie_id=make_movie().pk, starts_at=EVENING, price=Decimal(1), hall_id=0
        )


def test_a_longer_film_moves_the_end_of_its_future_showings_only():
    hall = make_hall(turnaround=10)
    movie = make_movie(duration_minutes=60)
    past = make_seance(hall=hall, movie=movie, starts_at=timezone.now() - timedelta(days=1))
    future = make_seance(hall=hall, movie=movie, starts_at=EVENING)
    programme.movie_update(movie.pk, duration_minutes=75)
    future.refresh_from_db()
    assert future.ends_at == EVENING + timedelta(minutes=75)
    assert future.hall_free_at == EVENING + timedelta(minutes=85)
    assert Seance.objects.get(pk=past.pk).ends_at == past.ends_at


def test_a_film_that_would_run_into_the_next_showing_stays_as_it_was():
    hall = make_hall(turnaround=10)
    movie = make_movie(duration_minutes=60)
    make_seance(hall=hall, movie=movie, starts_at=EVENING)
    at(hall, 70)
    with pytest.raises(HallOccupied):
        programme.movie_update(movie.pk, duration_minutes=61, name="Длиннее")
    movie.refresh_from_db()
    assert (movie.duration_minutes, movie.name) == (60, "Аэлита")


def test_a_longer_turnaround_reaches_future_showings_or_is_refused():
    hall = make_hall(turnaround=10)
    first = at(hall, 0)
    at(hall, 105)
    halls.hall_change(hall.pk, turnaround_minutes=15)
    first.refresh_from_db()
    assert first.hall_free_at == EVENING + timedelta(minutes=105)
    with pytest.raises(HallOccupied):
        halls.hall_change(hall.pk, turnaround_minutes=16)
    hall.refresh_from_db()
    assert hall.turnaround_minutes == 15


def test_an_unsold_showing_can_be_moved_and_a_sold_one_only_repriced():
    seance = at(make_hall(), 0)
    hall = make_hall()
    moved = schedule.seance_change(seance.pk, hall_id=hall.pk, starts_at=EVENING, price=Decimal(9))
    assert (moved.hall_id, moved.price) == (hall.pk, Decimal(9))
    book(order(seance, seat_ids(moved)[:1]))
    schedule.seance_change(seance.pk, price=Decimal(10))
    for change in ({"starts_at": EVENING + timedelta(hours=1)}, {"hall_id": make_hall().pk}):
        with pytest.raises(SeanceFixed):
            schedule.seance_change(seance.pk, **change)
    seance.refresh_from_db()
    assert (seance.starts_at, seance.hall_id, seance.price) == (EVENING, hall.pk, Decimal(10))


def test_of_two_who_move_a_showing_from_one_place_one_is_told_that_it_has_moved():
    seance, other = at(make_hall(), 0), make_hall()
    place = (seance.hall_id, seance.starts_at)
    later = EVENING + timedelta(hours=2)

    def later_here() -> Seance:
        return schedule.seance_change(
            seance.pk, expected=place, hall_id=seance.hall_id, starts_at=later
        )

    def elsewhere() -> Seance:
        return schedule.seance_change(
            seance.pk, expected=place, hall_id=other.pk, starts_at=EVENING
        )

    results = race(later_here, elsewhere)
    assert [type(result) for result in results].count(SeanceMoved) == 1, results
    seance.refresh_from_db()
    wanted = [(seance.hall_id, later), (other.pk, EVENING)]
    assert (seance.hall_id, seance.starts_at) in wanted
    assert isinstance(results[wanted.index((seance.hall_id, seance.starts_at))], Seance)


def test_a_cancelled_showing_stays_as_it_was():
    seance = at(make_hall(), 0)
    cancel_seance(seance.pk)
    with pytest.raises(SeanceCancelled):
        schedule.seance_change(seance.pk, starts_at=EVENING + timedelta(hours=2))
    seance.refresh_from_db()
    assert seance.starts_at == EVENING


def test_what_nobody_could_buy_is_not_planned_for_sale():
    hall, bare, movie = make_hall(), Hall.objects.create(name="Без кресел"), make_movie()
    past = timezone.now() - timedelta(minutes=1)
    for where, starts_at, refused in (
        (hall, past, AlreadyBegun),
        (None, past, AlreadyBegun),
        (bare, EVENING, HallWithoutSeats),
    ):
        plan = {
            "movie_id": movie.pk,
            "hall_id": where and where.pk,
            "starts_at": starts_at,
            "price": Decimal(1),
        }
        with pytest.raises(refused):
            schedule.seance_schedule(**plan, for_sale=True)
        schedule.seance_schedule(**plan)
        Seance.objects.all().delete()
    seance = make_seance(hall=hall)
    for change, refused in (
        ({"starts_at": past}, AlreadyBegun),
        ({"hall_id": bare.pk}, HallWithoutSeats),
    ):
        with pytest.raises(refused):
            schedule.seance_change(seance.pk, **change, for_sale=True)
    Seance.objects.update(starts_at=past)
    schedule.seance_change(seance.pk, price=Decimal(2), for_sale=True)


def test_a_film_is_as_long_in_a_night_when_clocks_change(settings):
    settings.TIME_ZONE = "Europe/Berlin"
    evening = datetime(2027, 10, 30, 23, tzinfo=ZoneInfo("Europe/Berlin"))
    seance = make_seance(movie=make_movie(duration_minutes=300), starts_at=evening)
    assert seance.ends_at == datetime(2027, 10, 31, 2, tzinfo=UTC)


def test_an_unsold_film_is_deleted_with_its_showings_and_expired_holds():
    seance = make_seance()
    expire(book(order(seance, seat_ids(seance)[:1], hold=True)))
    programme.movie_delete(seance.movie_id)
    assert not Seance.objects.exists()
    assert not Booking.objects.exists()


@pytest.mark.parametrize("then", [lambda booked: None, lambda booked: cancel(booked.id)])
def test_what_has_been_sold_is_not_deleted_even_when_it_was_cancelled(then):
    seance = make_seance()
    then(book(order(seance, seat_ids(seance)[:2])))
    for delete in (
        lambda: programme.movie_delete(seance.movie_id),
        lambda: schedule.seance_delete(seance.pk),
        lambda: halls.hall_delete(seance.hall_id),
        lambda: halls.seat_delete(seat_ids(seance)[0]),
    ):
        with pytest.raises((SoldAlready, SeatsSold)):
            delete()
    assert Seance.objects.count() == 1


def test_seats_on_hold_count_as_sold_while_the_hold_runs():
    seance = make_seance()
    book(order(seance, seat_ids(seance)[:1], hold=True))
    with pytest.raises(SoldAlready, match="1"):
        schedule.seance_delete(seance.pk)


def test_a_showing_of_another_film_is_not_deleted_by_mistake():
    seance = make_seance()
    with pytest.raises(NotFound):
        schedule.seance_delete(seance.pk, movie_id=seance.movie_id + 1)


def test_a_hall_with_planned_showings_is_not_deleted():
    hall = at(make_hall(), 0).hall
    with pytest.raises(InUse):
        halls.hall_delete(hall.pk)
    Seance.objects.all().delete()
    halls.hall_delete(hall.pk)
    assert not Hall.objects.exists()
