"""Each city has a process of its own: how it reports, stops and ends with the supervisor."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cinema.demo.cities import CITIES
from cinema.demo.provider import Provider
from cinema.demo.stopping import Stop
from cinema.demo.workspace import PROJECT, Workspace
from cinema.embedded.processes import eventually

# A city whose provider sells at once, or can't; `running` has the process id of what it started.
CITY = """
import signal, sys, time
from pathlib import Path
from cinema.demo.children import end, spawn
from cinema.demo.cities import CITIES
from cinema.demo.city_process import CityProcess
from cinema.demo.errors import DemoError, StopRequested
from cinema.demo.provider import Opened
from cinema.demo.stopping import Stop

directory, fails = Path(sys.argv[1]), sys.argv[2:] == ["fails"]

class Provider:
    city, directory = CITIES["kazan"], directory
    child = None
    def start(self):
        if fails:
            raise DemoError("It rains in.")
        self.child = spawn(["-c", "import time; time.sleep(600)"], {}, directory / "child.log")
        (directory / "running").write_text(str(self.child.pid))
        return Opened("password", True, "token", {})
    def watch(self):
        while True:
            stop.sleep()
    def stop(self):
        if self.child:
            end(self.child, 5)
        (directory / "stopped").touch()

stop = Stop()
stop.listen()
city = CityProcess(Provider(), stop)
city.launch()
try:
    while True:
        if city.look():
            print("sells", flush=True)
        stop.sleep()
except (StopRequested, DemoError) as reason:
    print(type(reason).__name__, reason, flush=True)
finally:
    city.terminate()
    city.stop()
"""


@pytest.fixture
def supervise(tmp_path: Path):
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", CITY, str(tmp_path), *arguments],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:  # closes its pipe
            process.kill()


def child_of(directory: Path) -> psutil.Process:
    return psutil.Process(int((directory / "running").read_text()))


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_city_that_sells_is_reported_and_stops_in_order_when_asked(supervise, tmp_path):
    supervisor = supervise()
    assert supervisor.stdout.readline() == "sells\n"
    child = child_of(tmp_path)

    supervisor.send_signal(signal.SIGINT)

    assert supervisor.stdout.readline().startswith("StopRequested")
    assert supervisor.wait(20) == 0
    assert (tmp_path / "stopped").exists()
    assert gone(child)


def test_a_city_that_can_t_start_is_reported_with_its_reason(supervise, tmp_path):
    supervisor = supervise("fails")

    assert supervisor.stdout.readline() == "DemoError Казань: It rains in.\n"
    assert supervisor.wait(20) == 0
    assert (tmp_path / "stopped").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has leashes")
def test_nothing_outlives_a_killed_supervisor(supervise, tmp_path):
    supervisor = supervise()
    supervisor.stdout.readline()
    child = child_of(tmp_path)
    [city] = psutil.Process(supervisor.pid).children()

    os.kill(supervisor.pid, signal.SIGKILL)

    assert eventually(lambda: gone(city) and gone(child), within=10)


def test_the_web_server_stops_first_then_its_chores_then_the_database(tmp_path):
    events: list[str] = []

    class Child:
        def __init__(self, name: str) -> None:
            self.name = name

        def stop(self) -> None:
            events.append(self.name)

    city = CITIES["kazan"]
    provider = Provider(city, "http://site", "password", Workspace(tmp_path), Stop(), print)
    provider.cluster, provider.chores, provider.web = map(Child, ("database", "chores", "web"))
    provider.stop()
    assert events == ["web", "chores", "database"]
