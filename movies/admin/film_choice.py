"""Films to choose from when showings are planned."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from movies.models import Movie, Seance

MOST_FILMS = 1000  # those in the programme, and the newest of the others

Choices = list[tuple[str, list[tuple[int, str]]]]


def films_by_part(also: Any = None) -> list[tuple[str, list[Movie]]]:
    """What is in the programme first, each part by title. `also`: the key of one more."""
    shown = Exists(Seance.future().filter(movie=OuterRef("pk")))
    films = Movie.objects.annotate(is_shown=shown).order_by("-is_shown", "-id")
    films = films.only("name", "year", "duration_minutes")
    listed = list(films[:MOST_FILMS])
    if also is not None and all(film.pk != also for film in listed):
        listed += films.filter(pk=also)
    listed.sort(key=lambda film: film.name.casefold())
    parts: list[tuple[str, list[Movie]]] = [
        (_("In the programme"), [film for film in listed if film.is_shown]),
        (_("Other films"), [film for film in listed if not film.is_shown]),
    ]
    return [(title, films) for title, films in parts if films]


def film_choices(also: Any = None) -> Choices:
    """The same, for the field of a form."""
    return [(title, [_choice(film) for film in films]) for title, films in films_by_part(also)]


def _choice(film: Movie) -> tuple[int, str]:
    minutes = _("%(count)d min") % {"count": film.duration_minutes}
    return film.pk, f"{film} · {minutes}"
