"""Writes many seats in two statements, through constraints that allow no two alike in between.

PostgreSQL checks them row by row, so two seats can't just swap their numbers: whoever stands where
another is to come steps aside first, to a row label and a cell that nobody uses.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Protocol

from django.db import connection

from movies.models import Seat
from movies.models.hall import GRID_SIZE


class Wanted(Protocol):
    """A seat as it is to become."""

    @property
    def id(self) -> int | None: ...
    @property
    def row(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...
    @property
    def category_id(self) -> int: ...
    @property
    def wheelchair(self) -> bool: ...


_UPDATE = """
UPDATE movies_seat SET row = wanted.row, number = wanted.number, x = wanted.x, y = wanted.y,
       category_id = wanted.category, wheelchair = wanted.wheelchair
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[], %s::bigint[], %s::bool[])
     AS wanted(id, row, number, x, y, category, wheelchair)
WHERE movies_seat.id = wanted.id
"""

_STEP_ASIDE = """
UPDATE movies_seat SET row = aside.row, number = aside.number, x = aside.x, y = aside.y
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[])
     AS aside(id, row, number, x, y)
WHERE movies_seat.id = aside.id
"""


def write(seats: Sequence[Wanted]) -> None:
    """Gives the seats their wanted values, once nobody is in the way."""
    if not seats:
        return
    columns: list[list[Any]] = [
        [seat.id for seat in seats],
        [seat.row for seat in seats],
        [seat.number for seat in seats],
        [seat.x for seat in seats],
        [seat.y for seat in seats],
        [seat.category_id for seat in seats],
        [seat.wheelchair for seat in seats],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, columns)


def make_way(present: Sequence[Seat], wanted: Sequence[Wanted]) -> None:
    """Moves away those of `present`, all seats of the hall, who are where another is to come."""
    names = {(seat.row, seat.number): seat.id for seat in wanted}
    cells = {(seat.x, seat.y): seat.id for seat in wanted}
    free_names = _free_names({seat.row for seat in (*present, *wanted)})
    free_cells = _free_cells({(seat.x, seat.y) for seat in present} | cells.keys())
    aside = []
    for seat in present:
        name, cell = (seat.row, seat.number), (seat.x, seat.y)
        leaves_name = names.get(name, seat.pk) != seat.pk
        leaves_cell = cells.get(cell, seat.pk) != seat.pk
        if leaves_name or leaves_cell:
            new_name = next(free_names) if leaves_name else name
            new_cell = next(free_cells) if leaves_cell else cell
            aside.append((seat.pk, *new_name, *new_cell))
    if aside:
        with connection.cursor() as cursor:
            cursor.execute(_STEP_ASIDE, [list(column) for column in zip(*aside, strict=True)])


def _free_names(rows: set[str]) -> Iterator[tuple[str, int]]:
    label = next(label for label in (f"~{number}" for number in count()) if label not in rows)
    return ((label, number) for number in count(1))


def _free_cells(taken: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    # A plan has far fewer seats than the grid has cells, so there is always another.
    occupied = set(taken)
    from_the_back = ((x, y) for y in reversed(range(GRID_SIZE)) for x in range(GRID_SIZE))
    return (cell for cell in from_the_back if cell not in occupied)
