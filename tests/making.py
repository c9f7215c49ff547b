"""Makes what tests sell: halls, films, showings."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.utils import timezone
from knox.models import AuthToken

from movies import programme, schedule
from movies.models import Hall, Movie, Seance, Seat, SeatCategory

_numbers = count(1)


def make_category(name: str = "Стандарт", surcharge: str = "0") -> SeatCategory:
    return SeatCategory.objects.get_or_create(
        name=name, defaults={"surcharge": Decimal(surcharge)}
    )[0]


def make_hall(*, rows: int = 2, seats: int = 5, name: str = "", turnaround: int = 15) -> Hall:
    """A hall of `rows` × `seats`, all of one category without surcharge."""
    hall = Hall.objects.create(name=name or f"Зал {next(_numbers)}", turnaround_minutes=turnaround)
    category = make_category()
    Seat.objects.bulk_create(
        Seat(hall=hall, row=str(row + 1), number=x + 1, x=x, y=row, category=category)
        for row in range(rows)
        for x in range(seats)
    )
    return hall


def make_movie(name: str = "Аэлита", **fields: Any) -> Movie:
    return programme.movie_create(
        **{"name": name, "description": "Немой фильм", "image_url": "/static/a.svg", **fields}
    )


def make_seance(
    *,
    hall: Hall | None = None,
    movie: Movie | None = None,
    starts_at: datetime | None = None,
    price: str = "250",
) -> Seance:
    """A showing, by default tomorrow, in a hall of its own."""
    return schedule.seance_schedule(
        movie_id=(movie or make_movie()).pk,
        hall_id=(hall or make_hall()).pk,
        starts_at=starts_at or timezone.now() + timedelta(days=1),
        price=Decimal(price),
    )


def seat_ids(seance: Seance) -> list[int]:
    return list(seance.hall.seats.order_by("id").values_list("id", flat=True))


def make_staff(username: str = "staff", *, superuser: bool = True) -> User:
    return User.objects.create_user(
        username, password="correct horse", is_staff=True, is_superuser=superuser
    )


def make_token(user: User) -> str:
    return str(AuthToken.objects.create(user)[1])
