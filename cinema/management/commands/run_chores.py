"""Everything that has to run beside the web server, in one process."""

from typing import Any

from django.conf import settings

from bookings.management.commands import release_expired_holds, send_notices
from bookings.payments import reconciling
from bookings.payments.gateways import sandbox
from bookings.payments.gateways.sandbox import notifying
from cinema.management.plain import PlainCommand
from cinema.management.repeating import Chore, side_by_side


class Command(PlainCommand):
    help = (
        "Does what has to be done beside the web server, again and again until SIGTERM or Ctrl-C: "
        "sends emails, tidies expired holds away, asks what became of payments; with "
        "PAYMENTS=sandbox it is the sandbox's bank, too. Several may run at once."
    )
    example = "manage.py run_chores"

    def handle(self, **options: Any) -> str:
        side_by_side(self, chores())
        return "Stopped."


def chores() -> list[Chore]:
    found = [
        Chore("send_notices", 2, send_notices.send_all, send_notices.summary),
        Chore(
            "release_expired_holds",
            60,
            release_expired_holds.release_all,
            release_expired_holds.summary,
        ),
        Chore("reconcile_payments", 5, reconciling.reconcile, _asked),
    ]
    if settings.PAYMENTS == sandbox.NAME:
        found.append(Chore("sandbox", 1, notifying.send_all, _notified))
    return found


def _asked(payments: int) -> str:
    return f"Asked about {payments} {'payment' if payments == 1 else 'payments'}."


def _notified(sent: int) -> str:
    return f"The sandbox sent {sent} {'notification' if sent == 1 else 'notifications'}."
