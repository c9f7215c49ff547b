"""A day's timetable: which film starts when in which hall, and what it costs.

Clock times are the cinema's; everything is computed between moments in UTC, so that a day on which
the clocks change is an hour longer or shorter and nothing overlaps.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from movies.models import Format, Hall
from movies.seeding.chance import chance
from movies.seeding.films import Film
from movies.seeding.repertoire import character, playing, popularity

OPENING = time(10)
STEP = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day that begins at `hour`."""

    hour: int
    price: int
    demand: float
    """How many seats are wanted, compared with the day's average of 1."""


MORNING, AFTERNOON = Part(0, 200, 0.6), Part(13, 280, 0.85)
EVENING, LATE = Part(17, 380, 1.35), Part(21, 340, 1.0)
PARTS = (MORNING, AFTERNOON, EVENING, LATE)

# How gladly a kind of film is shown in each part of the day.
GLADLY = {
    "family": {MORNING: 5.0, AFTERNOON: 2.0, EVENING: 0.5, LATE: 0.0},
    "horror": {MORNING: 0.0, AFTERNOON: 0.0, EVENING: 0.8, LATE: 6.0},
    "adult": {MORNING: 0.0, AFTERNOON: 0.0, EVENING: 1.5, LATE: 3.0},
    "short": {MORNING: 0.6, AFTERNOON: 0.3, EVENING: 0.0, LATE: 0.0},
    "usual": {MORNING: 0.8, AFTERNOON: 1.5, EVENING: 2.5, LATE: 1.5},
}
FORMATS = {Format.FLAT: 12, Format.FILM: 4, Format.STEREO: 1, Format.IMAX: 1}
DEARER = {Format.FLAT: 0, Format.FILM: 40, Format.STEREO: 60, Format.IMAX: 120}
WEEKEND_DEARER = 80
WEEKEND_DEMAND = {True: 1.25, False: 0.9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    film: Film
    hall: Hall
    starts_at: datetime
    price: Decimal
    format: Format
    language: str
    demand: float
    """How many seats are wanted, compared with an ordinary showing's 1."""


def day_of(
    city: str, day: date, halls: Sequence[Hall], minutes: Mapping[str, int], zone: ZoneInfo
) -> Iterator[Planned]:
    """The showings of all halls. `minutes`: how long each film lasts, by slug."""
    planner = _Day(city, day, minutes, zone)
    for hall in halls:
        yield from planner.in_hall(hall)


class _Day:
    def __init__(self, city: str, day: date, minutes: Mapping[str, int], zone: ZoneInfo) -> None:
        self.city, self.day, self.minutes, self.zone = city, day, minutes, zone
        self.films = playing(city, day)
        self.closing = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
        self.shown: Counter[str] = Counter()

    def in_hall(self, hall: Hall) -> Iterator[Planned]:
        dice = chance(self.city, self.day, hall.name)
        start = datetime.combine(self.day, OPENING, self.zone).astimezone(UTC)
        start += dice.randrange(9) * STEP
        while film := self.film_at(start, dice):
            self.shown[film.slug] += 1
            yield self.showing(film, hall, start, dice)
            free = self.end(film, start) + timedelta(minutes=hall.turnaround_minutes)
            start = _rounded_up(free + timedelta(minutes=dice.randrange(15)))

    def film_at(self, start: datetime, dice: Random) -> Film | None:
        """One that suits the hour and ends by midnight; rather one that was seldom shown today."""
        part = part_of_day(start.astimezone(self.zone))
        weights = [
            GLADLY[kind_of(film)][part] / (1 + self.shown[film.slug]) ** 2
            if self.end(film, start) <= self.closing
            else 0
            for film in self.films
        ]
        return dice.choices(self.films, weights)[0] if any(weights) else None

    def end(self, film: Film, start: datetime) -> datetime:
        return start + timedelta(minutes=self.minutes[film.slug])

    def showing(self, film: Film, hall: Hall, start: datetime, dice: Random) -> Planned:
        local = start.astimezone(self.zone)
        part, weekend = part_of_day(local), is_weekend(local)
        projection = dice.choices(list(FORMATS), list(FORMATS.values()))[0]
        demand = popularity(self.city, film) * part.demand * WEEKEND_DEMAND[weekend]
        return Planned(
            film=film,
            hall=hall,
            starts_at=start,
            price=_price(self.city, film, part, projection, weekend=weekend),
            format=projection,
            language=dice.choice(["ru", film.language]),
            demand=demand * dice.uniform(0.8, 1.2),
        )


def kind_of(film: Film) -> str:
    """The key of `GLADLY` that says when this film is shown."""
    if "short" in film.genres:
        return "short"
    if "horror" in film.genres:
        return "horror"
    if film.age_rating in ("16+", "18+"):
        return "adult"
    return "family" if {"family", "animation"} & {*film.genres} else "usual"


def part_of_day(local: datetime) -> Part:
    return next(part for part in reversed(PARTS) if local.hour >= part.hour)


def is_weekend(local: datetime) -> bool:
    """Saturday, Sunday and the evening before."""
    friday, saturday = 4, 5
    return local.weekday() >= saturday or (local.weekday() == friday and local.hour >= EVENING.hour)


def _price(city: str, film: Film, part: Part, projection: Format, *, weekend: bool) -> Decimal:
    price = part.price + character(city).dearer + DEARER[projection] + WEEKEND_DEARER * weekend
    return Decimal(price // 20 * 10 if "short" in film.genres else price)


def _rounded_up(moment: datetime) -> datetime:
    beyond = timedelta(minutes=moment.minute % 5)
    return moment + STEP - beyond if beyond else moment
