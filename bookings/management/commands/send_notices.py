"""Sends the emails that wait for it."""

from typing import Any

from django.core.management.base import CommandParser

from bookings.notices import send_next
from cinema.management.plain import PlainCommand
from cinema.management.repeating import add_every, again_and_again


class Command(PlainCommand):
    help = (
        "Sends the emails to buyers that are due: tickets, other seats, cancellations. What can't "
        "be sent is tried again later. Several may run at once."
    )
    example = "manage.py send_notices --every 5"

    def add_arguments(self, parser: CommandParser) -> None:
        add_every(parser)

    def handle(self, *, every: float | None, **options: Any) -> str:
        return again_and_again(self, send_all, summary, every)


def send_all() -> int:
    tried = 0
    while send_next():
        tried += 1
    return tried


def summary(tried: int) -> str:
    return f"Handled {tried} {'notice' if tried == 1 else 'notices'}."
