"""Fills a cinema with films, halls, showings and sales to try everything with."""

import time
from argparse import ArgumentTypeError
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import IntegrityError, connection
from django.utils import timezone

from bookings import seeding
from bookings.seeding import Demand, Sold
from cinema.management.patience import unhurried
from cinema.management.plain import PlainCommand
from cinema.management.progress import steps
from movies.seeding import repertoire, season, stock
from movies.seeding.chance import chance
from movies.seeding.repertoire import SIZES, Size
from movies.seeding.season import Opened

LONGEST = 366


class Command(PlainCommand):
    help = (
        "Fills the database with films, halls, showings and sales of a demonstration cinema. "
        "What exists is left alone: run it again next week and it adds the missing days."
    )
    example = "manage.py seed --city kazan --days 14 --size small"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--city", default=settings.CITY, help="another city, another cinema (%(default)s)"
        )
        parser.add_argument(
            "--days", type=_days, default=14, help="days of showings from today (%(default)s)"
        )
        parser.add_argument(
            "--size",
            choices=SIZES,
            default="small",
            help="small: 4 halls or so, some thousand bookings, seconds; "
            "large: 12 halls, 180 days of history, a million bookings, minutes (%(default)s)",
        )

    def handle(self, *, city: str, days: int, size: str, verbosity: int, **options: Any) -> str:
        began = time.monotonic()
        self.chatty = verbosity > 0
        try:
            summary = self.seed(city, days, SIZES[size])
        except IntegrityError as error:
            raise CommandError(
                "Somebody else changed the programme meanwhile: run the same command again."
            ) from error
        return f"{summary} in {time.monotonic() - began:.1f} s."

    def seed(self, city: str, days: int, size: Size) -> str:
        movies = stock.enter_films(repertoire.films_of(city))
        halls = stock.enter_halls(repertoire.halls_of(city, size))
        today, zone = timezone.localdate(), ZoneInfo(settings.TIME_ZONE)
        dates = [today + timedelta(days=ahead) for ahead in range(-size.past_days, days)]
        showings, sold = 0, Sold()
        for day in steps(dates, "Days", self.stdout) if self.chatty else dates:
            # A day with its sales or nothing of it, so that an interrupted run can be taken up.
            with unhurried():
                opened = season.open_day(city, day, halls, movies, zone)
                sold += seeding.sell(_demands(opened, city, (day - today).days, size))
            showings += len(opened)
        _look_at_tables()
        return (
            f"{city}: {len(movies)} films, {len(halls)} halls; new: {showings} showings, "
            f"{sold.bookings} bookings with {sold.tickets} tickets"
        )


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LONGEST:
        raise ArgumentTypeError(f"{text!r} is not a number of days from 1 to {LONGEST}")
    return int(text)


def _demands(opened: Sequence[Opened], city: str, ahead: int, size: Size) -> list[Demand]:
    share = size.occupancy * _bought_by_now(ahead)
    return [
        Demand(
            seance_id=showing.seance.pk,
            share=min(showing.demand * share, 0.75),
            luck=chance(city, showing.seance.hall.name, showing.seance.starts_at).getrandbits(30),
        )
        for showing in opened
    ]


def _bought_by_now(ahead: int) -> float:
    """Most people buy in the last three days; somebody always buys two weeks ahead."""
    return max(1 - 0.1 * max(ahead - 3, 0), 0.1)


def _look_at_tables() -> None:
    """Lets the planner know how much there is before autovacuum gets to it."""
    with unhurried(), connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE movies_movie, movies_seat, movies_seance, bookings_booking, bookings_ticket"
        )
