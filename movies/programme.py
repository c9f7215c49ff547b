"""Films: entering, changing and deleting them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from bookings import history
from cinema.refusals import NotFound
from movies import schedule
from movies.models import Movie, MovieTranslation, Seance
from movies.refusals import SoldAlready

Translations = Mapping[str, Mapping[str, str]]


@transaction.atomic
def movie_create(*, translations: Translations | None = None, **fields: Any) -> Movie:
    """A new film. `translations`: by language, `name`, `description` and `director`."""
    movie = Movie.objects.create(**fields)
    _translate(movie, translations)
    return movie


@transaction.atomic
def movie_update(
    movie_id: int, *, translations: Translations | None = None, **fields: Any
) -> Movie:
    """Changes the given fields only. A new duration moves the end of future showings.

    Raises NotFound, and HallOccupied when a longer film would run into the next showing.
    """
    movie = Movie.objects.select_for_update(no_key=True).filter(pk=movie_id).first()
    if movie is None:
        raise NotFound("movie_id", movie_id)
    duration_before = movie.duration_minutes
    for name, value in fields.items():
        setattr(movie, name, value)
    movie.save()
    _translate(movie, translations)
    if movie.duration_minutes != duration_before:
        schedule.follow_durations(Seance.future().filter(movie=movie))
    return movie


@transaction.atomic
def movie_delete(movie_id: int) -> None:
    """Deletes a film and its showings. Raises NotFound, and SoldAlready when any was sold."""
    movie = Movie.objects.select_for_update().filter(pk=movie_id).first()
    if movie is None:
        raise NotFound("movie_id", movie_id)
    # Locked, so that no booking can begin meanwhile: its foreign key waits for us.
    seances = list(movie.seances.select_for_update().order_by("id").values_list("id", flat=True))
    if tickets := history.tickets_of(seances):
        raise SoldAlready(str(movie), tickets)
    history.forget_unsold(seances)
    movie.seances.all().delete()
    movie.delete()


def _translate(movie: Movie, translations: Translations | None) -> None:
    if translations is None:
        return
    movie.translations.exclude(language__in=translations).delete()
    for language, texts in translations.items():
        MovieTranslation.objects.update_or_create(
            movie=movie, language=language, defaults=dict(texts)
        )
