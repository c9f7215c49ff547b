"""What runs beside the web server: everything that has to be done again and again."""

import os
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cinema.demo.children import end, kill_group, spawn

# A little longer than a turn of a chore may last.
STOP_SECONDS = 25.0
POLITENESS = 10


METRICS_OFFSET = 1000
"""From a city's port to the one where its chores tell how they do."""


class Chores:
    """`manage.py run_chores`, of the city whose port this is."""

    def __init__(
        self, name: str, port: int, environment: Mapping[str, str], directory: Path
    ) -> None:
        self.name = name
        self.log_file = directory / "run_chores.log"
        self._environment = environment
        self._metrics_port = port + METRICS_OFFSET
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        if self._process is not None:
            kill_group(self._process)
        environment = {**self._environment, "CHORES_METRICS": self._metrics_address()}
        self._process = spawn(["manage.py", "run_chores"], environment, self.log_file)
        # Drawing the tickets of a rush for its emails can wait; selling shares the processors.
        os.setpriority(os.PRIO_PROCESS, self._process.pid, POLITENESS)

    def _metrics_address(self) -> str:
        """None while another program has the port: the chores matter more than their numbers."""
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", self._metrics_port))
            except (OSError, OverflowError):
                return ""
        return f"127.0.0.1:{self._metrics_port}"

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, STOP_SECONDS)
