"""Exporting the programme as the table that `importing` reads."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from movies.models import Movie, Seance, SeanceStatus
from movies.programme_file import columns
from movies.programme_file.tables import write_table
from movies.programme_file.text import guarded, plain


def export_programme(file_name: str, *, coming: bool = False) -> tuple[bytes, int]:
    """The content of such a file, and how many rows it has. Raises FileUnusable.

    All films, with all showings that haven't been cancelled; with `coming`, those that haven't
    begun either: a history of years is more than a page can wait for, or take back.
    """
    seances = Seance.objects.filter(status=SeanceStatus.SCHEDULED)
    rows = list(_rows(Seance.future() if coming else seances))
    return write_table(columns.WRITTEN, rows, file_name), len(rows)


def _rows(seances: QuerySet[Seance]) -> Iterator[list[Any]]:
    showings = seances.select_related("hall")
    films = Movie.objects.order_by("name", "year", "id").prefetch_related(
        "translations", Prefetch("seances", showings.order_by("starts_at", "hall_id"))
    )
    for movie in films:
        film = _film(movie)
        for showing in list(map(_showing, movie.seances.all())) or [{}]:
            row = film | showing
            yield [_cell(row.get(column)) for column in columns.WRITTEN]


def _film(movie: Movie) -> dict[str, Any]:
    film = {column: getattr(movie, column) for column in columns.FILM}
    film["genres"] = ", ".join(movie.genres)
    for translation in movie.translations.all():
        for name in columns.TRANSLATED:
            column = columns.translation_column(name, translation.language)
            film[column] = getattr(translation, name)
    return film


def _showing(seance: Seance) -> dict[str, Any]:
    local = timezone.localtime(seance.starts_at, timezone.get_default_timezone())
    return {
        columns.HALL: seance.hall.name,
        columns.DATE: local.date(),
        columns.TIME: _clock(local),
        columns.PRICE: seance.price,
        columns.FORMAT: seance.format,
        columns.LANGUAGE: seance.language,
    }


def _clock(local: datetime) -> str:
    """Exact to what is stored, and with its offset where the clocks show it twice."""
    if local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset():
        return local.isoformat()[11:]
    return f"{local:%H:%M}" if not (local.second or local.microsecond) else f"{local.time()}"


def _cell(value: Any) -> Any:
    return guarded(plain(value)) if isinstance(value, str) else value
