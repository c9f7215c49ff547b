"""Entering what a cinema has before it plans anything: films, seat categories, halls."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from movies.models import Hall, Movie, MovieTranslation, Seat, SeatCategory
from movies.seeding.films import Film
from movies.seeding.halls import CATEGORIES, HallPlan


@transaction.atomic
def enter_films(films: Sequence[Film]) -> dict[str, Movie]:
    """The films by slug. One whose original title and year are known is left as it is."""
    known = {
        (movie.original_title, movie.year): movie
        for movie in Movie.objects.filter(year__in={film.year for film in films}).order_by("-id")
    }
    new = [film for film in films if (film.original_title, film.year) not in known]
    for movie in Movie.objects.bulk_create(map(_movie, new)):
        known[movie.original_title, movie.year] = movie
    movies = {film.slug: known[film.original_title, film.year] for film in films}
    MovieTranslation.objects.bulk_create(_in_english(film, movies[film.slug]) for film in new)
    return movies


def _movie(film: Film) -> Movie:
    return Movie(
        name=film.name_ru,
        original_title=film.original_title,
        description=film.description_ru,
        image_url=f"/static/movies/posters/{film.slug}.svg",
        year=film.year,
        director=film.director_ru,
        duration_minutes=film.duration_minutes,
        age_rating=film.age_rating,
        genres=list(film.genres),
    )


def _in_english(film: Film, movie: Movie) -> MovieTranslation:
    return MovieTranslation(
        movie=movie,
        language="en",
        name=film.name_en,
        description=film.description_en,
        director=film.director_en,
    )


@transaction.atomic
def enter_halls(plans: Iterable[HallPlan]) -> list[Hall]:
    """The halls in the given order. One whose name is known is left as it is, seats included."""
    categories = _enter_categories()
    halls = []
    for plan in plans:
        hall, new = Hall.objects.get_or_create(
            name=plan.name, defaults={"turnaround_minutes": plan.turnaround_minutes}
        )
        if new:
            Seat.objects.bulk_create(_seats(plan, hall, categories))
        halls.append(hall)
    return halls


def _enter_categories() -> dict[str, SeatCategory]:
    return {
        category.key: SeatCategory.objects.get_or_create(
            name=category.name_ru,
            defaults={"colour": category.colour, "surcharge": category.surcharge},
        )[0]
        for category in CATEGORIES
    }


def _seats(plan: HallPlan, hall: Hall, categories: dict[str, SeatCategory]) -> Iterable[Seat]:
    for seat in plan.seats:
        yield Seat(
            hall=hall,
            row=seat.row,
            number=seat.number,
            x=seat.x,
            y=seat.y,
            category=categories[seat.category],
            wheelchair=seat.wheelchair,
        )
