"""Importing a programme: everything or nothing, through the same services as the API."""

from collections.abc import Iterable
from contextlib import nullcontext
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from movies.models import Hall, Movie, Seance
from movies.programme_file import columns, films, showings
from movies.programme_file.films import Film, KnownFilms, films_of
from movies.programme_file.imported import Change, Entered, Imported
from movies.programme_file.mistakes import FileUnusable, Mistake, Mistaken
from movies.programme_file.rows import FilmKey, RowReader, Said
from movies.programme_file.showings import Entry, entries_of
from movies.programme_file.tables import read_table
from movies.programme_file.text import plain
from movies.schedule import Place


def import_programme(
    content: bytes, file_name: str, *, dry_run: bool = False, most: int | None = None
) -> Imported:
    """Enters what the file says; with `dry_run`, only finds out what that would be, and locks and
    writes nothing. `most`: how many films and showings may be new or changed, for who can't wait
    for all of a large file.

    Raises FileUnusable, and Mistaken with every wrong row, when nothing was changed.
    """
    table = read_table(content, file_name)
    halls = {plain(hall.name): hall for hall in Hall.objects.all()}
    reader = RowReader(halls, ZoneInfo(settings.TIME_ZONE))
    run = _Run([reader.read(row) for row in table.rows])
    with nullcontext() if dry_run else transaction.atomic():
        run.look(lock=not dry_run)
        _refuse_mistakes(table.mistakes, run.rows)
        if most is not None and run.count > most:
            raise _too_much()
        if not dry_run:
            run.save()
            _refuse_mistakes(table.mistakes, run.rows)
    return run.imported()


class _Run:
    """Goes through all rows, also when some are wrong already, to find what else is."""

    def __init__(self, rows: list[Said]) -> None:
        self.rows = rows
        self.films = films_of(rows)
        self.entries: list[Entry] = []

    def look(self, *, lock: bool) -> None:
        if lock:
            self._lock_films()
        known = KnownFilms()
        for film in self.films.values():
            films.look_at(film, known)
        _refuse_repetitions(self.rows)
        halls = self._halls(lock=lock)
        self.entries = entries_of(self.rows, self.films, halls)
        showings.look_at(self.entries, self.films.values(), halls)

    def save(self) -> None:
        for film in self.films.values():
            film.save()
        showings.save(self.entries)

    @property
    def count(self) -> int:
        changes = [film.change for film in self.films.values()]
        changes += [entry.change for entry in self.entries]
        return len(changes) - changes.count(Change.NONE)

    def imported(self) -> Imported:
        imported = Imported()
        for film in self.films.values():
            imported.film(_entered_film(film))
        for entry in self.entries:
            imported.showing(_entered_showing(entry))
        return imported

    def _lock_films(self) -> None:
        names = {name for name, _year in self.films}
        list(Movie.objects.select_for_update(no_key=True).filter(name__in=names).order_by("id"))

    def _halls(self, *, lock: bool) -> dict[int, Hall]:
        """All in which something may begin or end at another time. Locked after the films and all
        at once, by id, as everyone does: who plans at the same time waits."""
        longer = [film.movie for film in self.films.values() if film.is_of_another_length]
        keys = set(Seance.future().filter(movie__in=longer).values_list("hall_id", flat=True))
        keys |= {said.showing.hall.pk for said in self.rows if said.showing}
        halls = Hall.objects.filter(pk__in=keys).order_by("id")
        return {hall.pk: hall for hall in (halls.select_for_update(no_key=True) if lock else halls)}


def _refuse_repetitions(rows: Iterable[Said]) -> None:
    lines: dict[Place | FilmKey, int] = {}
    for said in rows:
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


def _refuse_mistakes(of_the_table: list[Mistake], rows: Iterable[Said]) -> None:
    if mistakes := of_the_table + [mistake for said in rows for mistake in said.mistakes]:
        raise Mistaken(mistakes)


def _too_much() -> FileUnusable:
    return FileUnusable(
        _(
            "The file has too much that is new or changed for one page: split it, or have "
            "it imported by the command import_programme."
        )
    )


def _entered_film(film: Film) -> Entered:
    key = film.movie.pk if film.movie else None
    line = film.rows[0].row.line
    return Entered(line, Movie, key, str(film.movie), film.change, film.changes)


def _entered_showing(entry: Entry) -> Entered:
    line, seance = entry.said.row.line, entry.seance
    return Entered(line, Seance, seance.pk, str(seance), entry.change, entry.changes)
