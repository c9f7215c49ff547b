"""A demo of two cities, as `make demo` runs it, to be broken."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from cinema.demo.workspace import PROJECT
from cinema.embedded.memory import free_ports
from tests.polling import eventually

START_SECONDS = 240
GAME_SECONDS = 300
STOP_SECONDS = 90

GameDay = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment in which it was started."""
    directory = tmp_path_factory.mktemp("gameday")
    first = _first_of_free_neighbours()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
        "DEMO_DIRECTORY": str(directory / "demo"),
        "DEMO_CITIES": "kazan,irkutsk",
        "DEMO_PORT": str(first),
        "DEMO_SITE_PORT": str(first + 2),
        "DEMO_PROMETHEUS_PORT": str(free_ports(1)[0]),  # nobody watches
    }
    log = directory / "demo.log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "cinema.demo", "up"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    announced = directory / "demo" / "env"
    try:
        eventually(lambda: announced.exists() or running.poll() is not None, within=START_SECONDS)
        assert running.poll() is None, log.read_text()
        yield environment
    finally:
        running.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            running.wait(STOP_SECONDS)
        running.kill()


def _first_of_free_neighbours() -> int:
    """Two cities' ports follow each other; the site's is next, and their chores' 1000 further."""
    while True:
        first = free_ports(1)[0]
        if first < 60000:
            return first


@pytest.fixture
def game_day(demo: dict[str, str]) -> GameDay:
    """Runs the command; what it printed is its `stdout`."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "cinema.gameday", *arguments],
            cwd=PROJECT,
            env=demo,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=GAME_SECONDS,
            check=False,
        )

    return run
