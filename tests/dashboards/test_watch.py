"""`make watch` says in one sentence why it can't, and what to do."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cinema.demo import prometheus
from cinema.demo.workspace import PROJECT, Workspace
from cinema.embedded.memory import free_ports

needs_prometheus = pytest.mark.skipif(
    shutil.which("prometheus") is None, reason="needs Prometheus: apt install prometheus"
)


def refusal(directory: Path, **environment: str) -> str:
    [port] = free_ports(1)
    refused = subprocess.run(
        [sys.executable, "-m", "cinema.demo", "watch"],
        cwd=PROJECT,
        env={
            **os.environ,
            "DEMO_DIRECTORY": str(directory),
            "DEMO_PROMETHEUS_PORT": str(port),
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert refused.returncode == 1
    [line] = refused.stderr.splitlines()
    return line


@needs_prometheus
def test_without_a_demo(tmp_path: Path):
    assert refusal(tmp_path) == (
        f"No demo runs in {tmp_path}: start it with `make demo` in another terminal and wait until"
        " it prints the addresses, or name its directory in DEMO_DIRECTORY."
    )


def test_without_prometheus(tmp_path: Path):
    assert refusal(tmp_path, PATH=str(tmp_path)).startswith(
        "There is no program `prometheus`: install it, on Debian and Ubuntu with"
        " apt install prometheus"
    )


@needs_prometheus
def test_on_a_port_that_is_taken(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert refusal(tmp_path, DEMO_PROMETHEUS_PORT=str(port)) == (
            f"Port {port} is already in use: stop what listens there or run"
            f" DEMO_PROMETHEUS_PORT={port + 1} make watch"
        )


def announce(workspace: Workspace, *cities: str) -> None:
    for place, city in enumerate(cities):
        workspace.of_city(city).mkdir(parents=True)
        variables = {
            "CITY": city,
            "API_URL": f"http://127.0.0.1:{8001 + place}",
            "SITE_URL": "http://127.0.0.1:8000",
            "CITY_NAME": "Нижний Новгород",
            "CITY_IDS": ",".join(cities),
        }
        workspace.announce(city, variables, first=place == 0)


def test_every_city_of_the_demo_is_asked_under_its_name(tmp_path: Path):
    workspace = Workspace(tmp_path)
    announce(workspace, "kazan", "irkutsk")
    assert prometheus.running_demo(workspace) == [
        prometheus.Target("aggregator", "127.0.0.1:8000"),
        prometheus.Target("kazan", "127.0.0.1:8001", "kazan"),
        prometheus.Target("kazan-chores", "127.0.0.1:9001", "kazan"),
        prometheus.Target("irkutsk", "127.0.0.1:8002", "irkutsk"),
        prometheus.Target("irkutsk-chores", "127.0.0.1:9002", "irkutsk"),
    ]


def test_each_city_gets_rules_of_its_own_and_former_ones_go(tmp_path: Path):
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "perm-selling.yaml").write_text("groups: []")
    targets = [prometheus.Target(city, "127.0.0.1:8001", city) for city in ("kazan", "irkutsk")]
    prometheus.configure(targets, tmp_path)
    selling = {path.name for path in rules.glob("*-selling.yaml")}
    assert selling == {"kazan-selling.yaml", "irkutsk-selling.yaml"}
    text = (rules / "irkutsk-selling.yaml").read_text()
    assert 'city="irkutsk"' in text
    assert prometheus.CITY_TOKEN not in text
