"""Runs the load test as people do: in a process of its own, for Locust changes Python's sockets."""

import csv
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ran:
    code: int
    said: str
    report: Path

    def requests(self, name: str) -> int:
        """How many of this row of the table there were."""
        with (self.report / "run_stats.csv").open() as table:
            rows = [row for row in csv.DictReader(table) if row["Name"] == name]
        return sum(int(row["Request Count"]) for row in rows)


def load(url: str, report: Path, *arguments: str, demo: Path | None = None) -> Ran:
    command = [sys.executable, "-m", "loadtest", f"--target={url}", f"--report={report}"]
    environment = {**os.environ, "DEMO_DIRECTORY": str(demo or report), "LOAD_TARGET": ""}
    finished = subprocess.run(
        [*command, "--headless", *arguments],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
        check=False,
    )
    return Ran(finished.returncode, finished.stdout, report)
