from movies.models.hall import Hall, Seat, SeatCategory
from movies.models.movie import AgeRating, Genre, Movie, MovieTranslation
from movies.models.seance import Format, Seance, SeanceStatus

__all__ = [
    "AgeRating",
    "Format",
    "Genre",
    "Hall",
    "Movie",
    "MovieTranslation",
    "Seance",
    "SeanceStatus",
    "Seat",
    "SeatCategory",
]
