"""Proves that no seat was sold twice, or names the sales that are wrong."""

from typing import Any

from django.core.management.base import CommandError

from bookings.checking import check_tickets
from cinema.management.plain import PlainCommand


class Command(PlainCommand):
    help = (
        "Looks through all bookings and tickets for what must not be: seats sold twice, tickets "
        "without bookings, wrong totals and so on. One line for each; exit code 1 if there is any. "
        "Reads only, and can run while tickets are sold."
    )
    example = "manage.py check_tickets"

    def handle(self, **options: Any) -> str:
        checked = check_tickets()
        for mistake in checked.mistakes:
            self.stdout.write(mistake)
        summary = f"checked {checked.bookings} bookings, {checked.tickets} tickets: "
        if checked.mistakes:
            raise CommandError(f"{summary}{len(checked.mistakes)} mistakes")
        return f"{summary}all right"
