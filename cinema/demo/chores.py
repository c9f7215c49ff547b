"""What runs beside the web server: everything that has to be done again and again."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from cinema.demo.children import end, kill_group, spawn

STOP_SECONDS = 10.0
POLITENESS = 10


class Chores:
    """`manage.py run_chores`."""

    def __init__(self, name: str, environment: Mapping[str, str], directory: Path) -> None:
        self.name = name
        self.log_file = directory / "run_chores.log"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        if self._process is not None:
            kill_group(self._process)
        self._process = spawn(["manage.py", "run_chores"], self._environment, self.log_file)
        # Drawing the tickets of a rush for its emails can wait; selling shares the processors.
        os.setpriority(os.PRIO_PROCESS, self._process.pid, POLITENESS)

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, STOP_SECONDS)
