"""Receives the primary's log as it is written, once a backup was taken."""

import signal
import subprocess
from pathlib import Path

from cinema.demo.children import end, kill_group
from cinema.embedded.backups import SLOT, Backups
from cinema.embedded.processes import leash

STOP_SECONDS = 10.0


class Receiver:
    """`pg_receivewal`, which by itself waits for a primary that is away."""

    def __init__(self, city: str, backups: Backups, directory: Path) -> None:
        self.name = f"What receives the log of {city}"
        self.log_file = directory / "receiver.log"
        self._backups = backups
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_due(self) -> bool:
        """From the first backup on."""
        return self._process is None and self._backups.log.exists()

    @property
    def running(self) -> bool:
        """As it should: before it is due there is nothing to do."""
        return self._process is None or self._process.poll() is None

    def launch(self) -> None:
        cluster = self._backups.cluster
        programs, source = cluster.programs, cluster.source()
        arguments = [
            *("-D", programs.data_directory_argument(self._backups.log)),
            f"--dbname={source.address} application_name={SLOT}",
            f"--slot={SLOT}",
            "--no-password",
        ]
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [programs.path("pg_receivewal"), *arguments],
                cwd=self._backups.log,
                env={**programs.environment, "PGPASSWORD": source.password},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=leash(signal.SIGTERM),
                **programs.identity,
            )

    def stop(self) -> None:
        """After the primary, whose last words it still writes down."""
        if self._process is not None:
            end(self._process, STOP_SECONDS)
            kill_group(self._process)
