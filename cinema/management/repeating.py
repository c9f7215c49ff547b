"""What commands share that do something now, or again and again until they are stopped."""

import signal
import time
from argparse import ArgumentTypeError
from collections.abc import Callable
from types import FrameType

from django.core.management.base import BaseCommand
from django.db import connection

from cinema.failing import UNREACHABLE
from cinema.management.plain import first_line


def again_and_again(
    command: BaseCommand, act: Callable[[], int], told: Callable[[int], str], every: float | None
) -> str:
    """`act` counts what it did and `told` says it. Once, or every so many seconds until SIGTERM or
    Ctrl-C: then a database that is away for a while is no reason to end."""
    if every is None:
        return told(act())
    done = 0
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        while True:
            try:
                done += (now := act())
            except UNREACHABLE as error:
                command.stderr.write(f"Will try again in {every:g} s: {first_line(error)}")
            else:
                if now:
                    command.stdout.write(told(now))
            connection.close()  # not kept from the others while we sleep
            time.sleep(every)
    except KeyboardInterrupt:
        return told(done)
    finally:
        signal.signal(signal.SIGTERM, before)


def seconds(text: str) -> float:
    """An argument's type: a number of seconds up to a day."""
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= 86_400:
        raise ArgumentTypeError(f"{text!r} is not a number of seconds up to a day")
    return number


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
