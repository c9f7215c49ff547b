"""Opening the days of a season: planning the showings of halls that have none yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from movies import schedule
from movies.models import Hall, Movie, Seance
from movies.seeding.timetable import OPENING, Planned, day_of


@dataclass(frozen=True, slots=True)
class Opened:
    """A new showing, and how many seats are wanted, compared with an ordinary showing's 1."""

    seance: Seance
    demand: float


def open_day(
    city: str, day: date, halls: Sequence[Hall], movies: Mapping[str, Movie], zone: ZoneInfo
) -> list[Opened]:
    """Plans one day, inside the caller's transaction. A hall that has showings then is left alone.

    `movies`: by slug, all that may play.
    """
    # Locked, so that nobody plans in them meanwhile; by id, as everyone does.
    ids = [hall.pk for hall in halls]
    locked = Hall.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("id")
    by_id = {hall.pk: hall for hall in locked}
    minutes = {slug: movie.duration_minutes for slug, movie in movies.items()}
    busy = _busy(day, by_id, zone)
    planned = [
        showing
        for showing in day_of(city, day, [by_id[id] for id in ids], minutes, zone)
        if showing.hall.pk not in busy
    ]
    seances = Seance.objects.bulk_create(
        _seance(showing, movies[showing.film.slug]) for showing in planned
    )
    return [
        Opened(seance, showing.demand) for seance, showing in zip(seances, planned, strict=True)
    ]


def _busy(day: date, halls: Mapping[int, Hall], zone: ZoneInfo) -> set[int]:
    """The halls in which something starts on that day, or runs when the day's plan would."""
    midnight, opening, next_midnight = (
        datetime.combine(day + timedelta(days=ahead), clock, zone).astimezone(UTC)
        for ahead, clock in ((0, time()), (0, OPENING), (1, time()))
    )
    # The plan ends by midnight, but the turnaround of its last showing goes on.
    longest = timedelta(minutes=max(hall.turnaround_minutes for hall in halls.values()))
    there = Seance.objects.filter(hall__in=halls, starts_at__lt=next_midnight + longest)
    there = there.filter(Q(starts_at__gte=midnight) | Q(hall_free_at__gt=opening))
    return set(there.values_list("hall_id", flat=True))


def _seance(showing: Planned, movie: Movie) -> Seance:
    seance = Seance(
        movie=movie,
        starts_at=showing.starts_at,
        price=showing.price,
        format=showing.format,
        language=showing.language,
    )
    schedule.occupy(seance, showing.hall)
    return seance
