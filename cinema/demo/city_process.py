"""A process of its own for each city: they start side by side, and none holds up another.

Not a thread: the kernel ties a leash to the thread that starts a child, and with threads about
there is no leash (see `cinema.embedded.processes`).
"""

import multiprocessing
import os
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path

from cinema.demo.errors import DemoError, StopRequested
from cinema.demo.provider import Opened, Provider
from cinema.demo.stopping import Stop
from cinema.embedded import EmbeddedPostgresError
from cinema.embedded.processes import leash

FORK = multiprocessing.get_context("fork")
# The sum of what web server, chores and database servers are given.
STOP_SECONDS = 90.0


class CityProcess:
    """Runs and watches one provider, and reports when it sells."""

    def __init__(self, provider: Provider, stop: Stop) -> None:
        self.city = provider.city
        self.name = f"What runs {provider.city.name}"
        self.log_file: Path = provider.directory / "web.log"
        self.opened: Opened | None = None
        self._provider = provider
        self._stop = stop
        self._process: ForkProcess | None = None
        self._reports: Connection | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def launch(self) -> None:
        self._reports, reporting = FORK.Pipe(duplex=False)
        self._process = FORK.Process(
            target=self._run, args=(reporting, os.getpid(), leash(signal.SIGKILL))
        )
        self._process.start()
        reporting.close()

    def _run(self, reporting: Connection, supervisor: int, hold: Callable[[], None] | None) -> None:
        # Ctrl-C reaches the supervisor alone, which then asks us to stop.
        os.setsid()
        # SIGKILL: should the supervisor be killed, all that it started ends at once, by leashes.
        if hold:
            hold()
        self._stop.follow(supervisor)
        try:
            reporting.send(self._provider.start())
            self._provider.watch()
        except StopRequested:
            pass
        except (DemoError, EmbeddedPostgresError, OSError) as failure:
            reporting.send(f"{self.city.name}: {failure}")
        finally:
            self._provider.stop()

    def look(self) -> bool:
        """Whether it reported that it sells. DemoError when it could not start."""
        if self._reports is None or not self._reports.poll():
            return False
        try:
            report = self._reports.recv()
        except EOFError:
            self._reports = None
            if self.opened:  # that it is gone is told when it is started again
                return False
            raise DemoError(f"{self.name} ended by itself: see {self.log_file}") from None
        if not isinstance(report, Opened):
            raise DemoError(str(report))
        self.opened = report
        return True

    def terminate(self) -> None:
        """Asks it to stop; `stop` waits until it has."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        if self._process is not None:
            self._process.join(STOP_SECONDS)
            self._process.kill()
            self._process.join()
