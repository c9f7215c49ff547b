"""The city of the running demo that a scenario is played in."""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cached_property

import psutil
import requests

from cinema.demo import databases
from cinema.demo.errors import DemoError
from cinema.demo.orders import Orders
from cinema.demo.workspace import PROJECT, Workspace
from cinema.embedded import Cluster
from cinema.embedded.processes import send

PATIENCE = 15.0  # seconds; what takes longer hangs
GUNICORN = "cinema/gunicorn.conf.py"


class Stage:
    """Raises DemoError when the demo doesn't run, or not this city of it."""

    def __init__(self, workspace: Workspace, city: str) -> None:
        self.city = city
        self.variables = _announced(workspace, city)
        self.directory = workspace.of_city(city)
        self.orders = Orders(self.directory)
        self.url = self.variables["API_URL"]
        self.site_url = self.variables["SITE_URL"]

    @property
    def takes_payments(self) -> bool:
        return self.variables["PAYMENTS"] == "sandbox"

    @property
    def other_cities(self) -> list[str]:
        return [city for city in self.variables["CITY_IDS"].split(",") if city != self.city]

    @property
    def has_cluster(self) -> bool:
        """False: the city sells from a database of the caller's own, which nobody breaks."""
        if not (self.directory / "postgresql" / "cluster.json").exists():
            return False
        return self.cluster.primary.url() == self.variables["DATABASE_URL"]

    @property
    def cluster(self) -> Cluster:
        """Read anew each time: the ports are the demo's to choose."""
        return databases.embedded_cluster(self.directory)

    def manage(self, *arguments: str) -> str:
        """What `manage.py` printed. Raises DemoError with its last line."""
        ran = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            lines = (ran.stderr or ran.stdout).strip().splitlines() or ["it printed nothing"]
            raise DemoError(f"manage.py {arguments[0]} failed: {lines[-1]}")
        return ran.stdout.strip()

    def gunicorn(self) -> psutil.Process:
        """The process that started the workers."""
        mine = [process for process in psutil.process_iter() if self._serves_this_city(process)]
        if not mine:
            raise DemoError(f"No web server of {self.city} runs: see {self.directory}/web.log")
        return min(mine, key=psutil.Process.create_time)

    def _serves_this_city(self, process: psutil.Process) -> bool:
        try:
            bound = process.environ().get("BIND", "") if GUNICORN in process.cmdline() else ""
        except psutil.Error:
            return False
        return bool(bound) and self.url.endswith(bound)

    def web_processes(self) -> list[psutil.Process]:
        master = self.gunicorn()
        return [master, *master.children()]

    def signal_web(self, number: signal.Signals) -> None:
        for process in self.web_processes():
            send(process, number)

    def metric(self, name: str, **labels: str) -> float | None:
        """The provider's, of the series with these labels; None: it isn't there."""
        try:
            text = self._web.get(f"{self.url}/metrics", timeout=PATIENCE).text
        except requests.RequestException:
            return None
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        for line in text.splitlines():
            if re.match(rf"{name}[ {{]", line) and all(label in line for label in wanted):
                return float(line.rsplit(" ", 1)[1])
        return None

    def is_ready(self) -> bool:
        try:
            answer = self._web.get(f"{self.url}/health/ready", timeout=PATIENCE)
        except requests.RequestException:
            return False
        return answer.status_code == 200

    @cached_property
    def _web(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        return session


def running(workspace: Workspace) -> list[Stage]:
    """All cities of the demo, the first one first. Raises DemoError when none runs."""
    try:
        first = dict(_pairs((workspace.directory / "env").read_text()))
    except OSError:
        raise DemoError(
            f"No demo runs here ({workspace.directory}/env is missing): start it with `make demo`"
            " in another terminal and wait until it sells."
        ) from None
    return [Stage(workspace, city) for city in first["CITY_IDS"].split(",")]


def _announced(workspace: Workspace, city: str) -> Mapping[str, str]:
    """What the demo wrote for scripts."""
    path = workspace.of_city(city) / "env"
    try:
        return dict(_pairs(path.read_text()))
    except OSError:
        raise DemoError(
            f"No demo runs {city} here ({path} is missing): start it with `make demo` in another"
            " terminal and wait until it sells."
        ) from None


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, value = line.split("=", 1)
        yield name, "".join(shlex.split(value))
