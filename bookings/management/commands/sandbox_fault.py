"""Breaks the sandbox's bank on purpose, and mends it."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from bookings.payments.gateways.sandbox import NAME, faults
from cinema.management.plain import PlainCommand

TOLD = {
    faults.DOWN: "The sandbox answers nothing now.",
    faults.SLOW: f"The sandbox takes {faults.SLOW_SECONDS:g} seconds for every answer now.",
    faults.NONE: "The sandbox works.",
}


class Command(PlainCommand):
    help = (
        "Makes the sandbox's bank fail, for every process and at once: down, or slow. It stays so "
        "until `none`. The page where people pay works on; the cinema can't ask."
    )
    example = "manage.py sandbox_fault down"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=faults.KINDS)

    def handle(self, *, kind: str, **options: Any) -> str:
        if settings.PAYMENTS != NAME:
            raise CommandError("This cinema doesn't use the sandbox: PAYMENTS is another.")
        faults.choose(kind)
        return TOLD[kind]
