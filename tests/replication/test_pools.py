"""A pool after its server was away."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError, connections

from cinema.databases import databases
from cinema.embedded.memory import free_ports
from cinema.embedded.processes import eventually
from cinema.replication import cutting
from cinema.settings import env

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")

ALIAS = "pooled"
SIZE = 8


@pytest.fixture(scope="module", autouse=True)
def alias(django_db_setup: None) -> Iterator[None]:
    """The primary once more, with a pool as in production."""
    settings = deepcopy(connections.settings["default"])
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv("DATABASE_POOL_SIZE", str(SIZE))
        settings["OPTIONS"]["pool"] = databases(env)["default"]["OPTIONS"]["pool"]
        monkeypatch.setitem(connections.settings, ALIAS, settings)
        yield
        connections[ALIAS].close()
        connections[ALIAS].close_pool()
        del connections[ALIAS]


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Any:
    pool = connections[ALIAS].pool
    monkeypatch.setattr(pool, "timeout", 0.3)  # what takes seconds in production
    monkeypatch.setattr(pool, "reconnect_timeout", 0.3)
    return pool


@contextmanager
def server_away(pool: Any) -> Iterator[None]:
    """Connections break, and where it was nobody answers."""
    connections[ALIAS].ensure_connection()
    server = cutting.address(connections[ALIAS].connection)
    connections[ALIAS].close()
    with patch.dict(pool.kwargs, port=free_ports(1)[0]):
        cutting.cut(server)
        yield


def use() -> bool:
    """Whether a request gets an answer."""
    try:
        with connections[ALIAS].cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.1)")
            return True
    except OperationalError:
        return False
    finally:
        connections[ALIAS].close()


def session() -> int:
    """The number of the server's process that answers."""
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = cursor.fetchone()[0]
    connections[ALIAS].close()
    return int(number)


def used_at_once(count: int) -> list[bool]:
    answers: list[bool] = []
    users = [threading.Thread(target=lambda: answers.append(use())) for _ in range(count)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    return answers


def test_no_connection_from_before_is_given_out_again(pool: Any) -> None:
    """One that the network has forgotten would not even fail, but wait."""
    before = session()
    assert session() == before
    cutting.renew(ALIAS)
    assert session() != before


def test_broken_connections_are_replaced_before_they_cost_anybody_time(pool: Any) -> None:
    assert all(used_at_once(SIZE))
    with server_away(pool):
        pass
    cutting.renew(ALIAS)
    assert use()
    assert all(used_at_once(SIZE))


def test_after_an_outage_that_was_longer_than_the_pools_patience_it_serves_again(
    pool: Any,
) -> None:
    assert all(used_at_once(SIZE))
    with server_away(pool):
        for _ in range(10):
            assert not any(used_at_once(SIZE))
    cutting.renew(ALIAS)
    assert eventually(use, within=10)
    assert eventually(lambda: all(used_at_once(SIZE)), within=10)


def test_it_connects_within_seconds_however_long_the_server_was_away() -> None:
    pool = connections[ALIAS].pool
    with server_away(pool):
        began = time.monotonic()
        assert eventually(lambda: not use() and time.monotonic() - began > 8, within=20)
    assert eventually(use, within=3)


def test_connections_that_the_server_has_closed_are_noticed_before_they_are_used(
    pool: Any,
) -> None:
    assert all(used_at_once(SIZE))
    with connections["default"].cursor() as cursor:
        mine = "pid <> pg_backend_pid() AND datname = current_database()"
        cursor.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {mine}")
    assert all(used_at_once(SIZE))


@pytest.mark.parametrize(
    ("trusted_seconds", "last_asked"), [(60.0, "SELECT pg_backend_pid()"), (0.0, "")]
)
def test_a_connection_is_asked_whether_it_is_there_only_if_it_has_rested(
    monkeypatch: pytest.MonkeyPatch, trusted_seconds: float, last_asked: str
) -> None:
    monkeypatch.setattr("cinema.postgresql.base.TRUSTED_SECONDS", trusted_seconds)
    connections[ALIAS].close_pool()
    resting = session()
    connections[ALIAS].ensure_connection()
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [resting])
        assert cursor.fetchone() == (last_asked,)
    connections[ALIAS].close()
    assert session() == resting
