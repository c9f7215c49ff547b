"""Rearranging all seats of a hall at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.blocking import block_seats, unblock_seats
from bookings.booking import book, cancel
from cinema.refusals import NotFound
from movies import halls
from movies.models import Hall, Seance, Seat
from movies.refusals import PlanFaulty, PlanOutdated, SeatsSold
from movies.seat_plan import MOST_SEATS, Arranged, PlannedSeat, seats_arrange, version_of
from tests.making import make_category, make_hall, make_seance, seat_ids
from tests.selling import expire, order

pytestmark = pytest.mark.django_db


def plan_of(hall: Hall) -> list[PlannedSeat]:
    return [
        PlannedSeat(s.row, s.number, s.x, s.y, s.category_id, s.wheelchair, s.pk)
        for s in hall.seats.order_by("y", "x")
    ]


def seat(**values: Any) -> PlannedSeat:
    usual = {"row": "1", "number": 1, "x": 0, "y": 0, "category_id": make_category().pk}
    return PlannedSeat(**usual | values)


def arrange(hall: Hall, seats: Sequence[PlannedSeat]) -> Arranged:
    return seats_arrange(hall_id=hall.pk, seats=seats, version=version_of(hall.seats.all()))


def sold(seance: Seance, *seats: int) -> Any:
    return book(order(seance, list(seats)))


def over(seance: Seance) -> None:
    past = timezone.now() - timedelta(days=1)
    Seance.objects.filter(pk=seance.pk).update(
        starts_at=past, ends_at=past + timedelta(hours=1), hall_free_at=past + timedelta(hours=2)
    )


def test_seats_are_added_changed_and_removed_at_once():
    hall, vip = make_hall(rows=1, seats=3), make_category("VIP", "250")
    first, second, _third = plan_of(hall)
    wanted = [
        replace(first, category_id=vip.pk, wheelchair=True),
        replace(second, x=9, y=4),
        seat(row="Б1", number=7, x=5, y=5),
    ]
    assert arrange(hall, wanted) == Arranged(added=1, changed=2, removed=1)
    assert [replace(s, id=None) for s in plan_of(hall)] == [replace(s, id=None) for s in wanted]
    assert set(hall.seats.values_list("pk", flat=True)) > {first.id, second.id}


def test_a_hall_can_be_emptied():
    hall = make_hall(rows=2, seats=3)
    assert arrange(hall, []) == Arranged(0, 0, 6)
    assert not hall.seats.exists()


def test_a_plan_that_changes_nothing_writes_nothing():
    hall = make_hall(rows=2, seats=3)
    with CaptureQueriesContext(connection) as captured:
        assert arrange(hall, plan_of(hall)) == Arranged(0, 0, 0)
    assert not [one for one in captured if one["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]


def test_two_seats_swap_their_numbers_and_a_new_one_takes_a_place_that_is_left():
    hall = make_hall(rows=1, seats=3)
    first, second, third = plan_of(hall)
    wanted = [
        replace(first, number=2, x=1),
        replace(second, number=1, x=0),
        replace(third, number=4, x=7),
        seat(number=3, x=2),
    ]
    arrange(hall, wanted)
    assert [(s.id, s.number, s.x) for s in plan_of(hall)[:2]] == [
        (second.id, 1, 0),
        (first.id, 2, 1),
    ]


def test_the_number_of_statements_does_not_grow_with_the_seats():
    def statements(rows: int) -> int:
        hall = make_hall(rows=rows, seats=10)
        turned = [replace(s, number=11 - s.number) for s in plan_of(hall)[10:]]
        added = [seat(row="new", number=n, x=n, y=199) for n in range(1, rows * 5)]
        with CaptureQueriesContext(connection) as captured:
            seats_arrange(hall_id=hall.pk, seats=turned + added)
        return len(captured)

    assert statements(30) == statements(3)


def test_every_sold_seat_that_would_go_is_named():
    seance = make_seance(hall=make_hall(rows=2, seats=5))
    ids = seat_ids(seance)
    sold(seance, ids[1], ids[2])
    cancel(sold(seance, ids[7]).id)
    expire(book(order(seance, [ids[9]], hold=True)))
    over(seance)
    before = plan_of(seance.hall)
    with pytest.raises(SeatsSold) as refused:
        arrange(seance.hall, [])
    assert [(s.row, s.number) for s in refused.value.removed] == [
        ("1", 2),
        ("1", 3),
        ("2", 3),
        ("2", 5),
    ]
    assert plan_of(seance.hall) == before
    arrange(seance.hall, [s for s in before if s.id in {ids[1], ids[2], ids[7], ids[9]}])
    assert seance.hall.seats.count() == 4


def test_every_seat_with_a_ticket_for_a_coming_showing_keeps_its_row_and_number():
    seance = make_seance(hall=make_hall(rows=2, seats=3))
    ids = seat_ids(seance)
    sold(seance, ids[0], ids[4])
    before = plan_of(seance.hall)
    with pytest.raises(SeatsSold) as refused:
        arrange(seance.hall, [replace(s, number=4 - s.number, row=f"Б{s.row}") for s in before])
    assert [s.pk for s in refused.value.renamed] == [ids[0], ids[4]]
    assert "1: 1" in str(refused.value)
    assert "2: 2" in str(refused.value)
    vip = make_category("VIP", "250").pk
    moved = [
        replace(s, x=s.x + 1, y=s.y + 2, category_id=vip, wheelchair=s.id == ids[0]) for s in before
    ]
    assert arrange(seance.hall, moved).changed == 6
    over(seance)
    arrange(seance.hall, [replace(s, row=f"Б{s.row}") for s in moved])
    assert set(seance.hall.seats.values_list("row", flat=True)) == {"Б1", "Б2"}


def test_a_seat_may_be_renamed_once_nobody_holds_a_ticket_for_it():
    seance = make_seance()
    ids = seat_ids(seance)
    cancel(sold(seance, ids[0]).id)
    expire(book(order(seance, [ids[1]], hold=True)))
    arrange(seance.hall, [replace(s, row=f"A{s.row}") for s in plan_of(seance.hall)])
    assert seance.hall.seats.filter(row="A1").count() == 5


def test_a_seat_that_was_ever_blocked_stays_but_its_row_and_number_may_change():
    seance = make_seance()
    blocked, back, *_others = seat_ids(seance)
    block_seats(seance_id=seance.pk, seat_ids=[blocked, back], reason="broken", by_id=None)
    unblock_seats(seance_id=seance.pk, seat_ids=[back], by_id=None)
    with pytest.raises(SeatsSold) as refused:
        arrange(seance.hall, [])
    assert [s.pk for s in refused.value.removed] == [blocked, back]
    assert "blocked" in in_english(refused.value)
    arrange(seance.hall, [replace(s, row=f"A{s.row}") for s in plan_of(seance.hall)])
    assert set(seance.hall.seats.values_list("row", flat=True)) == {"A1", "A2"}


def in_english(refused: SeatsSold) -> str:
    with translation.override("en"):
        return str(refused)


def test_a_plan_that_somebody_else_changed_meanwhile_is_refused():
    hall = make_hall(rows=1, seats=3)
    version, before = version_of(hall.seats.all()), plan_of(hall)
    halls.seat_change(before[0].id or 0, wheelchair=True)
    with pytest.raises(PlanOutdated):
        seats_arrange(hall_id=hall.pk, seats=before[1:], version=version)
    assert hall.seats.count() == 3


def test_a_hall_that_is_gone_is_not_found():
    with pytest.raises(NotFound):
        seats_arrange(hall_id=0, seats=[])


@pytest.mark.parametrize(
    "wrong",
    [
        {"row": ""},
        {"row": "123456789"},
        {"row": "1\x00"},
        {"row": "1\n2"},
        {"row": "\ud800"},
        {"number": 0},
        {"number": -1},
        {"number": 40_000},
        {"number": 10**30},
        {"x": 200},
        {"y": -1},
        {"x": 10**30},
        {"category_id": 0},
        {"category_id": 10**30},
        {"id": 0},
        {"id": 10**30},
    ],
    ids=str,
)
def test_what_no_hall_can_have_is_refused_with_a_sentence(wrong: dict[str, Any]):
    hall = make_hall(rows=1, seats=1)
    with pytest.raises(PlanFaulty) as refused:
        arrange(hall, [seat(**wrong)])
    assert str(refused.value)
    assert hall.seats.count() == 1


def test_a_seat_of_another_hall_and_one_named_twice_are_refused():
    hall, other = make_hall(rows=1, seats=1), make_hall(rows=1, seats=1)
    mine, foreign = plan_of(hall)[0], plan_of(other)[0]
    for wrong in ([mine, replace(foreign, x=3, number=9)], [mine, replace(mine, x=3, number=9)]):
        with pytest.raises(PlanFaulty):
            arrange(hall, wrong)
    assert (hall.seats.count(), other.seats.count()) == (1, 1)


def test_the_same_number_or_cell_twice_is_refused_and_shown():
    hall = make_hall(rows=0)
    same = [seat(x=1), seat(x=2), seat(x=5, number=5), seat(x=5, number=6)]
    with pytest.raises(PlanFaulty) as refused:
        arrange(hall, same)
    assert set(refused.value.cells) == {(1, 0), (2, 0), (5, 0)}
    assert not hall.seats.exists()


def test_a_plan_has_a_limit():
    hall = make_hall(rows=0)
    many = [seat(number=n + 1, row=str(n), x=n % 200, y=n // 200) for n in range(MOST_SEATS + 1)]
    with pytest.raises(PlanFaulty):
        arrange(hall, many)
    assert arrange(hall, many[:-1]).added == MOST_SEATS


def test_a_whole_hall_of_the_most_seats_is_turned_around():
    hall = make_hall(rows=50, seats=100)
    turned = [replace(s, number=101 - s.number, y=49 - s.y) for s in plan_of(hall)]
    assert arrange(hall, turned).changed == MOST_SEATS
    assert sorted(plan_of(hall), key=str) == sorted(turned, key=str)


NAMES = st.tuples(st.sampled_from(["1", "2", "~0", "Б1"]), st.integers(1, 4))
CELLS = st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 198, 199]))
PLANS = st.integers(0, 8).flatmap(
    lambda size: st.tuples(
        st.lists(NAMES, min_size=size, max_size=size, unique=True),
        st.lists(CELLS, min_size=size, max_size=size, unique=True),
        st.lists(st.booleans(), min_size=size, max_size=size),
    )
)


@given(before=PLANS, after=PLANS, kept=st.randoms(use_true_random=False))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_plan_becomes_any_other(before: Any, after: Any, kept: Any):
    hall = make_hall(rows=0)
    arrange(hall, drawn(before, []))
    ids = [s.id for s in plan_of(hall)]
    kept.shuffle(ids)
    wanted = drawn(after, ids[: kept.randint(0, len(ids))])
    arrange(hall, wanted)
    reached = {s.id: s for s in plan_of(hall)}
    assert {replace(s, id=None) for s in reached.values()} == {replace(s, id=None) for s in wanted}
    assert all(reached[s.id] == s for s in wanted if s.id)
    Seat.objects.filter(hall=hall).delete()


def drawn(plan: Any, ids: list[int | None]) -> list[PlannedSeat]:
    category = make_category().pk
    names, cells, wheelchairs = plan
    keys = [*ids, *[None] * len(names)]
    return [
        PlannedSeat(row, number, x, y, category, wheelchair, keys[index])
        for index, ((row, number), (x, y), wheelchair) in enumerate(
            zip(names, cells, wheelchairs, strict=True)
        )
    ]
