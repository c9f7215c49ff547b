"""What `run_chores` answers when it is asked how it does."""

import socket
from collections.abc import Iterator

import pytest
import requests
from django.core.management.base import CommandError

from cinema.management import chores_server
from cinema.management.chores_server import Turns, telling
from cinema.management.repeating import Chore
from tests.counting import samples

SWEEP = Chore("sweep", 5, int, str)
DUST = Chore("dust", 60, int, str)


@pytest.fixture
def turns() -> Turns:
    return Turns([SWEEP, DUST])


@pytest.fixture
def url(turns: Turns) -> Iterator[str]:
    with telling("127.0.0.1:0", turns) as address:
        yield f"http://{address}"


def asked(url: str) -> requests.Response:
    return requests.get(url, timeout=5)


def detail(answer: requests.Response) -> str:
    assert answer.status_code == 503
    return answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize("path", ["/health", "/health/"])
def test_it_is_healthy_while_its_chores_come_round(url, path):
    answer = asked(url + path)
    assert (answer.status_code, answer.json()) == (200, {"result": "ok"})


def test_a_chore_that_does_not_come_to_an_end_is_named(url, turns, monkeypatch):
    later = chores_server.time.monotonic() + 90
    monkeypatch.setattr(chores_server.time, "monotonic", lambda: later)
    assert detail(asked(f"{url}/health")) == "sweep does not come to an end"
    turns.turned("sweep", succeeded=False)
    assert asked(f"{url}/health").status_code == 200


def test_it_is_ready_when_the_last_turn_of_each_succeeded(url, turns):
    turns.turned("sweep", succeeded=True)
    assert detail(asked(f"{url}/health/ready")) == "dust has not succeeded the last time"
    turns.turned("dust", succeeded=True)
    assert asked(f"{url}/health/ready").status_code == 200
    turns.turned("sweep", succeeded=False)
    assert "sweep" in detail(asked(f"{url}/health/ready"))


def test_its_metrics_tell_of_turns(url, turns):
    before = samples(asked(f"{url}/metrics").content)
    turns.turned("sweep", succeeded=True)
    turns.turned("dust", succeeded=False)
    after = samples(asked(f"{url}/metrics").content)

    def grown(name: str) -> float:
        return after[name] - before[name]

    assert grown('chore_runs_total{chore="sweep",result="ok"}') == 1
    assert grown('chore_runs_total{chore="sweep",result="failed"}') == 0
    assert grown('chore_runs_total{chore="dust",result="failed"}') == 1
    assert grown('chore_last_success_timestamp_seconds{chore="sweep"}') > 0
    assert grown('chore_last_success_timestamp_seconds{chore="dust"}') == 0
    assert any(name.startswith("build_info") for name in after)


def test_there_is_nothing_else(url):
    assert asked(f"{url}/admin/").status_code == 404
    assert requests.post(f"{url}/health", timeout=5).status_code == 501


@pytest.mark.parametrize(
    "address", ["9101", "127.0.0.1", "127.0.0.1:many", "127.0.0.1:99999", "x:"]
)
def test_an_address_that_is_none_is_one_sentence(turns, address):
    with (
        pytest.raises(CommandError, match=r"CHORES_METRICS is .* HOST:PORT"),
        telling(address, turns),
    ):
        pass


def test_a_port_that_is_taken_is_one_sentence(turns):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(CommandError, match="already in use"), telling(address, turns):
            pass
