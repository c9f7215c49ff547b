"""Starting again what died. Killing a database on purpose is part of what the demo is for."""

import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from cinema.demo.errors import DemoError
from cinema.embedded import EmbeddedPostgresError

WAIT_SECONDS = 3.0
LINES_SHOWN = 5

Say = Callable[[str], None]


class Watched(Protocol):
    name: str
    log_file: Path

    @property
    def running(self) -> bool: ...

    def launch(self) -> None: ...


class Revival:
    """Looks after one process: tells of its death and launches it again after some seconds."""

    def __init__(
        self,
        watched: Watched,
        say: Say,
        *,
        restart: bool = True,
        left_dead: Callable[[], bool] = lambda: False,
    ) -> None:
        """`left_dead`: asked each time, whether somebody wants it dead for now."""
        self._watched = watched
        self._say = say
        self._restart = restart
        self._left_dead = left_dead
        self._dead_since: float | None = None

    def look(self) -> None:
        if self._watched.running:
            self._dead_since = None
        elif self._dead_since is None:
            self._dead_since = time.monotonic()
            self._tell()
        elif self._restarts and time.monotonic() - self._dead_since > WAIT_SECONDS:
            self._launch()

    @property
    def _restarts(self) -> bool:
        return self._restart and not self._left_dead()

    def _tell(self) -> None:
        what_next = f"starting it again in {WAIT_SECONDS:g} s" if self._restarts else "left so"
        self._say(f"{self._watched.name} died: {what_next}. Its last words:")
        for line in last_lines(self._watched.log_file):
            self._say(f"    {line}")

    def _launch(self) -> None:
        self._dead_since = time.monotonic()
        try:
            self._watched.launch()
        except (DemoError, EmbeddedPostgresError, OSError) as failure:
            self._say(f"{self._watched.name} can't be started: {failure}")
        else:
            self._say(f"{self._watched.name} was started again")


def last_lines(path: Path) -> list[str]:
    try:
        with path.open(errors="replace") as file:
            return [line.rstrip() for line in deque(file, maxlen=LINES_SHOWN)]
    except OSError:
        return []
