"""Films to choose from when showings are planned."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from movies.models import Movie, Seance

MOST_FILMS = 1000  # the newest ones

Choices = list[tuple[str, list[tuple[int, str]]]]


def film_choices(also: Any = None) -> Choices:
    """What is in the programme first, each part by title. `also`: the key of one more."""
    shown = Exists(Seance.future().filter(movie=OuterRef("pk")))
    films = Movie.objects.annotate(is_shown=shown).order_by("-id")
    listed = list(films[:MOST_FILMS])
    if also is not None and all(film.pk != also for film in listed):
        listed += films.filter(pk=also)
    listed.sort(key=lambda film: film.name.casefold())
    parts = [
        (_("In the programme"), [_choice(film) for film in listed if film.is_shown]),
        (_("Other films"), [_choice(film) for film in listed if not film.is_shown]),
    ]
    return [(title, choices) for title, choices in parts if choices]


def _choice(film: Movie) -> tuple[int, str]:
    minutes = _("%(count)d min") % {"count": film.duration_minutes}
    return film.pk, f"{film} · {minutes}"
