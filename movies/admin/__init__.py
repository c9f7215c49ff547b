"""The programme in the staff's site: films, halls with their seats, showings."""

from movies.admin import (
    exchange,
    film_preview,
    hall,
    hall_editor,
    movie,
    planning,
    schedule_board,
    seance,
    seance_block,
    seat,
)

__all__ = [
    "exchange",
    "film_preview",
    "hall",
    "hall_editor",
    "movie",
    "planning",
    "schedule_board",
    "seance",
    "seance_block",
    "seat",
]
