"""Choosing seats."""

from loadtest.programme import choose, vacant_seats


def seat(number: int, x: int, y: int = 0, *, vacant: bool = True) -> dict[str, object]:
    return {"id": number, "vacant": vacant, "position": {"x": x, "y": y}}


def test_vacant_seats_come_row_by_row():
    seats = [seat(1, x=2), seat(2, x=1, y=1), seat(3, x=1), seat(4, x=3, vacant=False)]
    assert vacant_seats({"seats": seats}) == [3, 1, 2]


def test_seats_beside_each_other_are_chosen():
    assert choose([5, 6, 7], 2) in ([5, 6], [6, 7])


def test_what_is_left_is_chosen_where_there_are_not_enough():
    assert choose([5, 6, 7], 2, taken={5, 6}) == [7]
    assert choose([5], 2, taken={5}) == []
