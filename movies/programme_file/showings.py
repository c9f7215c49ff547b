"""The showings of a file: what is new in them, and entering it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from bookings.history import is_sold
from cinema.refusals import Refused
from movies import many_showings, schedule
from movies.models import Hall, Movie, Seance
from movies.programme_file import columns
from movies.programme_file.films import Film
from movies.programme_file.imported import Change, Changes
from movies.programme_file.rows import FilmKey, Said, Showing
from movies.programme_file.timetable import Timetable, planned_with
from movies.refusals import HallOccupied, HallUnknown, SeanceFixed
from movies.schedule import Place


@dataclass(slots=True)
class Entry:
    """A row's showing. `seance`: as it will be. `before`: as it is; None for a new one.
    `fields`: what is to be written, of one that is changed."""

    said: Said
    showing: Showing
    film: Film
    seance: Seance
    before: Seance | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def change(self) -> Change:
        if self.before is None:
            return Change.CREATED
        return Change.CHANGED if self.fields else Change.NONE

    @property
    def changes(self) -> Changes:
        """As a person reads them."""
        differences = {
            name: (getattr(self.before, name), value)
            for name, value in self.fields.items()
            if name != "movie_id"
        }
        if self.before and "movie_id" in self.fields:
            differences[columns.NAME] = (self.before.movie, self.film.movie)
        return differences


def entries_of(
    rows: Iterable[Said], films: Mapping[FilmKey, Film], halls: Mapping[int, Hall]
) -> list[Entry]:
    """Those whose film and length are known; without these nobody can tell what overlaps."""
    entries = []
    known = {key: film for key, film in films.items() if film.length_is_known}
    for said in rows:
        film = known.get(said.film) if said.film else None
        if said.showing and film and film.movie:
            hall = halls.get(said.showing.hall.pk)
            if hall is None:  # deleted at this moment
                said.mistake(columns.HALL, str(HallUnknown(said.showing.hall.pk)))
            else:
                seance = _wanted(said.showing, film.movie, hall)
                entries.append(Entry(said, said.showing, film, seance))
    return entries


def look_at(entries: Iterable[Entry], films: Iterable[Film], halls: Mapping[int, Hall]) -> None:
    """Works out what becomes of them, and notes mistakes in their rows.

    Halls are given to them in the order of the file, after the showings that are planned already
    have got the new lengths of their films.
    """
    entries = list(entries)
    moved = _moved(films, halls)
    ends = [seance for _film, seances in moved for seance in seances]
    timetable = Timetable(planned_with([entry.seance for entry in entries] + ends))
    refused = {film.key for film, seances in moved if not _move_ends(film, seances, timetable)}
    lines: dict[Place, int] = {}
    for entry in entries:
        if entry.film.key in refused:
            continue
        entry.before = timetable.at(entry.seance)
        if entry.before:
            _compare(entry, entry.before)
        _take_place(entry, timetable, lines)


def save(entries: Iterable[Entry]) -> None:
    """After their films. What is refused at this moment is noted as a mistake."""
    entries = list(entries)
    many_showings.seances_create([entry.seance for entry in entries if entry.before is None])
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for entry in entries:
        if entry.before is not None:
            entry.seance.pk = entry.before.pk
        if "movie_id" in entry.fields:
            _give_film(entry, entry.seance.movie)
        elif entry.fields:
            alike[tuple(entry.fields.items())].append(entry.seance.pk)
    for fields, keys in alike.items():
        many_showings.seances_describe(keys, **dict(fields))


def _give_film(entry: Entry, movie: Movie) -> None:
    try:
        schedule.seance_change(entry.seance.pk, **{**entry.fields, "movie_id": movie.pk})
    except Refused as refused:
        entry.said.mistake(columns.NAME, str(refused))


def _wanted(showing: Showing, movie: Movie, hall: Hall) -> Seance:
    seance = Seance(
        movie=movie, starts_at=showing.starts_at, price=showing.price, **showing.options
    )
    schedule.occupy(seance, hall)
    return seance


def _moved(films: Iterable[Film], halls: Mapping[int, Hall]) -> list[tuple[Film, list[Seance]]]:
    """Films that get another length, with their coming showings as these will end."""
    moved: dict[int, tuple[Film, list[Seance]]] = {
        film.movie.pk: (film, []) for film in films if film.movie and film.is_of_another_length
    }
    coming = Seance.future().filter(movie__in=moved.keys()).select_related("hall").order_by("id")
    for seance in coming:
        film, seances = moved[seance.movie_id]
        seance.movie = film.movie  # type: ignore[assignment]  # those that are moved have one
        schedule.occupy(seance, halls.get(seance.hall_id, seance.hall))
        seances.append(seance)
    return list(moved.values())


def _move_ends(film: Film, seances: Iterable[Seance], timetable: Timetable) -> bool:
    for seance in seances:
        if timetable.in_the_way(seance):
            film.mistake(columns.DURATION, str(HallOccupied(seance.hall.name)))
            return False
        timetable.put(seance)
    return True


def _compare(entry: Entry, before: Seance) -> None:
    showing = entry.showing
    wanted = {"movie_id": entry.seance.movie_id, "price": showing.price, **showing.options}
    entry.fields = {name: value for name, value in wanted.items() if getattr(before, name) != value}
    if "movie_id" in entry.fields and is_sold(before.pk):
        entry.said.mistake(columns.NAME, str(SeanceFixed()))


def _take_place(entry: Entry, timetable: Timetable, lines: dict[Place, int]) -> None:
    seance = entry.seance
    if entry.before is None or "movie_id" in entry.fields:
        if other := timetable.in_the_way(seance):
            entry.said.mistake(columns.TIME, _overlap(other, lines))
            return
        timetable.put(seance)
    lines[seance.hall_id, seance.starts_at] = entry.said.row.line


def _overlap(other: Seance, lines: Mapping[Place, int]) -> str:
    if line := lines.get((other.hall_id, other.starts_at)):
        return _("overlaps line %(line)d: %(showing)s") % {"line": line, "showing": other}
    return _("overlaps %(showing)s") % {"showing": other}
