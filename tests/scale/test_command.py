"""`python -m loadtest.scale`, as somebody at a terminal meets it."""

import sys

import pytest

from loadtest.scale.__main__ import main


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["scale", *map(str, arguments)])
    return main()


def test_a_premiere_is_told_in_a_few_lines(monkeypatch, capsys):
    rush = ("premiere", "--buyers", 2000, "--cities", 2, "--reads", 3, "--pods", 1)
    assert run(monkeypatch, *rush) == 0
    told = capsys.readouterr().out
    assert told.startswith("2,000 buyers in 2 cities within 10 minutes; pods in each city: 1, ")
    for word in ("p50", "p99", "refused", "sales a second", "pods needed   1,"):
        assert word in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("fill", "nowhere", "--tickets", 1000, "--seances", 5), "ask for more showings"),
        (("premiere", "--buyers", 1_000_000, "--cities", 1), "ask for fewer, or for more cities"),
    ],
)
def test_what_can_not_be_done_is_one_sentence(monkeypatch, capsys, tmp_path, arguments, told):
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *arguments) == 1
    assert told in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", ["0", "-5", "many", "1e9"])
def test_numbers_are_numbers(monkeypatch, capsys, number):
    with pytest.raises(SystemExit):
        run(monkeypatch, "premiere", f"--buyers={number}")
    assert "is no whole number" in capsys.readouterr().err


def test_a_server_that_runs_is_left_alone(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("cinema.embedded.server.Server.running", True)
    assert run(monkeypatch, "fill", tmp_path) == 1
    assert "is running: stop it first" in capsys.readouterr().err


def test_the_databases_of_a_demo_are_left_alone(monkeypatch, capsys, tmp_path):
    (tmp_path / "postgresql" / "standby1").mkdir(parents=True)
    assert run(monkeypatch, "fill", tmp_path) == 1
    assert "has a standby" in capsys.readouterr().err
