"""Metrics and probes of several workers."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cinema.embedded import Cluster
from cinema.embedded.processes import eventually
from loadtest.torture.provider import WORKERS, Provider
from tests.counting import samples
from tests.faults.box_office import BoxOffice

POOL = 8  # the default of DATABASE_POOL_SIZE


@pytest.fixture
def own(cluster: Cluster, tmp_path: Path) -> Iterator[Provider]:
    """A provider that may be stopped, on the same database."""
    provider = Provider(cluster, tmp_path)
    provider.start()
    assert eventually(lambda: provider.get("/health/started").status == 200, within=30)
    yield provider
    provider.stop()


def test_gauges_are_those_of_all_living_workers(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    assert box_office.sell().status == 201
    assert eventually(lambda: provider.metric("database_primary_alive") == {"": 1}, within=10)
    assert provider.metric("http_server_threads") == {"": 8 * WORKERS}
    assert provider.metric("http_server_requests_in_progress")[""] >= 1  # this one
    assert provider.metric("database_pool_max")["default"] == POOL * WORKERS
    assert provider.metric("database_pool_waiting")["default"] == 0
    pool = 'database_pool_connections{alias="default",state='
    found = samples(provider.get("/metrics").body.encode())
    assert 1 <= found[f'{pool}"idle"}}'] + found[f'{pool}"used"}}'] <= POOL * WORKERS
    assert {"replica1", "replica2"} == provider.metric("replica_alive").keys()
    assert not provider.metric("holds_open")  # what `run_chores` measures
    assert eventually(lambda: max(provider.metric("replica_lag_seconds").values()) < 2, within=10)


def test_a_replica_that_hangs_is_seen_to_lag_by_the_second(
    cluster: Cluster, provider: Provider, box_office: BoxOffice
) -> None:
    cluster.standbys[0].query("SELECT pg_wal_replay_pause()")
    try:
        assert box_office.sell().status == 201
        assert eventually(lambda: provider.metric("replica_lag_seconds")["replica1"] > 1, within=20)
        assert provider.metric("replica_lag_seconds")["replica2"] < 2
    finally:
        cluster.standbys[0].query("SELECT pg_wal_replay_resume()")


def test_metrics_can_be_read_while_workers_come_and_go(own: Provider) -> None:
    answers: set[int] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            answers.add(own.get("/metrics").status)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(4):
            own.kill_a_worker()
            assert eventually(lambda: len(own.workers()) == WORKERS, within=30)
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert answers <= {0, 200}  # 0: it was being answered by the worker that was killed
    assert eventually(lambda: own.metric("http_server_threads") == {"": 8 * WORKERS}, within=30)


def test_who_is_asked_to_stop_says_so_on_the_connections_it_still_has(own: Provider) -> None:
    address = urlsplit(own.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)

    def serving() -> tuple[int, str]:
        connection.request("GET", "/health/serving")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    assert serving() == (200, '{"result":"ok"}')
    own.terminate()
    answers = iter(serving, None)
    status, body = next(answer for answer in answers if answer[0] != 200)
    assert status == 503
    assert "This process is stopping" in body
    assert eventually(lambda: not own.running(), within=20)
