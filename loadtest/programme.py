"""What is on sale, and choosing seats from it."""

import random
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FROM_NOW = 300  # seconds: how close the soonest showing may be, at most


@dataclass(frozen=True)
class Showing:
    movie: int
    seance: int
    vacant: int
    """When the programme was read."""

    @property
    def path(self) -> str:
        return f"/movies/{self.movie}/seances/{self.seance}"


def upcoming(path: str) -> str:
    """The address of a list of showings that have not begun, the soonest first. It is the same for
    some minutes, so that what was read can be asked for by its ETag."""
    seconds = (time.time() // FROM_NOW + 1) * FROM_NOW
    start = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{path}?seats=false&ordering=datetime&max_results=500&from={start}"


def showings(listed: Sequence[dict[str, Any]]) -> list[Showing]:
    return [
        Showing(one["movie_id"], one["id"], one.get("seats_vacant", 0))
        for one in listed
        if one.get("status", "scheduled") == "scheduled"
    ]


def vacant_seats(seance: dict[str, Any]) -> list[int]:
    """Row by row, so that neighbours in the list are mostly neighbours in the hall."""
    free = [seat for seat in seance["seats"] if seat["vacant"]]
    return [seat["id"] for seat in sorted(free, key=_place)]


def _place(seat: dict[str, Any]) -> tuple[float, float]:
    position = seat.get("position") or {"x": 0, "y": 0}
    return position["y"], position["x"]


def choose(vacant: Sequence[int], count: int, taken: Collection[int] = ()) -> list[int]:
    """Up to `count` seats beside each other, somewhere among those that are not `taken`."""
    left = [seat for seat in vacant if seat not in taken]
    first = random.randrange(max(1, len(left) - count + 1))
    return left[first : first + count]
