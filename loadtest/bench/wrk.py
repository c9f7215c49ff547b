"""Load by wrk, which needs so little itself that it fits on the machine that it measures."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loadtest.bench.effort import CONNECTIONS
from loadtest.bench.failing import Failed

SCRIPT = Path(__file__).with_name("wrk.lua")
TIMEOUT_SECONDS = 20
NOT_INSTALLED = (
    "wrk, which puts the load on, is not installed: on Debian and Ubuntu run `apt install wrk`, on"
    " macOS `brew install wrk`."
)


@dataclass(frozen=True)
class Load:
    """What wrk measured. Times in seconds; `size`: bytes of an answer, head included."""

    requests: int
    seconds: float
    p99: float
    size: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds


def check_installed() -> None:
    if not shutil.which("wrk"):
        raise Failed(NOT_INSTALLED)


def load(
    url: str,
    seconds: int,
    *,
    headers: Mapping[str, str] | None = None,
    paths: Sequence[str] = (),
    booking: Mapping[str, int] | None = None,
    connections: int = CONNECTIONS,
) -> Load:
    """Asks for `url` as fast as the answers come; for `paths` one after the other; or books, with
    the variables of wrk.lua. Raises Failed when any answer was an error or did not come."""
    told = {name: str(value) for name, value in (booking or {}).items()}
    finished = subprocess.run(
        [
            "wrk",
            "--threads=1",
            f"--connections={connections}",
            f"--duration={seconds}s",
            f"--timeout={TIMEOUT_SECONDS}s",
            *(f"--header={name}: {value}" for name, value in (headers or {}).items()),
            f"--script={SCRIPT}",
            url,
        ],
        env={"PATH": os.environ["PATH"], "PATHS": " ".join(paths), **told},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,  # Ctrl-C is for us
    )
    if finished.returncode != 0:
        raise Failed(f"wrk could not ask {url}: {(finished.stderr or finished.stdout).strip()}")
    return read(finished.stdout, url)


def read(printed: str, url: str) -> Load:
    """What wrk printed about `url`."""
    try:
        told: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise Failed(f"wrk did not say how fast {url} is: {printed[:500]!r}") from error
    failures = {kind: count for kind, count in told["failures"].items() if count}
    if failures or not told["requests"]:
        of_kinds = ", ".join(f"{count} × {kind}" for kind, count in failures.items())
        raise Failed(
            f"Of {told['requests']} answers of {url} not all were good:"
            f" {of_kinds or 'there were none'}."
        )
    return Load(
        requests=told["requests"],
        seconds=told["microseconds"] / 1e6,
        p99=told["p99_microseconds"] / 1e6,
        size=told["bytes"] / told["requests"],
    )
