"""What became of a file's films and showings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from movies.models import Movie, Seance


class Change(Enum):
    NONE = auto()
    CHANGED = auto()
    CREATED = auto()


Changes = Mapping[str, tuple[Any, Any]]
"""By column: from what, to what."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A film or showing of the file. `key`: None after a dry run, for a new one. `line`: where the
    file names it first."""

    line: int
    model: type[Movie | Seance]
    key: int | None
    text: str
    change: Change
    changes: Changes


@dataclass(slots=True)
class Imported:
    """`entered`: each that is new or changed, films first, then in the order of the file."""

    films_created: int = 0
    films_changed: int = 0
    showings_created: int = 0
    showings_changed: int = 0
    films_unchanged: int = field(default=0, compare=False)
    showings_unchanged: int = field(default=0, compare=False)
    entered: list[Entered] = field(default_factory=list, compare=False)

    @property
    def films(self) -> int:
        return self.films_created + self.films_changed

    @property
    def showings(self) -> int:
        return self.showings_created + self.showings_changed

    def film(self, entered: Entered) -> None:
        self.films_created += entered.change is Change.CREATED
        self.films_changed += entered.change is Change.CHANGED
        self.films_unchanged += entered.change is Change.NONE
        self._keep(entered)

    def showing(self, entered: Entered) -> None:
        self.showings_created += entered.change is Change.CREATED
        self.showings_changed += entered.change is Change.CHANGED
        self.showings_unchanged += entered.change is Change.NONE
        self._keep(entered)

    def _keep(self, entered: Entered) -> None:
        if entered.change is not Change.NONE:
            self.entered.append(entered)
