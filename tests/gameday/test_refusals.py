"""What a game day says when it can't begin, and when a promise was not kept."""

import subprocess
import sys
from pathlib import Path

import pytest

from cinema.demo.announce import Terminal
from cinema.demo.errors import DemoError
from cinema.demo.workspace import PROJECT, Workspace
from cinema.embedded.memory import Memory
from cinema.gameday.__main__ import mend, place, those_that_fit
from cinema.gameday.scenario import all_answered, some_sold
from cinema.gameday.scenarios import SCENARIOS
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


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A city that sells from a database of the caller's own, and has an idle one of the demo's."""
    memory = Memory(tmp_path / "kazan" / "postgresql" / "cluster.json")
    memory.path.parent.mkdir(parents=True)
    memory.ports.update(primary=5001, standby1=5002)
    memory.invent_passwords()
    memory.write()
    announced = {
        "API_URL": "http://127.0.0.1:8001",
        "SITE_URL": "http://127.0.0.1:8000",
        "CITY_IDS": "kazan",
        "PAYMENTS": "none",
        "DATABASE_URL": "postgres://me@database.example/mine",
    }
    text = "".join(f"{name}={value}\n" for name, value in announced.items())
    (tmp_path / "kazan" / "env").write_text(text)
    return Stage(Workspace(tmp_path), "kazan")


@pytest.mark.parametrize("name", ["lagging-replica", "dead-replica", "dead-primary", "failover"])
def test_a_database_of_the_callers_own_is_not_broken(stage: Stage, name: str) -> None:
    with pytest.raises(DemoError, match=f"{name} needs a database of the demo's own"):
        place(SCENARIOS[name], [stage])


def test_a_scenario_that_no_city_is_made_for_says_what_it_needs(stage: Stage) -> None:
    with pytest.raises(DemoError, match=r"takes payments in the sandbox.*\(asked: kazan\)"):
        place(SCENARIOS["slow-bank"], [stage])


def test_all_leaves_out_what_no_city_is_made_for(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    fit = [scenario.name for scenario, _ in those_that_fit([stage], Terminal())]
    assert fit == ["killed-workers", "blocked-sales"]
    assert "Left out: hanging-city needs a second city" in capsys.readouterr().out


def test_one_city_that_cannot_be_mended_keeps_no_other_from_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise DemoError("its web server is gone")

    monkeypatch.setattr(Stage, "signal_web", fail)
    monkeypatch.setattr(SCENARIOS["blocked-sales"], "mend", lambda _: None)
    assert mend(Terminal(), [stage, stage]) == 1
    assert capsys.readouterr().out.count("kazan, hanging-city: its web server is gone") == 2


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
