"""Halls, films and showings of years, set by set: the database makes them from numbers."""

import uuid
from typing import Any

from django.conf import settings
from django.db import connection

from loadtest.scale.size import ROWS, SEATS, SLOTS, Size

RUN_DAYS = 28
"""How long a film is shown before the next takes its place."""

_HALLS = """
INSERT INTO movies_hall (name, turnaround_minutes)
SELECT %(token)s || ' ' || number, 15 FROM generate_series(1, %(halls)s) AS number
"""
_CATEGORIES = """
INSERT INTO movies_seatcategory (name, colour, surcharge)
VALUES (%(token)s || ' 1', '#6b7a8f', 0), (%(token)s || ' 2', '#b0475b', 100)
"""
_SEATS = """
INSERT INTO movies_seat (hall_id, row, number, x, y, category_id, wheelchair)
SELECT hall.id, (y + 1)::text, x + 1, x, y, category.id, false
FROM movies_hall hall
CROSS JOIN generate_series(0, %(rows)s - 1) AS y CROSS JOIN generate_series(0, %(seats)s - 1) AS x
JOIN movies_seatcategory category
     ON category.name = %(token)s || CASE WHEN y >= %(rows)s - 3 THEN ' 2' ELSE ' 1' END
WHERE hall.name LIKE %(token)s || ' %%'
ORDER BY hall.id, y, x
"""
_FILMS = """
INSERT INTO movies_movie (name, original_title, description, image_url, year, director,
                          duration_minutes, age_rating, genres)
SELECT %(token)s || ' ' || number, 'Film ' || number, repeat('What it is about. ', 30), '', 2020,
       'Somebody', 120, '12+', '{drama}'
FROM generate_series(1, %(films)s * (1 + (%(days)s - 1) / %(run)s)) AS number
ORDER BY number
"""
# Showing `number` is on day `number / (halls * slots)`: day after day, start after start, hall
# after hall, so ids follow one another as in a cinema that plans ahead. Three hours apart.
_SEANCES = """
WITH hall AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM movies_hall
    WHERE name LIKE %(token)s || ' %%'
), film AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM movies_movie
    WHERE name LIKE %(token)s || ' %%'
), planned AS (
    SELECT number, number %% %(halls)s AS hall, number / %(halls)s %% %(slots)s AS slot,
           number / (%(halls)s * %(slots)s) AS day
    FROM generate_series(0, %(seances)s - 1) AS number
), timed AS (
    SELECT *, (date_trunc('day', now() AT TIME ZONE %(zone)s)
               + (day - (%(days)s - %(coming)s)) * interval '1 day'
               + interval '10 hours' + slot * interval '3 hours') AT TIME ZONE %(zone)s AS starts_at
    FROM planned
)
INSERT INTO movies_seance
    (movie_id, hall_id, starts_at, ends_at, hall_free_at, price, format, language, status)
SELECT film.id, hall.id, starts_at, starts_at + interval '120 minutes',
       starts_at + interval '135 minutes', 250 + 50 * slot, '2D', 'ru', 'scheduled'
FROM timed
JOIN hall ON hall.place = timed.hall
JOIN film ON film.place = day / %(run)s * %(films)s + (number + slot) %% %(films)s
ORDER BY number
RETURNING id
"""


def make(size: Size) -> list[int]:
    """The ids of the showings, the earliest first."""
    asked: dict[str, Any] = {
        "token": uuid.uuid4().hex[:8],
        "halls": size.halls,
        "films": size.films,
        "seances": size.seances,
        "days": size.days,
        "coming": size.coming,
        "rows": ROWS,
        "seats": SEATS,
        "slots": SLOTS,
        "run": RUN_DAYS,
        "zone": settings.TIME_ZONE,
    }
    with connection.cursor() as cursor:
        for statement in (_HALLS, _CATEGORIES, _SEATS, _FILMS, _SEANCES):
            cursor.execute(statement, asked)
        return sorted(seance for (seance,) in cursor.fetchall())
