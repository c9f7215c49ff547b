"""`python -m loadtest`: what `make load` and the image run. Starts Locust, and looks afterwards."""

import argparse
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from loadtest.target import PROJECT, Target, TargetError, find

SCENARIOS = {
    "mixed": ["Visitor", "Buyer", "SeatBot"],
    "visitors": ["Visitor"],
    "buyers": ["Buyer"],
    "bots": ["SeatBot"],
    "flash-sale": ["FlashBuyer"],
}


def main() -> int:
    chosen, for_locust = _parser().parse_known_args()
    try:
        target = find(chosen.target, chosen.city)
    except TargetError as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    report = Path(chosen.report).resolve()
    try:
        report.mkdir(parents=True, exist_ok=True)
    except OSError as failure:
        sys.stderr.write(f"Can't write to {report} ({failure.strerror}): see --report.\n")
        return 1
    sys.stderr.write(f"Testing {target.url}\n")
    code = _run(_locust(chosen, target, report) + for_locust)
    if chosen.headless:
        sys.stderr.write(f"Report: {report / 'report.html'}\n")
    return _check_tickets(target) or code


def _run(command: list[str]) -> int:
    """Whatever ends us only ends Locust, which then looks at what was bought; and so do we."""
    locust = subprocess.Popen(command, cwd=PROJECT)
    signal.signal(signal.SIGINT, lambda *_: None)  # a terminal sends it to Locust, too
    signal.signal(signal.SIGTERM, lambda *_: locust.terminate())
    return locust.wait()


def _locust(chosen: argparse.Namespace, target: Target, report: Path) -> list[str]:
    command = [sys.executable, "-m", "locust", "-f", str(PROJECT / "loadtest" / "locustfile.py")]
    command += [f"--host={target.url}", "--stop-timeout=20"]
    command += [f"--return-url={target.return_url}"] if target.return_url else []
    command += [f"--html={report / 'report.html'}", f"--csv={report / 'run'}"]
    command += [f"--users={chosen.users}", f"--spawn-rate={chosen.spawn_rate}"]
    if chosen.headless:
        command += ["--headless", "--only-summary", f"--run-time={chosen.time}"]
    else:
        command += [f"--web-host={chosen.web_host}", f"--web-port={chosen.web_port}"]
    return command + _processes(chosen.processes) + SCENARIOS[chosen.scenario]


def _processes(number: int) -> list[str]:
    """On a port of their own, so that two runs on one machine keep their workers apart."""
    if number == 1:
        return []
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [f"--processes={number}", "--master-bind-host=127.0.0.1"]
    return [*command, f"--master-bind-port={port}", f"--master-port={port}"]


def _check_tickets(target: Target) -> int:
    """By the provider's own rules, where its database is within reach."""
    if not target.settings:
        return 0
    command = [sys.executable, "manage.py", "check_tickets"]
    environment = {**os.environ, **target.settings}
    return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtest",
        description="Sends visitors, buyers and bots to a cinema and proves that it sold no seat"
        " twice. Exit code 1: an answer failed, or a sale was wrong. Opens a web page to steer it,"
        " or runs by itself with --headless.",
        epilog="Whatever else is given goes to Locust.",
    )
    parser.add_argument("--headless", action="store_true", help="run by itself, and end")
    parser.add_argument("--scenario", choices=SCENARIOS, default="mixed", help="who comes (mixed)")
    parser.add_argument("--users", type=int, default=20, help="how many at a time (20)")
    parser.add_argument("--spawn-rate", type=float, default=100, help="new ones a second (100)")
    parser.add_argument("--processes", type=int, default=1, help="of Locust: one for each CPU (1)")
    parser.add_argument("--time", default="60s", help="for how long: 90s, 10m, 1h (60s)")
    parser.add_argument(
        "--target",
        default=os.environ.get("LOAD_TARGET", ""),
        help="address of a provider or of a site; also LOAD_TARGET (the demo's site)",
    )
    parser.add_argument("--city", default="", help="which of the site's cities (the first)")
    parser.add_argument("--report", default="load-report", help="directory of the report")
    parser.add_argument("--web-host", default="127.0.0.1", help="address of the web page")
    parser.add_argument("--web-port", type=int, default=8089, help="port of the web page (8089)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
