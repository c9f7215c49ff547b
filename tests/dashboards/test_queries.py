"""Prometheus understands every query, before one is ever asked."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.dashboards.boards import QUERIES

pytestmark = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="needs promtool: apt install prometheus"
)


def check(directory: Path, expressions: dict[str, str]) -> subprocess.CompletedProcess:
    rules = [
        {"record": "panel:query", "expr": expression, "labels": {"panel": name}}
        for name, expression in expressions.items()
    ]
    file = directory / "queries.yaml"
    file.write_text(json.dumps({"groups": [{"name": "queries", "rules": rules}]}))
    return subprocess.run(
        ["promtool", "check", "rules", str(file)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_every_query_is_promql(tmp_path: Path):
    checked = check(tmp_path, {str(query): query.filled for query in QUERIES})
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"{len(QUERIES)} rules found" in checked.stdout


def test_no_variable_is_left_in_a_query():
    assert [str(query) for query in QUERIES if "$" in query.filled] == []


def test_a_broken_query_would_be_found(tmp_path: Path):
    assert check(tmp_path, {"broken": "sum by (city) (rate(up[5m])"}).returncode != 0
