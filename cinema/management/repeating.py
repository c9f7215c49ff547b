"""What commands share that do something now, or again and again until they are stopped."""

import logging
import signal
import threading
import time
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import translation

from cinema.audit.acting import commanded
from cinema.failing import UNREACHABLE
from cinema.management.plain import first_line

logger = logging.getLogger(__name__)

TURN_SECONDS = 20.0
"""How long one turn of a chore may last, and how long `side_by_side` waits for what is being done
when it is asked to stop."""


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


@dataclass(frozen=True)
class Chore:
    """A turn, `every` so many seconds, repeats `step` until it has done nothing; `step` counts and
    `told` says it as for `again_and_again`."""

    name: str
    every: float
    step: Callable[[], int]
    told: Callable[[int], str]


class Progress:
    """Hears of each turn of a chore, from the chore's thread."""

    def turned(self, chore: str, *, succeeded: bool) -> None:
        pass


def side_by_side(
    command: BaseCommand, chores: Sequence[Chore], progress: Progress | None = None
) -> None:
    """All of them again and again, each in a thread of its own, until SIGTERM or Ctrl-C. One that
    waits or fails holds up none of the others. What is not finished TURN_SECONDS later is left."""
    stop = threading.Event()
    threads = [
        threading.Thread(
            target=_repeat,
            args=(command, chore, stop, progress or Progress()),
            name=chore.name,
            daemon=True,
        )
        for chore in chores
    ]
    with _stopped_by_signals(stop):
        for thread in threads:
            thread.start()
        # A signal may reach another thread, and wakes this one only when it looks.
        while not stop.wait(1.0):
            pass
        deadline = time.monotonic() + TURN_SECONDS
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))


def _repeat(command: BaseCommand, chore: Chore, stop: threading.Event, progress: Progress) -> None:
    failing = ""
    # As `PlainCommand` and `Commands` do it: both reach the first thread only.
    with translation.override("en"), commanded(chore.name):
        while not stop.is_set():
            succeeded = False
            try:
                if done := _turn(chore, stop):
                    command.stdout.write(chore.told(done))
                failing, succeeded = "", True
            except UNREACHABLE as error:
                if failing != (failing := first_line(error)):  # not once a second for an hour
                    again = f"will try again every {chore.every:g} s"
                    command.stderr.write(f"{chore.name} {again}: {failing}")
            except Exception:
                logger.exception("%s failed; it goes on in %g s", chore.name, chore.every)
            progress.turned(chore.name, succeeded=succeeded)
            connection.close()  # not kept from the others while we wait
            stop.wait(chore.every)


def _turn(chore: Chore, stop: threading.Event) -> int:
    ends = time.monotonic() + TURN_SECONDS
    done = 0
    while not stop.is_set() and time.monotonic() < ends and (now := chore.step()):
        done += now
    return done


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    def set_it(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, set_it) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def add_every(parser: CommandParser) -> None:
    """The option of a command that ends in `again_and_again`."""
    parser.add_argument(
        "--every",
        type=seconds,
        metavar="SECONDS",
        help="keep running and do it again after so many seconds, until SIGTERM or Ctrl-C",
    )


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
