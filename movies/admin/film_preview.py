"""A film as a visitor will see it, in each of its languages."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import localtime
from django.utils.translation import get_language_info, gettext_lazy

from cinema.site import answer, page
from movies.admin.poster import poster_of
from movies.models import Genre, Movie, Seance

MOST_SHOWINGS = 60
"""What a page of one film has room for; the schedule has the others."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A film's own words in one language. `labels`: the language of the words around them."""

    language: str
    title: str
    name: str
    director: str
    description: str

    @property
    def labels(self) -> str:
        known = dict(settings.LANGUAGES)
        return self.language if self.language in known else settings.LANGUAGE_CODE


@page(
    "films/<int:movie_id>/preview/",
    name="film_preview",
    title=gettext_lazy("Preview of a film"),
    permission="movies.view_movie",
)
def film_preview(request: HttpRequest, movie_id: int) -> HttpResponse:
    movie = _find(movie_id)
    languages = _languages(movie)
    shown = languages.get(request.GET.get("language", ""), languages[settings.LANGUAGE_CODE])
    days, more = _days(movie)
    context = {
        "title": str(movie),
        "movie": movie,
        "opts": Movie._meta,
        "texts": shown,
        "languages": list(languages.values()),
        "poster": poster_of(movie, "film-poster"),
        "genres": [Genre(genre).label for genre in movie.genres if genre in Genre.values],
        "length": divmod(movie.duration_minutes, 60),
        "days": days,
        "more": more,
    }
    return answer(request, "movies/admin/film_preview.html", context)


def _find(movie_id: int) -> Movie:
    if movie_id >= 2**63:  # PostgreSQL has no such number
        raise Http404
    movie = Movie.objects.filter(pk=movie_id).prefetch_related("translations").first()
    if movie is None:
        raise Http404
    return movie


def _languages(movie: Movie) -> dict[str, Texts]:
    """The cinema's own first. What isn't translated is shown in it."""
    own = settings.LANGUAGE_CODE
    texts = {own: _texts(own, movie, movie)}
    for translation in sorted(movie.translations.all(), key=lambda one: one.language):
        texts[translation.language] = _texts(translation.language, translation, movie)
    return texts


def _texts(language: str, said: Any, movie: Movie) -> Texts:
    texts = {
        name: getattr(said, name) or getattr(movie, name)
        for name in ("name", "director", "description")
    }
    return Texts(language, _title(language), **texts)


def _title(language: str) -> str:
    try:
        return str(get_language_info(language)["name_local"]).capitalize()
    except KeyError:  # a language that Django has no name for
        return language


def _days(movie: Movie) -> tuple[list[tuple[date, list[Seance]]], bool]:
    """Coming showings by the cinema's local day, and whether there are more."""
    coming = Seance.future().filter(movie=movie).select_related("hall")
    showings = list(coming.order_by("starts_at", "id")[: MOST_SHOWINGS + 1])
    by_day = groupby(showings[:MOST_SHOWINGS], lambda one: localtime(one.starts_at).date())
    return [(day, list(ones)) for day, ones in by_day], len(showings) > MOST_SHOWINGS
