"""How long `make demo` takes, where everything is installed and there is no data yet."""

import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from cinema.demo.chores import METRICS_OFFSET
from cinema.demo.cities import CITIES
from cinema.demo.stopping import Stop
from cinema.demo.workspace import PROJECT
from cinema.embedded.memory import free_ports, port_is_free
from loadtest.bench.failing import Failed
from loadtest.bench.rounds import Measure, Result

GOAL = 15.0
GIVEN_UP = 120.0
ENDED_WITHIN = 90.0


def started(scratch: Path, stop: Stop) -> list[Result]:
    """Seconds until the site shows its first page, and until it shows what is on in a city."""
    site_port, first_port = _ports()
    log = scratch / "demo.log"
    environment = {
        "PATH": os.environ["PATH"],
        "DEMO_DIRECTORY": str(scratch / "demo"),
        "DEMO_PORT": str(first_port),
        "DEMO_SITE_PORT": str(site_port),
    }
    began = time.monotonic()
    with log.open("wb") as output:
        demo = subprocess.Popen(
            [sys.executable, "-m", "cinema.demo", "up"],
            cwd=PROJECT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        pages = {
            f"make demo: {what}": _wait_for(path, site_port, demo, began, log, stop)
            for what, path in {"the first page": "/", "a city's films": f"/{_city()}/"}.items()
        }
    finally:
        _end(demo)
    return [
        Result(Measure("P9", what, "s", GOAL, lambda: GOAL, at_most=True), [seconds], [])
        for what, seconds in pages.items()
    ]


def _city() -> str:
    return next(iter(CITIES))


def _ports() -> tuple[int, int]:
    """The site's, and the first of the cities'."""
    while True:
        site, first = free_ports(2)
        wanted = [first + place for place in range(len(CITIES))]
        wanted += [port + METRICS_OFFSET for port in wanted]
        if site not in wanted and wanted[-1] < 65536 and all(map(port_is_free, wanted)):
            return site, first


def _wait_for(
    path: str, port: int, demo: subprocess.Popen[bytes], began: float, log: Path, stop: Stop
) -> float:
    while _status(path, port) != 200:
        stop.sleep()
        if demo.poll() is not None or time.monotonic() > began + GIVEN_UP:
            said = log.read_text(errors="replace").strip()[-500:]
            raise Failed(f"The demo did not show {path}: {said}")
    return time.monotonic() - began


def _status(path: str, port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _end(demo: subprocess.Popen[bytes]) -> None:
    demo.terminate()
    with suppress(subprocess.TimeoutExpired):
        demo.wait(ENDED_WITHIN)
        return
    os.killpg(demo.pid, signal.SIGKILL)
    demo.wait()
