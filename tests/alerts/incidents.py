"""What Prometheus sees in an incident, and which alerts that must raise."""

import json
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.rules import files

STEP = 30  # seconds between two scrapes
NAMED_BY = ("alertname", "severity", "city", "replica", "alias", "chore", "instance")


@dataclass(frozen=True)
class Incident:
    """`series` replaces what is seen on a quiet day; None: it is seen no more.

    `raises`: exactly the alerts that fire after `minutes`, each as its name and what tells it from
    others of that name: "ReplicaDown replica=replica1".
    """

    what: str
    minutes: float
    series: dict[str, str | None] = field(default_factory=dict)
    raises: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.what


def counted(*phases: tuple[float, float]) -> str:
    """A counter that grows by so much a second for so many minutes, and then by so much…"""
    value, text = 0.0, []
    for minutes, per_second in phases:
        steps = round(minutes * 60 / STEP)
        text.append(f"{value:.12g}+{per_second * STEP:.12g}x{steps - 1}")
        value += per_second * STEP * steps
    return " ".join(text)


def stays(*phases: tuple[float, float]) -> str:
    """A gauge that has this value for so many minutes, and then that…"""
    return " ".join(f"{value:.12g}+0x{round(minutes * 60 / STEP) - 1}" for minutes, value in phases)


def check(incident: Incident, quiet_day: dict[str, str], folder: Path, tmp_path: Path) -> None:
    """Fails, with what promtool says, unless exactly the expected alerts fire."""
    seen = {**quiet_day, **incident.series}
    promtool(
        folder,
        tmp_path,
        {
            "interval": f"{STEP}s",
            "input_series": [
                {"series": name, "values": values} for name, values in seen.items() if values
            ],
            "promql_expr_test": [
                {
                    "expr": f'group by ({", ".join(NAMED_BY)}) (ALERTS{{alertstate="firing"}})',
                    "eval_time": f"{round(incident.minutes * 60)}s",
                    "exp_samples": [
                        {"labels": _labels(raised, folder), "value": 1}
                        for raised in incident.raises
                    ],
                }
            ],
        },
    )


def promtool(folder: Path, tmp_path: Path, test: dict[str, Any]) -> None:
    program = shutil.which("promtool")
    if program is None:
        pytest.skip("promtool is not installed: apt install prometheus")
    for name, text in files(folder).items():
        (tmp_path / name).write_text(text)
    plan = {"rule_files": list(files(folder)), "evaluation_interval": "30s", "tests": [test]}
    (tmp_path / "incident.test").write_text(json.dumps(plan))
    done = subprocess.run(
        [program, "test", "rules", "incident.test"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _labels(raised: str, folder: Path) -> str:
    name, *labels = raised.split()
    given = dict(label.split("=", 1) for label in labels)
    pairs = {"alertname": name, **given}
    return "{" + ", ".join(f'{key}="{value}"' for key, value in pairs.items()) + "}"
