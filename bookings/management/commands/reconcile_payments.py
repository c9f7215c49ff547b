"""Asks the gateway about payments whose notification never came, and has money paid back."""

from typing import Any

from django.core.management.base import CommandParser

from bookings.payments.reconciling import reconcile
from cinema.management.plain import PlainCommand
from cinema.management.repeating import add_every, again_and_again


class Command(PlainCommand):
    help = (
        "Asks the gateway what became of pending payments, and to pay back what has to go back; "
        "each again after growing pauses. Several may run at once."
    )
    example = "manage.py reconcile_payments --every 5"

    def add_arguments(self, parser: CommandParser) -> None:
        add_every(parser)

    def handle(self, *, every: float | None, **options: Any) -> str:
        return again_and_again(self, reconcile, summary, every)


def summary(asked: int) -> str:
    return f"Asked about {asked} {'payment' if asked == 1 else 'payments'}."
