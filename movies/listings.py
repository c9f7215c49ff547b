"""What the public reads: films and showings. SQL to JSON, without models in between.

These are the busiest questions a cinema is asked, most of them thousands of seats long, so each is
one or two statements, and the bytes are put together from parts. All run on the alias that
`cinema.replication.reading` chose for the request. Seat maps: `movies.seat_maps`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import connections

from bookings.vacancy import TAKEN_SEATS
from cinema.api.json import encode
from cinema.refusals import NotFound
from cinema.replication.reading import read_alias
from movies.models import Seance

# The start of today at the cinema, by the database's clock.
_TODAY = "date_trunc('day', now(), %(zone)s)"

_MOVIES = f"""
SELECT movie.id, movie.name, movie.description, movie.image_url, movie.original_title, movie.year,
       movie.director, movie.duration_minutes, nullif(movie.age_rating, ''), movie.genres,
       (SELECT jsonb_object_agg(language, jsonb_build_object(
                   'name', name, 'description', description, 'director', director))
        FROM movies_movietranslation WHERE movie_id = movie.id)::text,
       EXISTS (SELECT FROM movies_seance seance
               WHERE seance.movie_id = movie.id AND seance.status = 'scheduled'
                 AND seance.starts_at >= {_TODAY}) AS coming_soon
FROM movies_movie movie
"""  # noqa: S608 only our own words are put together
_SEANCES = f"""
SELECT seance.id, seance.movie_id, seance.price, seance.starts_at, seance.ends_at, seance.format,
       seance.language, seance.status, seance.hall_id, hall.name, {TAKEN_SEATS}
FROM movies_seance seance JOIN movies_hall hall ON hall.id = seance.hall_id
"""  # noqa: S608 only our own words are put together
# Without the seats themselves they are only counted, by the database.
_COUNTED_SEANCES = f"""
SELECT seance.id, seance.movie_id, seance.price, seance.starts_at, seance.ends_at, seance.format,
       seance.language, seance.status, seance.hall_id, hall.name,
       coalesce(hall_size.seats, 0), cardinality({TAKEN_SEATS})
FROM movies_seance seance
JOIN movies_hall hall ON hall.id = seance.hall_id
LEFT JOIN (SELECT hall_id, count(*) AS seats FROM movies_seat GROUP BY hall_id) hall_size
       ON hall_size.hall_id = hall.id
"""  # noqa: S608 only our own words are put together
_SEATS_OF_HALLS = """
SELECT hall_id, array_agg(id ORDER BY id) FROM movies_seat WHERE hall_id = ANY(%s) GROUP BY hall_id
"""

_HALL = 8  # its id's column

ORDERINGS = {
    "-id": "seance.id DESC",
    "id": "seance.id",
    "datetime": "seance.starts_at, seance.id",
    "-datetime": "seance.starts_at DESC, seance.id DESC",
}


def movies(*, max_results: int, with_seances: bool) -> bytes:
    """`GET /movies`: newest id first; `with_seances`: only those shown today or later."""
    rows = _rows(
        f"SELECT * FROM ({_MOVIES}) movie WHERE coming_soon OR NOT %(with_seances)s "  # noqa: S608 as above
        "ORDER BY id DESC LIMIT %(max_results)s",
        with_seances=with_seances,
        max_results=max_results,
    )
    return encode({"data": [_movie(*row) for row in rows]})


def movie(movie_id: int) -> bytes:
    """`GET /movies/{id}`. Raises NotFound."""
    for row in _rows(f"{_MOVIES} WHERE movie.id = %(movie)s", movie=movie_id):
        return encode({"data": _movie(*row)})
    raise NotFound("movie_id", movie_id)


@dataclass(frozen=True)
class SeanceFilter:
    """Which showings. `date`: the cinema's local day; `since` included, `until` not; `order`: SQL
    from ORDERINGS; `seats`: with the state of every seat."""

    max_results: int
    date: date | None
    since: datetime | None
    until: datetime | None
    order: str
    seats: bool


def seances(wanted: SeanceFilter) -> bytes:
    """`GET /seances`: showings of all films."""
    return _listed(_seances(wanted))


def seances_of_movie(movie_id: int, wanted: SeanceFilter) -> bytes:
    """`GET /movies/{id}/seances`. Raises NotFound for the film."""
    found = _seances(wanted, movie_id)
    if not found and not _rows("SELECT FROM movies_movie WHERE id = %(movie)s", movie=movie_id):
        raise NotFound("movie_id", movie_id)
    return _listed(found)


def created_seance(seance: Seance) -> bytes:
    """The answer to a new showing: its attributes, and every seat vacant."""
    seats = _seats_of({seance.hall_id}).get(seance.hall_id, [])
    data = {
        "id": seance.pk,
        "type": "seances",
        "attributes": {
            "datetime": seance.starts_at,
            "price": seance.price,
            "movie_id": seance.movie_id,
            "hall": seance.hall_id,
            "format": seance.format,
            "language": seance.language,
        },
        "seats": [{"id": seat, "vacant": True} for seat in seats],
    }
    return encode({"data": data})


def image_address(image_url: str) -> str:
    """A path on this server becomes a full address: readers are elsewhere."""
    return settings.PUBLIC_URL + image_url if image_url.startswith("/") else image_url


def _movie(
    id: int,
    name: str,
    description: str,
    image_url: str,
    original_title: str,
    year: int | None,
    director: str,
    duration_minutes: int,
    age_rating: str | None,
    genres: list[str],
    translations: str | None,
    coming_soon: bool,
) -> dict[str, Any]:
    return {
        "id": id,
        "name": name,
        "description": description,
        "image_url": image_address(image_url),
        "comingSoon": coming_soon,
        "original_title": original_title,
        "year": year,
        "director": director,
        "duration_minutes": duration_minutes,
        "age_rating": age_rating,
        "genres": genres,
        "translations": orjson.Fragment(translations or "{}"),
    }


def _seances(wanted: SeanceFilter, movie_id: int | None = None) -> list[bytes]:
    """The listed showings, each as JSON; without `movie_id`, of all films."""
    found = _rows(
        f"{_SEANCES if wanted.seats else _COUNTED_SEANCES} WHERE {_conditions(wanted, movie_id)} "
        f"ORDER BY {wanted.order} LIMIT %(max_results)s",
        movie=movie_id,
        date=wanted.date,
        since=wanted.since,
        until=wanted.until,
        max_results=wanted.max_results,
    )
    if not wanted.seats:
        return [encode(_seance(row[:-2], total=row[-2], taken=row[-1])) for row in found]
    halls = _seats_of({row[_HALL] for row in found})
    return [_seance_with_seats(row, halls.get(row[_HALL], [])) for row in found]


def _conditions(wanted: SeanceFilter, movie_id: int | None) -> str:
    conditions = ["seance.status = 'scheduled'"]
    if movie_id is not None:
        conditions.append("seance.movie_id = %(movie)s")
    if wanted.date:
        conditions.append(
            "seance.starts_at >= %(date)s::timestamp AT TIME ZONE %(zone)s AND "
            "seance.starts_at < (%(date)s::timestamp + interval '1 day') AT TIME ZONE %(zone)s"
        )
    if wanted.since:
        conditions.append("seance.starts_at >= %(since)s")
    if wanted.until:
        conditions.append("seance.starts_at < %(until)s")
    return " AND ".join(conditions)


def _seance(row: Sequence[Any], *, total: int, taken: int) -> dict[str, Any]:
    id, movie_id, price, starts_at, ends_at, format, language, status, hall_id, hall = row
    return {
        "id": id,
        "movie_id": movie_id,
        "price": price,
        "currency": settings.CURRENCY,
        "datetime": starts_at,
        "ends_at": ends_at,
        "hall": {"id": hall_id, "name": hall},
        "format": format,
        "language": language,
        "status": status,
        "seats_total": total,
        "seats_vacant": total - taken,
    }


def _seance_with_seats(row: Sequence[Any], seats: list[int]) -> bytes:
    *described, taken = row
    known = _seance(described, total=len(seats), taken=len(taken))
    known["seats"] = orjson.Fragment(_seat_states(seats, set(taken)))
    return encode(known)


def _listed(found: Iterable[bytes]) -> bytes:
    return b'{"data":[%b]}' % b",".join(found)


def _seat_states(seats: Iterable[int], taken: set[int]) -> bytes:
    states = [
        b'{"id":%d,"vacant":false}' % seat if seat in taken else b'{"id":%d,"vacant":true}' % seat
        for seat in seats
    ]
    return b"[%b]" % b",".join(states)


def _seats_of(halls: set[int]) -> dict[int, list[int]]:
    if not halls:
        return {}
    with connections[read_alias()].cursor() as cursor:
        cursor.execute(_SEATS_OF_HALLS, [list(halls)])
        return dict(cursor.fetchall())


def _rows(query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connections[read_alias()].cursor() as cursor:
        cursor.execute(query, {"zone": settings.TIME_ZONE} | parameters)
        return cursor.fetchall()
