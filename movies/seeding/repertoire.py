"""What a city's cinema has: which halls, which films, and which of them play in a week."""

from dataclasses import dataclass, replace
from datetime import date

from movies.seeding.chance import chance
from movies.seeding.films import FILMS, Film
from movies.seeding.halls import HallPlan, load_halls

LET = 18
"""How many of the films a city ever shows; the others are entered and rest."""
PLAYING = 12
"""How many of those play in one week."""


@dataclass(frozen=True, slots=True)
class Size:
    halls: int
    past_days: int
    occupancy: float
    """Which part of the seats of past and near showings is sold, on average."""


SIZES = {
    "small": Size(halls=4, past_days=2, occupancy=0.36),
    "large": Size(halls=12, past_days=180, occupancy=0.5),
}


@dataclass(frozen=True, slots=True)
class Character:
    """How a city's cinema differs from an ordinary one, other than by luck."""

    fewer_halls: int = 0
    dearer: int = 0
    """Rubles for every seat; negative where it is cheaper."""


ORDINARY = Character()
CHARACTERS = {
    "irkutsk": Character(dearer=-30),
    "kaliningrad": Character(fewer_halls=1, dearer=20),
}


def character(city: str) -> Character:
    return CHARACTERS.get(city, ORDINARY)


def halls_of(city: str, size: Size) -> list[HallPlan]:
    """The city's choice of halls; a cinema with more than there are has some of them twice."""
    plans = load_halls()
    twins = [replace(plan, name=f"{plan.name} 2") for plan in plans]
    count = size.halls - character(city).fewer_halls
    chosen = chance(city, "halls").sample(plans, min(count, len(plans)))
    return chosen + twins[: count - len(chosen)]


def films_of(city: str) -> list[Film]:
    """Every film, in the order in which the city got them; it shows the last `LET` of them."""
    return chance(city, "films").sample(FILMS, len(FILMS))


def playing(city: str, day: date) -> list[Film]:
    """The films of the week (Thursday to Wednesday, as cinemas change them)."""
    week = (day.toordinal() + 3) // 7
    return chance(city, "week", week).sample(films_of(city)[-LET:], PLAYING)


def popularity(city: str, film: Film) -> float:
    """How many seats this city wants, compared with an ordinary film's 1."""
    return chance(city, film.slug).uniform(0.6, 1.4)
