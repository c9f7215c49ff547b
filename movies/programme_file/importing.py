"""Importing a programme: everything or nothing, through the same services as the API."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from cinema.refusals import Refused
from movies import schedule
from movies.models import Hall, Movie, Seance, SeanceStatus
from movies.programme_file import columns
from movies.programme_file.films import Film, KnownFilms, enter, films_of
from movies.programme_file.imported import Change, Changes, Entered, Imported
from movies.programme_file.mistakes import FileUnusable, Mistaken
from movies.programme_file.rows import FilmKey, RowReader, Said, Showing
from movies.programme_file.tables import read_table
from movies.programme_file.text import plain
from movies.refusals import HallOccupied, SeanceFixed

Place = tuple[int, datetime]
"""Hall and start: how a showing is known."""


def import_programme(
    content: bytes, file_name: str, *, dry_run: bool = False, most: int | None = None
) -> Imported:
    """Enters what the file says; with `dry_run`, only finds out what that would be. `most`: how
    many films and showings may be new or changed, for who can't wait for all of a large file.

    Raises FileUnusable, and Mistaken with every wrong row, when nothing was changed.
    """
    table = read_table(content, file_name)
    halls = {plain(hall.name): hall for hall in Hall.objects.all()}
    reader = RowReader(halls, ZoneInfo(settings.TIME_ZONE))
    rows = [reader.read(row) for row in table.rows]
    with transaction.atomic():
        imported = _Run(rows, most).all()
        mistakes = table.mistakes + [mistake for said in rows for mistake in said.mistakes]
        transaction.set_rollback(dry_run or bool(mistakes))
    if mistakes:
        raise Mistaken(mistakes)
    return imported


class _Run:
    """Goes through all rows, also when some are wrong already, to find what else is."""

    def __init__(self, rows: list[Said], most: int | None) -> None:
        self.rows = rows
        self.left = most
        self.films = films_of(rows)
        self.imported = Imported()
        self.movies: dict[FilmKey, Movie] = {}
        self.lines: dict[int, int] = {}  # of the showings, by id

    def all(self) -> Imported:
        self._lock()
        self._enter_films()
        self._refuse_repetitions()
        there = self._showings_there()
        for said in self.rows:
            movie = self.movies.get(said.film) if said.film else None
            if said.showing and movie:
                self._enter_showing(said, said.showing, movie, there)
        return self.imported

    def _lock(self) -> None:
        """Films and then halls, by id, as everyone does: who plans at the same time waits."""
        names = {name for name, _year in self.films}
        list(Movie.objects.select_for_update(no_key=True).filter(name__in=names).order_by("id"))
        halls = {said.showing.hall.pk for said in self.rows if said.showing}
        list(Hall.objects.select_for_update(no_key=True).filter(pk__in=halls).order_by("id"))

    def _enter_films(self) -> None:
        known = KnownFilms()
        for film in self.films.values():
            change = enter(film, known)
            if change is not Change.NONE:
                self._count()
            if film.movie:
                self.imported.film(_entered_film(film, film.movie, change))
            if film.movie and film.length_is_known:
                self.movies[film.key] = film.movie

    def _refuse_repetitions(self) -> None:
        lines: dict[Place | FilmKey, int] = {}
        for said in self.rows:
            key: Place | FilmKey
            if said.showing:
                key, column = (said.showing.hall.pk, said.showing.starts_at), columns.TIME
            elif said.film_alone and said.film:
                key, column = said.film, columns.NAME
            else:
                continue
            first = lines.setdefault(key, said.row.line)
            if first != said.row.line:
                said.mistake(column, _("the same is on line %(line)d") % {"line": first})
                said.showing = None

    def _showings_there(self) -> dict[Place, Seance]:
        showings = [said.showing for said in self.rows if said.showing]
        there = Seance.objects.filter(
            status=SeanceStatus.SCHEDULED,
            hall__in={showing.hall.pk for showing in showings},
            starts_at__in={showing.starts_at for showing in showings},
        ).select_related("movie")
        return {(seance.hall_id, seance.starts_at): seance for seance in there}

    def _enter_showing(
        self, said: Said, showing: Showing, movie: Movie, there: dict[Place, Seance]
    ) -> None:
        seance = there.get((showing.hall.pk, showing.starts_at))
        try:
            if seance is None:
                self._count()
                seance = _scheduled(showing, movie)
                self._note(said, showing, movie, seance, {})
            elif changes := _changes(seance, showing, movie):
                self._count()
                schedule.seance_change(seance.pk, **changes)
                self._note(said, showing, movie, seance, _differences(seance, movie, changes))
            else:
                self.imported.showings_unchanged += 1
            self.lines[seance.pk] = said.row.line
        except HallOccupied as refused:
            said.mistake(columns.TIME, self._what_is_in_the_way(seance, showing, movie, refused))
        except SeanceFixed as refused:
            said.mistake(columns.NAME, str(refused))
        except Refused as refused:
            said.mistake(columns.HALL, str(refused))

    def _count(self) -> None:
        """Also of those that are refused: asking takes as long."""
        if self.left == 0:
            raise FileUnusable(
                _(
                    "The file has too much that is new or changed for one page: split it, or have "
                    "it imported by the command import_programme."
                )
            )
        if self.left is not None:
            self.left -= 1

    def _note(
        self, said: Said, showing: Showing, movie: Movie, seance: Seance, changes: Changes
    ) -> None:
        text = str(Seance(movie=movie, hall=showing.hall, starts_at=showing.starts_at))
        change = Change.CHANGED if changes else Change.CREATED
        self.imported.showing(Entered(said.row.line, Seance, seance.pk, text, change, changes))

    def _what_is_in_the_way(
        self, seance: Seance | None, showing: Showing, movie: Movie, refused: HallOccupied
    ) -> str:
        wanted = Seance(movie=movie, starts_at=showing.starts_at)
        schedule.occupy(wanted, showing.hall)
        other = (
            Seance.objects.filter(
                ~Q(pk=seance.pk if seance else None),
                hall=showing.hall,
                status=SeanceStatus.SCHEDULED,
                starts_at__lt=wanted.hall_free_at,
                hall_free_at__gt=wanted.starts_at,
            )
            .select_related("movie", "hall")
            .order_by("starts_at")
            .first()
        )
        if other is None:
            return str(refused)
        if other.pk in self.lines:
            return _("overlaps line %(line)d: %(showing)s") % {
                "line": self.lines[other.pk],
                "showing": other,
            }
        return _("overlaps %(showing)s") % {"showing": other}


def _scheduled(showing: Showing, movie: Movie) -> Seance:
    return schedule.seance_schedule(
        movie_id=movie.pk,
        hall_id=showing.hall.pk,
        starts_at=showing.starts_at,
        price=showing.price,
        **showing.options,
    )


def _changes(seance: Seance, showing: Showing, movie: Movie) -> dict[str, Any]:
    wanted = {"movie_id": movie.pk, "price": showing.price, **showing.options}
    return {name: value for name, value in wanted.items() if getattr(seance, name) != value}


def _differences(seance: Seance, movie: Movie, changes: dict[str, Any]) -> Changes:
    """As a person reads them; `seance` as it was before."""
    others = {name: value for name, value in changes.items() if name != "movie_id"}
    differences = {name: (getattr(seance, name), value) for name, value in others.items()}
    if "movie_id" in changes:
        differences[columns.NAME] = (seance.movie, movie)
    return differences


def _entered_film(film: Film, movie: Movie, change: Change) -> Entered:
    return Entered(film.rows[0].row.line, Movie, movie.pk, str(movie), change, film.changes)
