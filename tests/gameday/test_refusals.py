"""What a game day says when it can't begin, and when a promise was not kept."""

import subprocess
import sys
from pathlib import Path

import pytest

from cinema.demo.errors import DemoError
from cinema.demo.workspace import PROJECT, Workspace
from cinema.gameday.scenario import all_answered, some_sold
from cinema.gameday.stage import Stage
from cinema.gameday.traffic import Answer


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "cinema.gameday", *arguments],
        cwd=PROJECT,
        env={"PATH": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_demo_it_says_how_to_start_one(tmp_path: Path) -> None:
    refused = run("dead-primary", DEMO_DIRECTORY=str(tmp_path))
    assert refused.returncode == 1
    assert "start it with `make demo`" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_without_a_scenario_it_lists_them() -> None:
    listed = run()
    assert listed.returncode == 0
    assert "dead-primary" in listed.stdout


def test_an_unknown_scenario_is_named_with_those_that_there_are(tmp_path: Path) -> None:
    refused = run("flood", DEMO_DIRECTORY=str(tmp_path))
    assert refused.returncode == 1
    assert "'flood'" in refused.stderr
    assert "failover" in refused.stderr


def test_a_database_of_the_callers_own_is_not_broken(tmp_path: Path) -> None:
    (tmp_path / "kazan").mkdir()
    (tmp_path / "kazan" / "env").write_text("API_URL=http://x\nSITE_URL=http://y\n")
    with pytest.raises(DemoError, match="one of your own"):
        Stage(Workspace(tmp_path), "kazan").cluster.start()


def answers(*pairs: tuple[int, float]) -> list[Answer]:
    return [Answer("visit", 0.0, seconds, status) for status, seconds in pairs]


@pytest.mark.parametrize(
    "given",
    [
        answers(),  # nobody asked: it shows nothing
        answers((200, 0.1), (500, 0.1)),
        answers((200, 0.1), (0, 0.1)),
        answers((200, 6.0)),
    ],
)
def test_a_wrong_slow_or_missing_answer_fails_the_check(given: list[Answer]) -> None:
    assert not all_answered("Reads go on", given, 200, within=5.0).holds


def test_good_answers_pass_the_check() -> None:
    assert all_answered("Reads go on", answers((200, 0.1), (200, 4.9)), 200, within=5.0).holds
    assert some_sold("Sales go on", answers((409, 0.1), (201, 0.1))).holds
    assert not some_sold("Sales go on", answers((409, 0.1), (503, 0.1))).holds
