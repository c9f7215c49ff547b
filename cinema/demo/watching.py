"""`make watch`: a real Prometheus over the running demo."""

import http.client
import os
import shutil
import signal
import subprocess
from pathlib import Path

from cinema.demo import prometheus
from cinema.demo.announce import Terminal
from cinema.demo.children import end
from cinema.demo.choosing import port_of
from cinema.demo.errors import DemoError, StopRequested
from cinema.demo.stopping import Stop
from cinema.demo.workspace import Workspace
from cinema.embedded.memory import port_is_free
from cinema.embedded.processes import leash

PORT = 9090
STOP_SECONDS = 20.0


def watch(workspace: Workspace, terminal: Terminal) -> None:
    """Until somebody asks to stop. DemoError when there is no demo, no Prometheus or no port."""
    stop = Stop()
    stop.listen()
    program, port = _program(), _free_port()
    targets = prometheus.running_demo(workspace)
    directory = workspace.directory / "prometheus"
    config = prometheus.configure(targets, directory)
    log = directory / "prometheus.log"
    process = _start(program, config, port, log)
    try:
        while not _is_ready(port):
            _check(process, log)
            stop.sleep()
        terminal.show(_summary(port, targets))
        while True:
            _check(process, log)
            stop.sleep()
    except StopRequested:
        terminal.say("Stopping")
    finally:
        end(process, STOP_SECONDS)
    terminal.say(f"Stopped; what was measured is kept in {directory}")


def _program() -> str:
    found = shutil.which("prometheus")
    if found is None:
        raise DemoError(
            "There is no program `prometheus`: install it, on Debian and Ubuntu with"
            " apt install prometheus, elsewhere from https://prometheus.io/download/."
        )
    return found


def _free_port() -> int:
    port = port_of("DEMO_PROMETHEUS_PORT", PORT)
    if not port_is_free(port):
        raise DemoError(
            f"Port {port} is already in use: stop what listens there or run"
            f" DEMO_PROMETHEUS_PORT={port + 1} make watch"
        )
    return port


def _start(program: str, config: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Out of reach of Ctrl-C, as we end it in order; and it ends with us, however we end."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [
                program,
                f"--config.file={config}",
                f"--storage.tsdb.path={config.parent / 'data'}",
                "--storage.tsdb.retention.time=7d",
                f"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn",
            ],
            env=dict(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=leash(signal.SIGTERM),
        )


def _check(process: subprocess.Popen[bytes], log: Path) -> None:
    if process.poll() is not None:
        lines = log.read_text(errors="replace").strip().splitlines() or ["it printed nothing"]
        raise DemoError(f"Prometheus stopped by itself: {lines[-1]} (see {log})")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _summary(port: int, targets: list[prometheus.Target]) -> str:
    width = max(len(target.job) for target in targets)
    url = f"http://127.0.0.1:{port}"
    return "\n".join(
        [
            "",
            f"Prometheus asks every {prometheus.SCRAPE_EVERY}:",
            *(f"  {target.job.ljust(width)}   {target.address}" for target in targets),
            "",
            f"  queries  {url}/graph",
            f"  alerts   {url}/alerts",
            f"  targets  {url}/targets",
            "",
            "The queries of the dashboards are in charts/*/dashboards (docs/dashboards.md).",
            "Ctrl-C stops it; what was measured is kept.",
            "",
        ]
    )
