"""Everything that has to run beside the web server, in one process."""

import logging
from typing import Any

from django.conf import settings
from django.core.management.base import OutputWrapper

from bookings import holds, measuring, notices
from bookings.management.commands import reconcile_payments, release_expired_holds, send_notices
from bookings.payments import reconciling
from bookings.payments.gateways import sandbox
from bookings.payments.gateways.sandbox import notifying
from cinema.logging import log_stream
from cinema.management.chores_server import Turns, telling
from cinema.management.plain import PlainCommand
from cinema.management.repeating import Chore, side_by_side
from cinema.metrics.chores import measured

MEASURE_SECONDS = 15


class Command(PlainCommand):
    help = (
        "Does what has to be done beside the web server, again and again until SIGTERM or Ctrl-C: "
        "sends emails, tidies expired holds away, asks what became of payments; with "
        "PAYMENTS=sandbox it is the sandbox's bank, too. Several may run at once. With "
        "CHORES_METRICS=HOST:PORT it answers /metrics, /health and /health/ready there."
    )
    example = "manage.py run_chores"

    def handle(self, **options: Any) -> str:
        if settings.LOG_FORMAT == "json":
            self.stdout = OutputWrapper(log_stream(logging.INFO))
            self.stderr = OutputWrapper(log_stream(logging.WARNING))
        todo = chores()
        if not settings.CHORES_METRICS:
            side_by_side(self, todo)
            return "Stopped."
        todo.append(Chore("measure", MEASURE_SECONDS, _measure, str))
        turns = Turns(todo)
        with telling(settings.CHORES_METRICS, turns) as address:
            self.stdout.write(f"Tells how it does at http://{address}/metrics")
            side_by_side(self, todo, turns)
        return "Stopped."


def chores() -> list[Chore]:
    found = [
        Chore("send_notices", 2, notices.send_next, send_notices.summary),
        Chore("release_expired_holds", 60, holds.release_expired, release_expired_holds.summary),
        Chore(
            "reconcile_payments",
            5,
            lambda: reconciling.reconcile(limit=1),
            reconcile_payments.summary,
        ),
    ]
    if settings.PAYMENTS == sandbox.NAME:
        found.append(Chore("sandbox", 1, notifying.send_next, _notified))
    return found


def _measure() -> int:
    """There is never more to do in the same turn."""
    measured(measuring.measure())
    return 0


def _notified(sent: int) -> str:
    return f"The sandbox sent {sent} {'notification' if sent == 1 else 'notifications'}."
