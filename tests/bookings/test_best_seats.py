"""Which seats are offered to somebody who only says how many."""

from hypothesis import given
from hypothesis import strategies as st

from bookings.best_seats import Spot, best_seats


def hall(*rows: str) -> tuple[list[Spot], set[int]]:
    """A hall from the screen backwards: `.` is free, `x` taken, a blank is an aisle."""
    spots, free = [], set()
    for y, row in enumerate(rows):
        for x, mark in enumerate(row):
            if mark != " ":
                spots.append(Spot(1000 * (y + 1) + x, x, y))
            if mark == ".":
                free.add(spots[-1].seat_id)
    return spots, free


def offered(number: int, *rows: str) -> list[str]:
    """The hall again, with the offered seats as `o`."""
    spots, free = hall(*rows)
    wanted = set(best_seats(spots, free, number))
    assert len(wanted) == number
    return [
        "".join("o" if 1000 * (y + 1) + x in wanted else mark for x, mark in enumerate(row))
        for y, row in enumerate(rows)
    ]


def test_the_middle_of_a_row_towards_the_back_is_best():
    empty = [".........", ".........", ".........", "........."]
    assert offered(3, *empty) == [".........", ".........", "...ooo...", "........."]


def test_nobody_is_offered_seats_on_both_sides_of_an_aisle():
    assert offered(2, "... ...") in (["oo. ..."], ["... .oo"], [".oo ..."], ["... oo."])
    assert offered(2, "x. .x", "..   ") == ["x. .x", "oo   "]


def test_no_single_seat_is_left_alone():
    assert offered(2, "x...xxxx..") == ["x...xxxxoo"]
    assert offered(2, "x.....x") == ["xoo...x"]


def test_where_one_must_be_left_alone_the_seats_are_offered_still():
    assert offered(2, "x...x") == ["xoo.x"]


def test_a_party_is_split_only_where_no_row_has_room():
    assert offered(4, "....", "x..x", "x..x") == ["oooo", "x..x", "x..x"]
    assert offered(4, "x..x", "xxxx", "x..x", "x..x") == ["x..x", "xxxx", "xoox", "xoox"]


def test_more_than_are_free_are_not_offered():
    spots, free = hall("x.x")
    assert best_seats(spots, free, 2) == []
    assert best_seats(spots, free, 0) == []
    assert best_seats([], set(), 1) == []


HALLS = st.lists(st.text(alphabet=". x", min_size=1, max_size=9), min_size=1, max_size=6)


@given(rows=HALLS, number=st.integers(min_value=1, max_value=10))
def test_what_is_offered_is_free_and_together_if_that_can_be(rows, number):
    spots, free = hall(*rows)
    offer = best_seats(spots, free, number)
    assert set(offer) <= free
    assert len(set(offer)) == len(offer) == (number if len(free) >= number else 0)
    longest = max(len(run) for row in rows for run in row.replace("x", " ").split(" "))
    if offer and longest >= number:
        assert offer == list(range(offer[0], offer[0] + number))


@given(rows=HALLS, number=st.integers(min_value=1, max_value=10))
def test_an_offer_leaves_a_single_seat_only_where_every_offer_would(rows, number):
    spots, free = hall(*rows)
    runs = [run for row in rows for run in row.replace("x", " ").split(" ")]
    offer = best_seats(spots, free, number)
    # A run that is exactly as long, or longer by two, has a place that leaves nobody alone.
    if offer and any(len(run) == number or len(run) >= number + 2 for run in runs):
        beside = [offer[0] - 1, offer[-1] + 1]
        further = [offer[0] - 2, offer[-1] + 2]
        for near, far in zip(beside, further, strict=True):
            assert near not in free or far in free
