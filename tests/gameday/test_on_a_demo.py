"""Every scenario keeps what it promises, on a real demo."""

import subprocess
import sys
from pathlib import Path

import pytest

from cinema.demo.orders import Orders
from cinema.demo.workspace import PROJECT, Workspace
from cinema.gameday.scenarios import SCENARIOS
from cinema.gameday.stage import Stage
from tests.gameday.conftest import GameDay
from tests.polling import eventually


@pytest.mark.parametrize("name", SCENARIOS)
def test_it_breaks_is_seen_and_is_mended(game_day: GameDay, name: str) -> None:
    played = game_day(name, "--seconds", "3")
    assert played.returncode == 0, played.stdout
    assert "No seat was sold twice" in played.stdout
    assert "FAIL" not in played.stdout


def test_what_a_killed_game_day_left_is_put_right(demo: dict[str, str], game_day: GameDay) -> None:
    stage = Stage(Workspace(Path(demo["DEMO_DIRECTORY"])), "kazan")
    playing = subprocess.Popen(
        [sys.executable, "-m", "cinema.gameday", "dead-primary", "--seconds", "600"],
        cwd=PROJECT,
        env=demo,
        stdout=subprocess.DEVNULL,
    )
    try:
        eventually(lambda: not stage.is_ready(), within=60)
    finally:
        playing.kill()
        playing.wait()
    assert Orders(stage.directory).is_left_dead("primary")
    assert game_day("dead-primary").returncode == 1  # it is broken already

    assert game_day("--mend").returncode == 0
    eventually(stage.is_ready, within=60)
