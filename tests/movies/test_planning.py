"""Planning many showings at once: previewed, then all or none; copying days."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.booking import cancel_seance
from movies import business_day
from movies.models import Hall, Seance
from movies.planning import MOST_SHOWINGS, Wanted, copied, plan, preview, times_that_fit
from movies.refusals import (
    AlreadyBegun,
    FilmUnknown,
    HallUnknown,
    HallWithoutSeats,
    NeededByAnother,
    NoSuchTime,
    ShowingsRefused,
    TimeShownTwice,
    TooManyShowings,
)
from tests.making import make_hall, make_movie, make_seance
from tests.polling import eventually
from tests.racing import race

EVENING = datetime(2030, 5, 1, 18, 0, tzinfo=UTC)

one_transaction = pytest.mark.django_db
own_transactions = pytest.mark.django_db(transaction=True)


def wanted(hall: Hall, minutes: int = 0, **options: Any) -> Wanted:
    """A showing of a film of 90 minutes, that long after the evening begins."""
    movie = options.pop("movie", None) or make_movie(duration_minutes=90)
    starts_at = options.pop("starts_at", EVENING + timedelta(minutes=minutes))
    return Wanted(movie.pk, hall.pk, starts_at, Decimal(300), **options)


def conflicts(showings: Sequence[Wanted], **options: Any) -> list[type | None]:
    found = [each.conflict for each in preview(showings, **options)]
    return [type(conflict) if conflict else None for conflict in found]


@one_transaction
def test_all_are_planned_as_they_are_wanted():
    hall, other, movie = make_hall(turnaround=20), make_hall(), make_movie(duration_minutes=90)
    showings = [
        wanted(hall, movie=movie, format="3D", language="en"),
        wanted(hall, 110, movie=movie),
        wanted(other, 5),
    ]
    assert conflicts(showings) == [None, None, None]
    planned = plan(showings=showings)
    assert [seance.pk for seance in planned] == list(
        Seance.objects.order_by("pk").values_list("pk", flat=True)
    )
    first = Seance.objects.get(pk=planned[0].pk)
    assert (first.movie, first.hall, first.starts_at) == (movie, hall, EVENING)
    assert (first.price, first.format, first.language) == (300, "3D", "en")
    assert first.ends_at == EVENING + timedelta(minutes=90)
    assert first.hall_free_at == EVENING + timedelta(minutes=110)


@one_transaction
def test_one_conflict_and_none_is_planned():
    hall, free = make_hall(turnaround=20), make_hall()
    make_seance(hall=hall, movie=make_movie("Метрополис"), starts_at=EVENING)
    showings = [wanted(free), wanted(hall, 100), wanted(free, 200)]
    assert conflicts(showings) == [None, NeededByAnother, None]
    with pytest.raises(ShowingsRefused) as refused:
        plan(showings=showings)
    assert list(refused.value.conflicts) == [1]
    assert "Метрополис" in str(refused.value.conflicts[1])
    assert "21:00" in str(refused.value.conflicts[1])
    assert Seance.objects.count() == 1


@one_transaction
def test_a_cancelled_showing_is_in_nobodys_way():
    hall = make_hall()
    seance = make_seance(hall=hall, starts_at=EVENING)
    with transaction.atomic():
        Seance.objects.filter(pk=seance.pk).update(status="cancelled")
    plan(showings=[wanted(hall)])


@one_transaction
def test_of_those_that_overlap_each_other_the_earlier_has_its_time():
    hall = make_hall(turnaround=20)
    showings = [wanted(hall, minutes) for minutes in (60, 0, 110, 0)]
    assert conflicts(showings) == [NeededByAnother, None, None, NeededByAnother]
    assert conflicts(showings, left_out=[1, 2, 3]) == [None, None, NeededByAnother, None]


@one_transaction
def test_what_does_not_exist_is_marked(settings):
    hall, bare = make_hall(), Hall.objects.create(name="Пустой")
    movie = make_movie()
    showings = [
        Wanted(movie.pk + 1, hall.pk, EVENING, Decimal(1)),
        Wanted(movie.pk, bare.pk + 1, EVENING, Decimal(1)),
        Wanted(movie.pk, bare.pk, EVENING, Decimal(1)),
        Wanted(movie.pk, hall.pk, datetime(2020, 1, 1, tzinfo=UTC), Decimal(1)),
    ]
    assert conflicts(showings) == [FilmUnknown, HallUnknown, HallWithoutSeats, AlreadyBegun]
    with pytest.raises(ShowingsRefused) as refused:
        plan(showings=showings)
    assert list(refused.value.conflicts) == [0, 1, 2, 3]


@one_transaction
def test_nothing_wanted_is_nothing_planned():
    assert preview([]) == []
    assert plan(showings=[]) == []


@one_transaction
def test_too_many_at_once_are_refused():
    hall, movie = make_hall(), make_movie()
    with pytest.raises(TooManyShowings):
        plan(showings=[wanted(hall, movie=movie)] * (MOST_SHOWINGS + 1))


@one_transaction
def test_two_thousand_take_as_many_statements_as_two():
    movie, halls = make_movie(duration_minutes=90), [make_hall() for _ in range(10)]

    def statements(days: Sequence[int]) -> int:
        showings = [
            wanted(hall, movie=movie, starts_at=EVENING + timedelta(days=day))
            for hall in halls
            for day in days
        ]
        with CaptureQueriesContext(connection) as captured:
            plan(showings=showings)
        return len(captured)

    assert statements([300]) == statements(range(200))
    assert Seance.objects.count() == 2010


@one_transaction
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    existing=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 40)), max_size=5),
    asked=st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 40), st.integers(0, 1)), max_size=12
    ),
)
def test_what_the_preview_calls_free_can_be_planned_and_never_overlaps(existing, asked):
    with transaction.atomic():
        halls = [make_hall(turnaround=10), make_hall(turnaround=25)]
        films = [make_movie(duration_minutes=45), make_movie(duration_minutes=100)]
        for hall, tens in existing:
            with_one = [wanted(halls[hall], 10 * tens, movie=films[0])]
            if conflicts(with_one) == [None]:
                plan(showings=with_one)
        showings = [wanted(halls[hall], 10 * tens, movie=films[film]) for hall, tens, film in asked]
        looked_at = preview(showings)
        free = [each.wanted for each in looked_at if each.conflict is None]
        assert len(plan(showings=free)) == len(free)
        for each in looked_at:
            if each.conflict:
                with pytest.raises(ShowingsRefused):
                    plan(showings=[each.wanted])
        for one, other in combinations(Seance.objects.all(), 2):
            assert (
                one.hall_id != other.hall_id
                or one.hall_free_at <= other.starts_at
                or other.hall_free_at <= one.starts_at
            )
        transaction.set_rollback(True)


@own_transactions
def test_of_two_planners_at_once_one_has_everything():
    films, halls = [make_movie() for _ in range(2)], [make_hall() for _ in range(3)]
    showings = [
        wanted(hall, movie=film, starts_at=EVENING + timedelta(days=day, hours=4 * number))
        for day in range(10)
        for number, film in enumerate(films)
        for hall in halls
    ]
    results = race(
        lambda: plan(showings=showings),
        lambda: plan(showings=showings[::-1]),
        lambda: plan(showings=showings),
    )
    lost = [result for result in results if isinstance(result, ShowingsRefused)]
    assert len(lost) == 2, results
    assert all(len(refused.conflicts) == len(showings) for refused in lost)
    assert Seance.objects.count() == len(showings)


@own_transactions
def test_a_week_is_copied_by_the_clock_on_the_wall():
    hall = make_hall()
    monday = date(2030, 5, 6)
    late = make_seance(hall=hall, starts_at=business_day.at(date(2030, 5, 12), time(0, 30)))
    first = make_seance(hall=hall, starts_at=business_day.at(monday, time(10)))
    make_seance(hall=hall, starts_at=business_day.at(monday, time(0, 30)) - timedelta(days=1))
    cancelled = make_seance(hall=hall, starts_at=business_day.at(monday, time(20)))
    cancel_seance(cancelled.pk)
    copies = copied(source=monday, days=7, target=date(2030, 5, 13))
    assert [copy.starts_at for copy in copies] == [
        first.starts_at + timedelta(days=7),
        late.starts_at + timedelta(days=7),
    ]
    assert copies[0] == Wanted(first.movie_id, hall.pk, copies[0].starts_at, first.price)
    assert len(plan(showings=copies)) == 2
    assert set(conflicts(copied(source=monday, days=7, target=date(2030, 5, 13)))) == {
        NeededByAnother
    }


@one_transaction
def test_a_copy_keeps_the_clock_when_clocks_change(settings):
    settings.TIME_ZONE = "Europe/Berlin"  # forward on the night to 31 March 2030
    berlin = ZoneInfo("Europe/Berlin")
    hall = make_hall()
    for clock in (time(20), time(2, 30)):
        make_seance(hall=hall, starts_at=business_day.at(date(2030, 3, 23), clock))
    evening, night = preview(copied(source=date(2030, 3, 23), days=1, target=date(2030, 3, 30)))
    assert evening.showing.starts_at.astimezone(berlin).time() == time(20)
    assert isinstance(night.conflict, NoSuchTime)
    assert "2:30" in str(night.conflict)
    (sunday,) = copied(source=date(2030, 3, 30), days=1, target=date(2030, 4, 1)) or [None]
    assert sunday is None
    _evening, night = preview(copied(source=date(2030, 3, 23), days=1, target=date(2030, 10, 26)))
    assert isinstance(night.conflict, TimeShownTwice)
    assert "2:30" in str(night.conflict)


@one_transaction
def test_a_film_runs_as_often_as_it_fits():
    def times(minutes: int, until: time) -> list[str]:
        movie = make_movie(duration_minutes=minutes)
        halls = [make_hall(turnaround=15), make_hall(turnaround=20)]
        found = times_that_fit(movie=movie, halls=halls, first=time(10), last_end=until)
        return [f"{clock:%H:%M}" for clock in found]

    assert times(98, time(16)) == ["10:00", "12:00", "14:00"]
    assert times(98, time(15, 37)) == ["10:00", "12:00"]
    assert times(101, time(15)) == ["10:00", "12:05"]
    assert times(300, time(1)) == ["10:00", "15:20"]
    assert times(120, time(11)) == []


def test_a_night_belongs_to_the_day_before():
    friday = date(2030, 5, 3)
    begins, ends = business_day.bounds(friday)
    late = business_day.at(friday, time(0, 30))
    assert begins < business_day.at(friday, time(6)) + timedelta(seconds=1) < late < ends
    assert late.date() == date(2030, 5, 4)
    assert business_day.day_of(late) == friday
    assert business_day.day_of(ends) == date(2030, 5, 4)
    assert business_day.day_of(ends - timedelta(seconds=1)) == friday


@own_transactions
def test_the_constraint_decides_also_when_somebody_plans_without_the_locks():
    hall, movie = make_hall(), make_movie("Вий")
    showings = [wanted(hall), wanted(hall, 300)]
    rude = make_seance(hall=hall, movie=movie, starts_at=EVENING)
    Seance.objects.filter(pk=rude.pk).delete()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            rude.save(force_insert=True)  # and commits only once the planner waits for it
            planned = pool.submit(_in_a_thread, lambda: plan(showings=showings))
            eventually(_somebody_waits)
        with pytest.raises(ShowingsRefused) as refused:
            planned.result(timeout=30)
    assert list(refused.value.conflicts) == [0]
    assert Seance.objects.count() == 1


def _in_a_thread(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])
