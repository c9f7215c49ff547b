"""When the halls of a file are occupied, as it will be once it is imported."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from movies.models import Seance

# A nested loop, as in `movies.planning_preview`: each looks into the constraint's own index.
_THERE = """
    SELECT DISTINCT seance.id
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
         AS wanted (hall_id, starts_at, hall_free_at)
    JOIN movies_seance seance
      ON seance.status = 'scheduled'
     AND seance.hall_id = wanted.hall_id
     AND tstzrange(seance.starts_at, seance.hall_free_at, '[)')
         && tstzrange(wanted.starts_at, wanted.hall_free_at, '[)')
"""


class Timetable:
    """Showings that don't overlap. One is known by its hall and start."""

    def __init__(self, planned: Iterable[Seance]) -> None:
        self._halls: dict[int, list[Seance]] = defaultdict(list)
        for seance in planned:
            self.put(seance)

    def at(self, seance: Seance) -> Seance | None:
        """What is there at the same start."""
        showings = self._halls[seance.hall_id]
        place = bisect_left(showings, seance.starts_at, key=_start)
        found = showings[place] if place < len(showings) else None
        return found if found and found.starts_at == seance.starts_at else None

    def in_the_way(self, seance: Seance) -> Seance | None:
        """The first that overlaps, apart from what it takes the place of."""
        showings = self._halls[seance.hall_id]
        place = bisect_left(showings, seance.starts_at, key=_start)
        for other in showings[max(0, place - 1) : place + 2]:
            overlaps = (
                other.starts_at < seance.hall_free_at and seance.starts_at < other.hall_free_at
            )
            if overlaps and other.starts_at != seance.starts_at:
                return other
        return None

    def put(self, seance: Seance) -> None:
        """Takes the place of what is there at the same start."""
        showings = self._halls[seance.hall_id]
        place = bisect_left(showings, seance.starts_at, key=_start)
        showings[place : place + bool(self.at(seance))] = [seance]


def planned_with(wanted: Sequence[Seance]) -> list[Seance]:
    """What is planned at the times of those that are wanted."""
    columns = [(one.hall_id, one.starts_at, one.hall_free_at) for one in wanted]
    with connection.cursor() as cursor:
        cursor.execute(_THERE, [list(column) for column in zip(*columns, strict=True)] or [[]] * 3)
        found = [key for (key,) in cursor.fetchall()]
    return list(Seance.objects.filter(pk__in=found).select_related("movie", "hall"))


def _start(seance: Seance) -> datetime:
    return seance.starts_at
