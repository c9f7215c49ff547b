"""Which seats to offer to somebody who only says how many.

Together in one row, near the middle and towards the back, where one sees best; and so that nobody
is left a single seat between two others, which is hard to sell.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

_TOWARDS_THE_BACK = 2 / 3


class Spot(NamedTuple):
    """A seat in its cell of the hall's grid; row 0 is nearest to the screen."""

    seat_id: int
    x: int
    y: int


Run = list[Spot]  # free seats side by side, no aisle between them


def best_seats(hall: Sequence[Spot], free: Collection[int], number: int) -> list[int]:
    """The ids of `number` of the `free` seats, from left to right; none when fewer are free.

    Split only where no row has as many together: then into the largest parts that there are, each
    as near to the first as can be.
    """
    left = {spot for spot in hall if spot.seat_id in free}
    if not 0 < number <= len(left):
        return []
    best = _best_block(_runs(left), number, _ideal(hall))
    chosen = list(best)
    while len(chosen) < number:
        left -= set(chosen)
        chosen += _best_block(_runs(left), number - len(chosen), _middle(best))
    return [spot.seat_id for spot in chosen]


def _best_block(runs: list[Run], number: int, ideal: tuple[float, float]) -> Run:
    size = min(number, max(map(len, runs)))
    blocks = [
        (_left_alone(run, start, size), _distance(run[start : start + size], ideal), run, start)
        for run in runs
        for start in range(len(run) - size + 1)
    ]
    _alone, _far, run, start = min(blocks)
    return run[start : start + size]


def _runs(free: Iterable[Spot]) -> list[Run]:
    runs: list[Run] = []
    for spot in sorted(free, key=lambda spot: (spot.y, spot.x)):
        if runs and (spot.y, spot.x - 1) == (runs[-1][-1].y, runs[-1][-1].x):
            runs[-1].append(spot)
        else:
            runs.append([spot])
    return runs


def _left_alone(run: Run, start: int, size: int) -> int:
    """How many single seats would be left over beside a block."""
    return (start == 1) + (len(run) - start - size == 1)


def _ideal(hall: Sequence[Spot]) -> tuple[float, float]:
    columns, rows = [spot.x for spot in hall], [spot.y for spot in hall]
    depth = max(rows) - min(rows)
    return (min(columns) + max(columns)) / 2, min(rows) + depth * _TOWARDS_THE_BACK


def _middle(block: Run) -> tuple[float, float]:
    return (block[0].x + block[-1].x) / 2, block[0].y


def _distance(block: Run, ideal: tuple[float, float]) -> float:
    x, y = _middle(block)
    return (x - ideal[0]) ** 2 + (y - ideal[1]) ** 2
