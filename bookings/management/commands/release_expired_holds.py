"""Tidies expired holds away. Selling doesn't wait for it: an expired hold is vacant at once."""

import signal
import time
from argparse import ArgumentTypeError
from types import FrameType
from typing import Any

from django.core.management.base import CommandParser
from django.db import connection

from bookings.holds import release_expired
from cinema.failing import UNREACHABLE
from cinema.management.plain import PlainCommand, first_line


class Command(PlainCommand):
    help = (
        "Marks holds whose time is over as expired. Their seats are vacant without it; this keeps "
        "the tables tidy. Safe to run at any time and as often as wanted."
    )
    example = "manage.py release_expired_holds --every 60"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--every",
            type=_seconds,
            metavar="SECONDS",
            help="keep running and do it again after so many seconds, until SIGTERM or Ctrl-C",
        )

    def handle(self, *, every: float | None, **options: Any) -> str:
        if every is None:
            return _summary(_release_all())
        return _summary(self.release_forever(every))

    def release_forever(self, pause: float) -> int:
        """Until interrupted. A database that is away for a while is no reason to end."""
        released = 0
        before = signal.signal(signal.SIGTERM, _interrupt)
        try:
            while True:
                try:
                    released += (now := _release_all())
                except UNREACHABLE as error:
                    self.stderr.write(f"Will try again in {pause:g} s: {first_line(error)}")
                else:
                    if now:
                        self.stdout.write(_summary(now))
                connection.close()  # not kept from the others while we sleep
                time.sleep(pause)
        except KeyboardInterrupt:
            return released
        finally:
            signal.signal(signal.SIGTERM, before)


def _release_all() -> int:
    released = 0
    while batch := release_expired():
        released += batch
    return released


def _summary(released: int) -> str:
    return f"Released {released} expired {'hold' if released == 1 else 'holds'}."


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 86_400:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds up to a day")
    return seconds


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
