"""How large the cinema is, and how long its history."""

from collections.abc import Callable
from dataclasses import dataclass

SLOTS = 5
"""Showings of a hall in a day."""
ROWS, SEATS = 12, 15
FULLEST = 0.7
"""Of a showing's seats: more would not look like a cinema, and buyers sit together."""


class Impossible(Exception):
    """A cinema of this size can't be."""


@dataclass(frozen=True)
class Size:
    """`tickets` that are sold, within a few hundredths; `coming`: days of showings from today on,
    all others lie before."""

    tickets: int
    seances: int
    halls: int = 40
    films: int = 20
    coming: int = 14

    def __post_init__(self) -> None:
        if min(self.tickets, self.seances, self.halls, self.films, self.coming) < 1:
            raise Impossible("Tickets, showings, halls, films and days are 1 or more.")
        if self.share > FULLEST:
            most = int(FULLEST * self.seances * ROWS * SEATS)
            raise Impossible(
                f"{self.seances} showings of {ROWS * SEATS} seats sell at most {most} tickets:"
                " ask for more showings."
            )
        if self.days <= self.coming:
            raise Impossible(
                f"{self.seances} showings in {self.halls} halls are {self.days} days, and"
                f" {self.coming} of them are to come: ask for more showings, or fewer halls."
            )

    @property
    def share(self) -> float:
        """Of the seats that are sold."""
        return self.tickets / (self.seances * ROWS * SEATS)

    @property
    def days(self) -> int:
        return -(-self.seances // (self.halls * SLOTS))


Progress = Callable[[str], None]


@dataclass(frozen=True)
class Filled:
    """How many showings, bookings and tickets there are more than before."""

    seances: int
    bookings: int
    tickets: int
