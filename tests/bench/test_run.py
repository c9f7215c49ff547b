"""One quick run of everything, on real servers."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cinema.demo.workspace import PROJECT

pytestmark = pytest.mark.skipif(
    shutil.which("wrk") is None, reason="wrk is not installed: .ci/tools wrk"
)

# P6 needs a filled database; P9 is a whole demo, which tests/browser starts anyway.
GOALS = ("P1", "P2", "P3", "P4", "P5", "P7", "P8")


@dataclass(frozen=True)
class Run:
    code: int
    said: str
    complained: str
    report: Path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Run:
    report = tmp_path_factory.mktemp("bench")
    finished = subprocess.run(
        [
            sys.executable,
            "-m",
            "loadtest.bench",
            "--quick",
            f"--report={report}",
            *(f"--only={goal}" for goal in GOALS),
        ],
        cwd=PROJECT,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        capture_output=True,
        text=True,
        check=False,
    )
    return Run(finished.returncode, finished.stdout, finished.stderr, report)


@pytest.fixture
def results(ran: Run) -> list[dict[str, Any]]:
    assert ran.code == 0, ran.said + ran.complained
    return json.loads((ran.report / "bench.json").read_text())["results"]


def test_every_goal_has_its_figures(results):
    assert {one["id"] for one in results} == set(GOALS)
    assert all(figure > 0 for one in results for figure in one["product"])


def test_what_is_compared_has_as_many_figures_of_its_yardstick(results):
    compared = [one for one in results if one["id"] != "P8"]
    assert all(len(one["yardstick"]) == len(one["product"]) for one in compared)


def test_the_table_and_the_picture_show_all(ran, results):
    picture = (ran.report / "bench.svg").read_text()
    for one in results:
        assert one["what"] in ran.said
        assert one["what"] in picture


def test_nothing_is_left_behind(ran, results):
    assert {path.name for path in ran.report.iterdir()} == {"bench.json", "bench.svg"}
