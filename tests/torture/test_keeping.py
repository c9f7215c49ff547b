"""A history is kept in a file and read from it again; a schedule is made of a seed alone."""

import json
import math
from pathlib import Path

import pytest

from loadtest.torture.faults import FAULTS, FIRST, OF_NODES
from loadtest.torture.history import (
    DONE,
    UNKNOWN,
    End,
    HistoryError,
    LiveTicket,
    Place,
    Recorder,
    Row,
    read,
)
from loadtest.torture.schedule import schedule

HERE = Place(1, 2)


def test_what_was_noted_is_read_again(tmp_path: Path) -> None:
    end = End(9.0, [Row("a", "k", "confirmed", 250.0)], [LiveTicket("a", HERE, 250.0)])
    with Recorder(tmp_path / "history.jsonl", seed=7) as recorder:
        recorder.prices([(*HERE, 250.0)])
        first = recorder.ask(1, "buy", key="k", places=[HERE])
        second = recorder.ask(2, "look", seance=1)
        recorder.fault("kill_primary", "breaks")
        recorder.answer(second, UNKNOWN, status=503)
        recorder.answer(first, DONE, status=201, booking="a", total=250.0)
        recorder.end(end)
    history = read(tmp_path / "history.jsonl")
    assert history.run == {"seed": 7}
    assert history.end == end
    assert history.prices == {HERE: 250.0}
    assert [fault["name"] for fault in history.faults] == ["kill_primary"]
    sale, look = history.attempts
    assert (sale.client, sale.places, sale.booking) == (1, (HERE,), "a")
    assert sale.began <= look.began <= look.ended <= sale.ended


def test_a_request_is_in_the_file_before_it_is_sent(tmp_path: Path) -> None:
    with Recorder(tmp_path / "history.jsonl") as recorder:
        recorder.ask(1, "buy", key="k", places=[HERE])
        history = read(tmp_path / "history.jsonl")
    [attempt] = history.attempts
    assert (attempt.outcome, attempt.ended, history.end) == (UNKNOWN, math.inf, None)


@pytest.mark.parametrize("content", ["nothing", "{}", json.dumps({"note": "ask", "id": 1})])
def test_what_is_no_history_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text(content)
    with pytest.raises(HistoryError, match="is not a history"):
        read(path)
    with pytest.raises(HistoryError, match="can't be read"):
        read(tmp_path / "missing.jsonl")


def test_the_same_seed_breaks_the_same_things_in_the_same_order() -> None:
    assert schedule(1, 600, FAULTS) == schedule(1, 600, FAULTS)
    assert schedule(1, 600, FAULTS) != schedule(2, 600, FAULTS)


def test_a_short_run_has_the_faults_that_tell_most() -> None:
    for seed in range(20):
        *_others, databases = schedule(seed, 60, FAULTS)
        assert {one.fault for one in databases[: len(FIRST)]} == set(FIRST)


def test_everything_is_broken_in_ten_minutes_and_nothing_else() -> None:
    nodes, clocks, databases = schedule(1, 600, FAULTS)
    assert {one.fault for one in [*nodes, *clocks, *databases]} == FAULTS.keys()
    assert {one.fault for one in nodes} == OF_NODES.keys()
    assert {one.fault for lane in schedule(1, 60, ["kill_primary"]) for one in lane} == {
        "kill_primary"
    }
