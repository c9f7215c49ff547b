"""What would come of showings that somebody wants, before any is saved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby

from django.db import connection
from django.db.models import QuerySet

from cinema.refusals import Refused
from movies import business_day
from movies.models import Format, Hall, Movie, Seance
from movies.refusals import FilmUnknown, HallUnknown, NeededByAnother
from movies.schedule import occupy, unsaleable

# A nested loop: each wanted showing looks into the constraint's own index.
_FOUND = """
    SELECT DISTINCT ON (wanted.number)
           wanted.number, movie.name, seance.starts_at, seance.hall_free_at
    FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::timestamptz[])
         AS wanted (number, hall_id, starts_at, hall_free_at)
    JOIN (movies_seance seance JOIN movies_movie movie ON movie.id = seance.movie_id)
      ON seance.status = 'scheduled'
     AND seance.hall_id = wanted.hall_id
     AND tstzrange(seance.starts_at, seance.hall_free_at, '[)')
         && tstzrange(wanted.starts_at, wanted.hall_free_at, '[)')
    ORDER BY wanted.number, seance.starts_at
"""


@dataclass(frozen=True)
class Wanted:
    """A showing that somebody wants. `starts_at` is in the cinema's zone where it was taken from
    its clock, and then may be no moment: see `business_day.unclear`.
    """

    movie_id: int
    hall_id: int
    starts_at: datetime
    price: Decimal
    format: str = Format.FLAT
    language: str = "ru"


@dataclass(frozen=True)
class Preview:
    """`showing`: as it would be saved; None where its film, hall or time doesn't exist."""

    wanted: Wanted
    movie: Movie | None
    hall: Hall | None
    showing: Seance | None
    conflict: Refused | None


def preview(showings: Sequence[Wanted], *, left_out: Collection[int] = ()) -> list[Preview]:
    """What would come of them, in the same order. Writes and locks nothing.

    Those without a conflict can be planned together. `left_out`: positions of those that stand in
    nobody's way.
    """
    return previewed(showings, list(films_of(showings)), list(halls_of(showings)), left_out)


def films_of(showings: Sequence[Wanted]) -> QuerySet[Movie]:
    return Movie.objects.filter(pk__in={wanted.movie_id for wanted in showings}).order_by("id")


def halls_of(showings: Sequence[Wanted]) -> QuerySet[Hall]:
    return Hall.objects.filter(pk__in={wanted.hall_id for wanted in showings}).order_by("id")


def previewed(
    showings: Sequence[Wanted],
    films: Sequence[Movie],
    halls: Sequence[Hall],
    left_out: Collection[int] = (),
) -> list[Preview]:
    film_of = {film.pk: film for film in films}
    hall_of = {hall.pk: hall for hall in halls}
    built = [_build(wanted, film_of, hall_of) for wanted in showings]
    seances = {number: seance for number, seance in enumerate(built) if isinstance(seance, Seance)}
    conflicts = {number: no for number, no in enumerate(built) if isinstance(no, Refused)}
    conflicts |= _found(seances) | unsaleable(seances)
    conflicts |= _among_themselves(
        {number: seance for number, seance in seances.items() if number not in conflicts},
        left_out,
    )
    return [
        Preview(
            wanted,
            film_of.get(wanted.movie_id),
            hall_of.get(wanted.hall_id),
            seances.get(number),
            conflicts.get(number),
        )
        for number, wanted in enumerate(showings)
    ]


def _build(wanted: Wanted, film_of: dict[int, Movie], hall_of: dict[int, Hall]) -> Seance | Refused:
    film, hall = film_of.get(wanted.movie_id), hall_of.get(wanted.hall_id)
    if film is None:
        return FilmUnknown()
    if hall is None:
        return HallUnknown(wanted.hall_id)
    if unclear := business_day.unclear(wanted.starts_at):
        return unclear
    seance = Seance(
        movie=film,
        starts_at=wanted.starts_at.astimezone(UTC),
        price=wanted.price,
        format=wanted.format,
        language=wanted.language,
    )
    occupy(seance, hall)
    return seance


def _found(seances: dict[int, Seance]) -> dict[int, Refused]:
    """What has the halls of showings already, by their numbers."""
    columns = [
        (number, seance.hall_id, seance.starts_at, seance.hall_free_at)
        for number, seance in seances.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_FOUND, [list(column) for column in zip(*columns, strict=True)] or [[]] * 4)
        return {number: NeededByAnother(*other) for number, *other in cursor.fetchall()}


def _among_themselves(seances: dict[int, Seance], left_out: Collection[int]) -> dict[int, Refused]:
    """In each hall the earlier showing has its time, and the later one stands in its way."""

    def place(numbered: tuple[int, Seance]) -> tuple[int, datetime, bool, int]:
        number, seance = numbered
        return seance.hall_id, seance.starts_at, number in left_out, number

    conflicts: dict[int, Refused] = {}
    in_order = sorted(seances.items(), key=place)
    for _hall, group in groupby(in_order, key=lambda numbered: numbered[1].hall_id):
        before: Seance | None = None
        for number, seance in group:
            if before is not None and seance.starts_at < before.hall_free_at:
                conflicts[number] = NeededByAnother(
                    before.movie.name, before.starts_at, before.hall_free_at, is_planned=True
                )
            elif number not in left_out:
                before = seance
    return conflicts
