"""`python -m loadtest.torture` on histories that were kept."""

import subprocess
import sys
from pathlib import Path

from loadtest.torture.history import DONE, End, LiveTicket, Place, Recorder, Row, now

PROJECT = Path(__file__).resolve().parents[2]
HERE = Place(1, 1)


def torture(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loadtest.torture", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def history_of_a_sale(path: Path, *tickets: LiveTicket) -> str:
    with Recorder(path, seed=1) as recorder:
        recorder.prices([(*HERE, 250.0)])
        asked = recorder.ask(1, "buy", key="k", places=[HERE])
        told = {"booking": "a", "state": "confirmed", "total": 250.0, "seats": [HERE.seat]}
        recorder.answer(asked, DONE, status=201, **told)
        recorder.end(End(now(), [Row("a", "k", "confirmed", 250.0)], list(tickets)))
    return str(path)


def test_a_history_without_a_mistake_is_believed(tmp_path: Path) -> None:
    path = history_of_a_sale(tmp_path / "history.jsonl", LiveTicket("a", HERE, 250.0))
    checked = torture("--check", path)
    assert checked.returncode == 0, checked.stderr
    assert "1 done" in checked.stderr
    assert "rules hold" in checked.stderr


def test_a_mistake_is_told_by_its_rule_and_in_a_sentence(tmp_path: Path) -> None:
    checked = torture("--check", history_of_a_sale(tmp_path / "history.jsonl"))
    assert checked.returncode == 1
    assert "VIOLATED no sale is lost: a was sold and has lost" in checked.stderr
    assert "Traceback" not in checked.stderr


def test_what_can_not_be_checked_is_told_in_a_sentence(tmp_path: Path) -> None:
    missing = torture("--check", str(tmp_path / "missing.jsonl"))
    assert missing.returncode == 2
    assert "can't be read" in missing.stderr
    assert "Traceback" not in missing.stderr


def test_faults_that_there_are_not_are_named() -> None:
    asked = torture("--faults", "kill_worker,earthquake")
    assert asked.returncode == 2
    assert "no such fault: earthquake; there are kill_worker" in asked.stderr
