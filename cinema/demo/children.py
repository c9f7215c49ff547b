"""Running the project's own programs as children of the supervisor."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from cinema.demo import commands
from cinema.demo.errors import DemoError
from cinema.demo.stopping import Stop
from cinema.demo.workspace import PROJECT
from cinema.embedded.processes import leash


def spawn(
    arguments: Sequence[str], environment: Mapping[str, str], log: Path, *, append: bool = True
) -> subprocess.Popen[bytes]:
    """Start `python ARGUMENTS` in the project, writing to `log`, out of reach of Ctrl-C."""
    with log.open("ab" if append else "wb") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=leash(signal.SIGTERM),
        )


def end(process: subprocess.Popen[bytes], patience: float) -> None:
    """Ask it to stop, and after `patience` seconds end it and whatever it started."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # macOS refuses for a group of zombies
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def running(
    name: str, arguments: Sequence[str], environment: Mapping[str, str], log: Path, stop: Stop
) -> Iterator[None]:
    """Run `python ARGUMENTS` beside the body of the `with`, which ends when both have ended.
    Failing is a DemoError."""
    process = spawn(arguments, environment, log, append=False)
    try:
        yield
        while process.poll() is None:
            stop.sleep()
    finally:
        end(process, patience=10)
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines()
        reason = lines[-1] if lines else "it printed nothing"
        raise DemoError(f"{name} failed: {reason} (see {log})")


class Manage:
    """Commands of `manage.py` with one city's environment."""

    def __init__(self, environment: Mapping[str, str], directory: Path, stop: Stop) -> None:
        self._environment = environment
        self._directory = directory
        self._stop = stop

    @contextmanager
    def meanwhile(self, *wanted: Sequence[str], **environment: str) -> Iterator[Path]:
        """Run them beside the body of the `with`; yields where what they print is written."""
        names = ", ".join(command for command, *_ in wanted)
        log = self._directory / f"{wanted[-1][0]}.log"
        arguments = ["-m", "cinema.demo.commands", *commands.joined(wanted)]
        with running(
            f"manage.py {names}",
            arguments,
            {**self._environment, **environment},
            log,
            self._stop,
        ):
            yield log
