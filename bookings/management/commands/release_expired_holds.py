"""Tidies expired holds away. Selling doesn't wait for it: an expired hold is vacant at once."""

from typing import Any

from django.core.management.base import CommandParser

from bookings.holds import release_expired
from cinema.management.plain import PlainCommand
from cinema.management.repeating import add_every, again_and_again


class Command(PlainCommand):
    help = (
        "Marks holds whose time is over as expired. Their seats are vacant without it; this keeps "
        "the tables tidy. Safe to run at any time and as often as wanted."
    )
    example = "manage.py release_expired_holds --every 60"

    def add_arguments(self, parser: CommandParser) -> None:
        add_every(parser)

    def handle(self, *, every: float | None, **options: Any) -> str:
        return again_and_again(self, release_all, summary, every)


def release_all() -> int:
    released = 0
    while batch := release_expired():
        released += batch
    return released


def summary(released: int) -> str:
    return f"Released {released} expired {'hold' if released == 1 else 'holds'}."
