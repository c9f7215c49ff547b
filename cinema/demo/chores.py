"""What runs beside the web server: commands that do something again and again."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from cinema.demo.children import end, kill_group, spawn

STOP_SECONDS = 10.0
COMMANDS = {
    "Sending emails": ["send_notices", "--every", "2"],
    "Tidying holds": ["release_expired_holds", "--every", "60"],
}


class Chore:
    """One `manage.py COMMAND --every …`."""

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], directory: Path
    ) -> None:
        self.name = name
        self.log_file = directory / f"{command[0]}.log"
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def launch(self) -> None:
        if self._process is not None:
            kill_group(self._process)
        self._process = spawn(["manage.py", *self._command], self._environment, self.log_file)

    def terminate(self) -> None:
        """Asks it to stop; `stop` waits until it has."""
        if self._process is not None:
            self._process.terminate()

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, STOP_SECONDS)
