"""Makes what the provider under test sells; prints its ids as JSON. Run as a module, with the
provider's variables."""

import json
import sys
from datetime import timedelta
from decimal import Decimal

import django
from django.utils import timezone

PRICES = ("250", "333.33", "1200")
"""Of the showings in turn: figures whose sums would show a mistake."""
SURCHARGE = Decimal("80.5")
"""Of the seats in the last row."""


def main(rows: int, seats: int, showings: int) -> None:
    """A hall of so many rows with so many seats, and so many showings in it."""
    django.setup()
    from movies import programme, schedule
    from movies.models import Hall, Seat, SeatCategory

    name = f"Torture {Hall.objects.count() + 1}"
    hall = Hall.objects.create(name=name, turnaround_minutes=15)
    standard, better = (
        SeatCategory.objects.get_or_create(name=name, defaults={"surcharge": surcharge})[0]
        for name, surcharge in (("Plain", Decimal()), ("Better", SURCHARGE))
    )
    made = Seat.objects.bulk_create(
        Seat(
            hall=hall,
            row=str(row + 1),
            number=x + 1,
            x=x,
            y=row,
            category=better if row == rows - 1 else standard,
        )
        for row in range(rows)
        for x in range(seats)
    )
    movie = programme.movie_create(
        name="Groundhog Day", description="Again.", image_url="/static/a.svg"
    )
    tomorrow = timezone.now() + timedelta(days=1)
    seances = [
        schedule.seance_schedule(
            movie_id=movie.pk,
            hall_id=hall.pk,
            starts_at=tomorrow + timedelta(hours=6 * number),
            price=Decimal(PRICES[number % len(PRICES)]),
        )
        for number in range(showings)
    ]
    ids = {"movie": movie.pk, "seances": [one.pk for one in seances]}
    prices = [
        (seance.pk, seat.pk, float(seance.price + seat.category.surcharge))
        for seance in seances
        for seat in made
    ]
    seats_made = sorted(one.pk for one in made)
    print(json.dumps({**ids, "seats": seats_made, "prices": prices}))  # noqa: T201


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
