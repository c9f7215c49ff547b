"""The programme in the staff's site: films, halls with their seats, showings."""

from movies.admin import hall, movie, seance, seat

__all__ = ["hall", "movie", "seance", "seat"]
