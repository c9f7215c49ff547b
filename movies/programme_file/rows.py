"""A row of the table as what it says: a film, and perhaps a showing of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from movies.models import Hall
from movies.programme_file import cells, columns
from movies.programme_file.mistakes import BadCell, Mistake
from movies.programme_file.tables import Row

FilmKey = tuple[str, int | None]
"""Name and year: how a film is known."""

FILM_CELLS: Mapping[str, Callable[[Any], Any]] = {
    "original_title": cells.text,
    columns.DURATION: cells.whole,
    "age_rating": cells.age_rating,
    "genres": cells.genres,
    "director": cells.text,
    "description": cells.text,
    "image_url": cells.address,
    **dict.fromkeys(columns.TRANSLATIONS, cells.text),
}


@dataclass(frozen=True, slots=True)
class Showing:
    hall: Hall
    starts_at: datetime
    price: Decimal
    options: dict[str, str]
    """Format and language, where they are given."""


@dataclass(slots=True)
class Said:
    """What a row says, as far as it can be understood."""

    row: Row
    film: FilmKey | None = None
    texts: dict[str, Any] = field(default_factory=dict)
    showing: Showing | None = None
    film_alone: bool = False
    mistakes: list[Mistake] = field(default_factory=list)

    def mistake(self, column: str, reason: str) -> None:
        self.mistakes.append(Mistake(self.row.line, column, self.row.cells.get(column), reason))

    def wrong(self, column: str) -> bool:
        return any(mistake.column == column for mistake in self.mistakes)


class RowReader:
    def __init__(self, halls: Mapping[str, Hall], zone: ZoneInfo) -> None:
        self.halls, self.zone = halls, zone

    def read(self, row: Row) -> Said:
        said = Said(row)
        said.film = self._film(said)
        for column, parse in FILM_CELLS.items():
            if column in row.cells:
                said.texts[column] = self._cell(said, column, parse)
        said.texts = {column: value for column, value in said.texts.items() if value is not None}
        said.film_alone = not any(column in row.cells for column in columns.PLACE)
        if said.film_alone:
            self._refuse_leftovers(said)
        else:
            said.showing = self._showing(said)
        return said

    def _film(self, said: Said) -> FilmKey | None:
        if not self._all_there(said, [columns.NAME]):
            return None
        name = self._cell(said, columns.NAME, cells.text)
        year = None
        if columns.YEAR in said.row.cells:
            year = self._cell(said, columns.YEAR, cells.whole)
        return None if said.mistakes else (name, year)

    def _refuse_leftovers(self, said: Said) -> None:
        for column in columns.SHOWING:
            if column in said.row.cells:
                said.mistake(
                    column, _("there is no showing on this line: fill hall, date and time")
                )

    def _showing(self, said: Said) -> Showing | None:
        before = len(said.mistakes)
        self._all_there(said, [*columns.PLACE, columns.PRICE])
        hall = self._cell(said, columns.HALL, self._hall)
        price = self._cell(said, columns.PRICE, cells.money)
        starts_at = self._starts_at(said)
        options = dict(self._options(said))
        if len(said.mistakes) > before:
            return None
        return Showing(hall, starts_at, price, options)

    def _starts_at(self, said: Said) -> Any:
        day = self._cell(said, columns.DATE, cells.day)
        clock = self._cell(said, columns.TIME, cells.clock)
        if day is None or clock is None:
            return None
        return self._cell(said, columns.TIME, lambda _cell: cells.moment(day, clock, self.zone))

    def _options(self, said: Said) -> Iterator[tuple[str, Any]]:
        for column, parse in (
            (columns.FORMAT, cells.projection),
            (columns.LANGUAGE, cells.language),
        ):
            if column in said.row.cells:
                yield column, self._cell(said, column, parse)

    def _hall(self, cell: Any) -> Hall:
        if hall := self.halls.get(cells.text(cell)):
            return hall
        raise BadCell(
            _("there is no such hall; there are: %(halls)s") % {"halls": ", ".join(self.halls)}
        )

    def _all_there(self, said: Said, needed: list[str]) -> bool:
        missing = [column for column in needed if column not in said.row.cells]
        for column in missing:
            said.mistake(column, _("is needed"))
        return not missing

    def _cell(self, said: Said, column: str, parse: Callable[[Any], Any]) -> Any:
        """The cell's value; None where it is empty, or wrong and noted."""
        if column not in said.row.cells:
            return None
        try:
            return parse(said.row.cells[column])
        except BadCell as bad:
            said.mistake(column, str(bad))
            return None
