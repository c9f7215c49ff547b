"""A film that is shown everywhere makes no other film dearer."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from movies import listings
from movies.models import Movie, Seance
from movies.schedule import occupy
from tests.making import make_hall, make_movie
from tests.scale.costs import cost_of

pytestmark = pytest.mark.django_db

FILMS = 50
SHOWINGS = 6000
HALLS = 20
PAGES_OF_A_FILM = 12


def test_whether_films_are_still_shown_is_known_without_reading_all_showings():
    for number in range(FILMS - 1):
        make_movie(f"Film {number}")
    show_everywhere(make_movie("Everywhere"))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE movies_seance, movies_movie")
    cost = cost_of(lambda: listings.movies(max_results=FILMS, with_seances=False))
    assert cost.pages < FILMS * PAGES_OF_A_FILM


def show_everywhere(film: Movie) -> None:
    halls = [make_hall(rows=1, seats=1) for _number in range(HALLS)]
    tomorrow = timezone.now() + timedelta(days=1)
    showings = []
    for number in range(SHOWINGS):
        starts_at = tomorrow + timedelta(hours=number // HALLS * 6)
        showings.append(Seance(movie=film, starts_at=starts_at, price=250))
        occupy(showings[-1], halls[number % HALLS])
    Seance.objects.bulk_create(showings)
