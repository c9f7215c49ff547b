"""Makes what the provider under test sells; prints its ids as JSON. Run as a module."""

import json
from datetime import timedelta

import django
from django.utils import timezone

ROWS, SEATS, SHOWINGS = 20, 20, 30


def main() -> None:
    django.setup()
    from tests.making import make_hall, make_movie, make_seance, seat_ids

    hall, movie = make_hall(rows=ROWS, seats=SEATS), make_movie()
    tomorrow = timezone.now() + timedelta(days=1)
    seances = [
        make_seance(hall=hall, movie=movie, starts_at=tomorrow + timedelta(hours=6 * number))
        for number in range(SHOWINGS)
    ]
    made = {
        "movie": movie.pk,
        "seances": [seance.pk for seance in seances],
        "seats": seat_ids(seances[0]),
    }
    print(json.dumps(made))  # noqa: T201


if __name__ == "__main__":
    main()
