"""One showing's hall for the public: which seats there are, which are free, which are best.

SQL to JSON, as in `movies.listings`, on the alias that `cinema.replication.reading` chose.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.db import connections

from bookings.best_seats import Spot
from bookings.best_seats import best_seats as best_of
from bookings.vacancy import TAKEN_SEATS
from cinema.api.json import encode
from cinema.refusals import NotFound
from cinema.replication.reading import read_alias

_SEANCE = f"""
SELECT seance.price, seance.starts_at, seance.ends_at, seance.format, seance.language,
       seance.status, seance.hall_id, hall.name, {TAKEN_SEATS}
FROM movies_seance seance JOIN movies_hall hall ON hall.id = seance.hall_id
WHERE seance.id = %s AND seance.movie_id = %s
"""  # noqa: S608 only our own words are put together
_SEATS = """
SELECT seat.id, seat.row, seat.number, seat.x, seat.y, seat.wheelchair,
       category.id, category.name, category.colour, category.surcharge
FROM movies_seat seat JOIN movies_seatcategory category ON category.id = seat.category_id
WHERE seat.hall_id = %s ORDER BY seat.id
"""
_SPOTS = "SELECT id, x, y, wheelchair FROM movies_seat WHERE hall_id = %s ORDER BY id"


class _Seance(NamedTuple):
    """`taken`: ids of its seats that can't be bought now."""

    price: Any
    starts_at: Any
    ends_at: Any
    format: str
    language: str
    status: str
    hall_id: int
    hall: str
    taken: list[int]


def seat_map(movie_id: int, seance_id: int) -> bytes:
    """`GET /movies/{id}/seances/{id}`: everything a seat map needs. Raises NotFound."""
    seance = _find(movie_id, seance_id)
    rows = _rows(_SEATS, seance.hall_id)
    taken = set(seance.taken)
    categories = {row[6]: row[6:] for row in rows}
    known = {
        "id": seance_id,
        "movie_id": movie_id,
        "price": seance.price,
        "currency": settings.CURRENCY,
        "datetime": seance.starts_at,
        "ends_at": seance.ends_at,
        "time_zone": settings.TIME_ZONE,
        "hall": {"id": seance.hall_id, "name": seance.hall},
        "format": seance.format,
        "language": seance.language,
        "status": seance.status,
        "categories": [
            {"id": key, "name": name, "colour": colour, "price": seance.price + surcharge}
            for key, name, colour, surcharge in categories.values()
        ],
        "seats": [_seat(row, seance, taken) for row in rows],
    }
    return encode({"data": known})


def best_seats(movie_id: int, seance_id: int, *, count: int) -> bytes:
    """`GET /movies/{id}/seances/{id}/best-seats`: `count` free seats, or none when fewer are free.

    They are only proposed. Wheelchair places are never: who needs one chooses it. Raises NotFound.
    """
    seance = _find(movie_id, seance_id)
    rows = _rows(_SPOTS, seance.hall_id)
    hall = [Spot(id, x, y) for id, x, y, _wheelchair in rows]
    free = {id for id, _x, _y, wheelchair in rows if not wheelchair} - set(seance.taken)
    return encode({"data": {"seatsIds": best_of(hall, free, count)}})


def _seat(row: tuple[Any, ...], seance: _Seance, taken: set[int]) -> dict[str, Any]:
    id, seat_row, number, x, y, wheelchair, _, category, _, surcharge = row
    return {
        "id": id,
        "vacant": id not in taken,
        "row": seat_row,
        "number": number,
        "position": {"x": x, "y": y},
        "wheelchair": wheelchair,
        "category": category,
        "price": seance.price + surcharge,
    }


def _find(movie_id: int, seance_id: int) -> _Seance:
    for row in _rows(_SEANCE, seance_id, movie_id):
        return _Seance(*row)
    raise NotFound("seance_id", seance_id)


def _rows(query: str, *parameters: int) -> list[tuple[Any, ...]]:
    with connections[read_alias()].cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()
