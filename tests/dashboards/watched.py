"""A demo of one city that is visited and sells, and `make watch` over it."""

import os
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from cinema.embedded.memory import free_ports, port_is_free
from tests.dashboards.boards import ROOT
from tests.polling import eventually

START_SECONDS = 300.0  # a deadline: on an idle machine it takes a tenth
PATIENCE = 120.0
CITY = "kazan"


@dataclass(frozen=True)
class Watched:
    url: str
    """Of Prometheus."""
    env: dict[str, str]
    """What the demo announced."""
    since: float = field(default_factory=time.monotonic)
    """When Prometheus began."""

    @property
    def patience(self) -> float:
        """Seconds to wait for what there should be soon. What is broken costs them only once."""
        return max(self.since + PATIENCE - time.monotonic(), 1.0)

    def ask(self, path: str, **parameters: str) -> Any:
        answer = requests.get(f"{self.url}/api/v1/{path}", params=parameters, timeout=10).json()
        assert answer["status"] == "success", answer
        return answer["data"]

    def values(self, expression: str) -> list[float]:
        return [float(one["value"][1]) for one in self.ask("query", query=expression)["result"]]


@contextmanager
def program(
    arguments: list[str], environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m cinema.demo ARGUMENTS` beside the body of the `with`, ended by SIGTERM."""
    with log.open("wb") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", "cinema.demo", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield running
    finally:
        running.terminate()
        code = running.wait(120)
    assert code == 0, log.read_text()


@contextmanager
def watched_demo(directory: Path) -> Iterator[Watched]:
    city, site, prometheus = _ports()
    environment = {  # nothing of the tests' own settings
        "PATH": os.environ["PATH"],
        "DEMO_DIRECTORY": str(directory / "demo"),
        "DEMO_CITIES": CITY,
        "DEMO_PAYMENTS": "none",
        "DEMO_PORT": str(city),
        "DEMO_SITE_PORT": str(site),
        "DEMO_PROMETHEUS_PORT": str(prometheus),
    }
    env = directory / "demo" / "env"
    with program([], environment, directory / "demo.log") as demo:
        eventually(lambda: env.exists() or demo.poll() is not None, within=START_SECONDS)
        assert env.exists(), (directory / "demo.log").read_text()
        watched = Watched(f"http://127.0.0.1:{prometheus}", variables(env))
        with (
            program(["watch"], environment, directory / "watch.log"),
            visitors(watched.env["API_URL"], watched.env["SITE_URL"]),
        ):
            eventually(lambda: answers(f"{watched.url}/-/ready"), within=30)
            yield watched


def _ports() -> tuple[int, int, int]:
    """Of the city, with that of its chores free as well, of the site and of Prometheus."""
    while True:
        city, site, prometheus = free_ports(3)
        if city < 60000 and port_is_free(city + 1000) and city + 1000 not in (site, prometheus):
            return city, site, prometheus


def variables(env: Path) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(env.read_text()))


def answers(url: str) -> bool:
    with suppress(requests.RequestException):
        return requests.get(url, timeout=5).ok
    return False


@contextmanager
def visitors(city: str, site: str) -> Iterator[None]:
    """Somebody looks around, reserves, is followed by one who comes too late, buys and cancels,
    again and again until the `with` ends."""
    enough = threading.Event()

    def come() -> None:
        with requests.Session() as session:
            seance, seats = _vacant(session, city)
            while not enough.wait(0.1):
                _visit(session, city, site, seance, seats)

    coming = threading.Thread(target=come)
    coming.start()
    try:
        yield
    finally:
        enough.set()
        coming.join()


def _vacant(session: requests.Session, city: str) -> tuple[str, list[int]]:
    """A showing that is days away, and two of its seats that nobody has."""
    movie = session.get(f"{city}/movies?with_seances=true", timeout=10).json()["data"][0]
    seances = f"/movies/{movie['id']}/seances"
    last = session.get(f"{city}{seances}?ordering=-datetime&max_results=1", timeout=10)
    [seance] = last.json()["data"]
    vacant = [seat["id"] for seat in seance["seats"] if seat["vacant"]]
    return f"{seances}/{seance['id']}", vacant[:2]


def _visit(session: requests.Session, city: str, site: str, seance: str, seats: list[int]) -> None:
    through_site = f"{site}/cities/{CITY}"
    for page in (f"{site}/{CITY}/", f"{through_site}/movies", f"{city}/movies", city + seance):
        session.get(page, timeout=10)
    order = {"email": "a@b.org", "seatsIds": seats}
    held = session.post(f"{city}{seance}/bookings", json={**order, "hold": True}, timeout=10)
    late = session.post(f"{through_site}{seance}/bookings", json=order, timeout=10)
    booking = f"{city}/bookings/{held.json()['booking']['id']}"
    bought = session.post(f"{booking}/confirm", timeout=10)
    cancelled = session.delete(booking, timeout=10)
    statuses = [answer.status_code for answer in (held, late, bought, cancelled)]
    assert statuses == [201, 409, 200, 200], statuses
