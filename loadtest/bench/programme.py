"""What is sold while it is measured, and the statement that sells it.

Run as a module with the provider's variables and the number of showings to make; prints JSON. It
may run again on a database that has been filled meanwhile: films and halls are new every time.
"""

import json
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

FILMS, HALLS, ROWS, SEATS = 50, 50, 15, 20
LISTED = 50
"""The first showings, which are those of the film whose showings are listed."""
SOLD = 1 / 3
PAIRS = ROWS * SEATS // 2
HOURS_APART = 4


@dataclass(frozen=True)
class Programme:
    """Ids follow one another: showing `n` has the id `first_seance + n` and is in the hall `n %
    HALLS`, and hall `h` begins with the seat `first_seat + h * ROWS * SEATS`."""

    listed_film: int
    sold_film: int
    first_seance: int
    first_seat: int
    showings: int
    claim: str
    """For pgbench: its variables are `seance`, `film`, `seat` and `neighbour`."""

    def pair(self, showing: int, number: int) -> tuple[int, int]:
        """Two seats beside each other; a hall has PAIRS of them."""
        seat = self.first_seat + showing % HALLS * ROWS * SEATS + 2 * number
        return seat, seat + 1


def make(showings: int) -> Programme:
    from django.db import connection

    from movies.models import Hall, Seance, Seat

    token = uuid.uuid4().hex[:8]
    films = _films(token)
    halls = Hall.objects.bulk_create(
        Hall(name=f"Bench {token} {number}") for number in range(HALLS)
    )
    seats = Seat.objects.bulk_create(_seats(halls))
    seances = Seance.objects.bulk_create(_seances(films, halls, showings))
    _sell(seances[:LISTED])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Programme(
        listed_film=films[-1].pk,
        sold_film=films[0].pk,
        first_seance=_first(seances),
        first_seat=_first(seats),
        showings=showings,
        claim=_claim(),
    )


def _films(token: str) -> list[Any]:
    from dataclasses import replace

    from movies.seeding import stock
    from movies.seeding.films import FILMS as KNOWN

    wanted = [
        replace(
            KNOWN[number % len(KNOWN)],
            slug=f"{token}-{number}",
            original_title=f"{token} {number}",
            duration_minutes=120,
        )
        for number in range(FILMS)
    ]
    return list(stock.enter_films(wanted).values())


def _seats(halls: list[Any]) -> Iterator[Any]:
    from movies.models import Seat, SeatCategory

    category, _made = SeatCategory.objects.get_or_create(name="Стандарт")
    for hall in halls:
        for row in range(ROWS):
            for x in range(SEATS):
                yield Seat(hall=hall, row=str(row + 1), number=x + 1, x=x, y=row, category=category)


def _seances(films: list[Any], halls: list[Any], showings: int) -> Iterator[Any]:
    from django.utils import timezone

    from movies.models import Seance
    from movies.schedule import occupy

    tomorrow = timezone.now() + timedelta(days=1)
    for number in range(showings):
        later = timedelta(hours=number // HALLS * HOURS_APART)
        film = films[-1] if number < LISTED else films[0]
        seance = Seance(movie=film, starts_at=tomorrow + later, price=250)
        occupy(seance, halls[number % HALLS])
        yield seance


def _sell(seances: list[Any]) -> None:
    from bookings.seeding import Demand, sell

    sell([Demand(seance.pk, SOLD, luck) for luck, seance in enumerate(seances)])
    _release_holds(seances)


def _release_holds(seances: list[Any]) -> None:
    """A hold that runs out gives its seats back: a seat map would change by itself in the middle of
    a run, and P3 counts on one that nobody changes."""
    from bookings.booking import release
    from bookings.models import Booking, BookingStatus

    held = Booking.objects.filter(seance__in=seances, status=BookingStatus.HELD)
    for booking in held.values_list("pk", flat=True):
        release(booking)


def _first(made: list[Any]) -> int:
    first: int = made[0].pk
    if [one.pk for one in made] != list(range(first, first + len(made))):
        sys.exit("Somebody else fills this database at the same time: benchmark it alone.")
    return first


def _claim() -> str:
    """The application's own statement, its parameters as it sends them; all but what differs from
    sale to sale are written into it."""
    from psycopg.sql import Literal

    from bookings.claiming import CLAIM, Order, parameters

    order = Order(seance_id=1, seat_ids=[1, 2], email="buyer@example.org", movie_id=1)
    written = {name: Literal(value).as_string() for name, value in parameters(order).items()}
    written |= {
        "booking": "gen_random_uuid()",
        "seance": ":seance::bigint",
        "movie": ":film",
        "seats": "ARRAY[:seat, :neighbour]",
        # Unlike the application's own, which have no zeroes.
        "codes": "ARRAY[lpad((:seance::bigint * 1000000 + :seat::bigint)::text, 14, '0'),"
        " lpad((:seance::bigint * 1000000 + :neighbour::bigint)::text, 14, '0')]",
    }
    return CLAIM % written


def main() -> None:
    import django

    django.setup()
    from cinema.management.patience import unhurried

    with unhurried():
        made = make(int(sys.argv[1]))
    print(json.dumps(asdict(made)))  # noqa: T201


if __name__ == "__main__":
    main()
