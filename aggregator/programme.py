"""Showings in the order in which visitors look for them: by film, day, hall, format and language.

A day is the calendar day on the cinema's clocks: what starts after midnight is the next day's.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from aggregator.provider_api.films import Film
from aggregator.provider_api.seances import SCHEDULED, Seance

MANY, FEW, NONE = "many", "few", "none"


@dataclass(frozen=True)
class Day:
    date: date
    seances: tuple[Seance, ...]


@dataclass(frozen=True)
class OnScreen:
    """A film with its next showings: there is at least one."""

    film: Film
    days: tuple[Day, ...]

    @property
    def first(self) -> Seance:
        return self.days[0].seances[0]


@dataclass(frozen=True)
class Kind:
    """Showings that differ in nothing but the time."""

    format: str
    language: str
    seances: tuple[Seance, ...]


@dataclass(frozen=True)
class HallTimes:
    hall: str
    kinds: tuple[Kind, ...]


def on_sale(seances: Iterable[Seance], now: datetime) -> list[Seance]:
    """Those that are neither cancelled nor begun, by start. Sold-out ones stay."""
    coming = (one for one in seances if one.status == SCHEDULED and one.starts_at > now)
    return sorted(coming, key=lambda one: (one.starts_at, one.id))


def by_day(seances: Sequence[Seance], zone: ZoneInfo) -> tuple[Day, ...]:
    """Of showings that are sorted by start."""
    grouped = groupby(seances, key=lambda one: one.starts_at.astimezone(zone).date())
    return tuple(Day(day, tuple(showings)) for day, showings in grouped)


def on_screen(
    films: Sequence[Film], seances: Sequence[Seance], zone: ZoneInfo
) -> tuple[list[OnScreen], list[Film]]:
    """The films with a showing, the soonest first, and those without one yet."""
    showings: dict[int, list[Seance]] = {}
    for seance in seances:
        showings.setdefault(seance.movie_id, []).append(seance)
    shown = [
        OnScreen(film, by_day(showings[film.id], zone)) for film in films if film.id in showings
    ]
    shown.sort(key=lambda one: (one.first.starts_at, one.film.id))
    return shown, [film for film in films if film.id not in showings]


def start_of_today(now: datetime, zone: ZoneInfo) -> datetime:
    """The midnight that began it. What is asked from here on is the same question all day long, so
    that an answer which was kept is found when the city fails."""
    return datetime.combine(now.astimezone(zone).date(), time.min, zone)


def end_of_tomorrow(now: datetime, zone: ZoneInfo) -> datetime:
    """The midnight that ends it."""
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=2), time.min, zone)


def chosen(days: Sequence[Day], asked: str) -> Day | None:
    """The day that an address asks for, else the first; None when there are no days."""
    for day in days:
        if day.date.isoformat() == asked:
            return day
    return days[0] if days else None


def by_hall(seances: Iterable[Seance]) -> tuple[HallTimes, ...]:
    """Halls by name; inside, formats and languages by their first showing."""
    halls: dict[str, dict[tuple[str, str], list[Seance]]] = {}
    for one in seances:
        kinds = halls.setdefault(one.hall, {})
        kinds.setdefault((one.format, one.language), []).append(one)
    return tuple(
        HallTimes(
            hall,
            tuple(
                Kind(format, language, tuple(showings))
                for (format, language), showings in halls[hall].items()
            ),
        )
        for hall in sorted(halls)
    )


def fullness(seance: Seance) -> str:
    """MANY, FEW (at most a fifth of the hall) or NONE are free; empty when nobody says."""
    if seance.seats_vacant is None:
        return ""
    if seance.seats_vacant <= 0:
        return NONE
    return FEW if seance.seats_vacant * 5 <= (seance.seats_total or 0) else MANY


def same_film(film: Film) -> Hashable:
    """Equal for one film in two cities, which number their films each by themselves."""
    return (film.original_title or film.name).casefold(), film.year
