"""The thread that watches the servers."""

import logging
import threading
from unittest.mock import patch

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from cinema.databases import PRIMARY
from cinema.embedded.processes import eventually
from cinema.replication import monitor as watching
from cinema.replication.monitor import LONGEST_BACKOFF, monitor
from cinema.replication.position import Position
from tests.replication.standby import REPLICA, cluster, crash_standby, servers_watched, standby

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")


@pytest.fixture(autouse=True)
def often(settings: Settings) -> None:
    cluster()
    settings.REPLICA_POLL_SECONDS = 0.05


def test_it_knows_where_every_server_is() -> None:
    with servers_watched() as replica:
        assert eventually(lambda: monitor.primary.position is not None, within=10)
        assert replica.position
        assert replica.position.timeline == 1
        assert eventually(lambda: replica.lag_bytes == 0, within=10)


def test_it_starts_once_and_ends_when_told() -> None:
    def threads() -> int:
        return sum(one.name == "replica-monitor" for one in threading.enumerate())

    with servers_watched():
        monitor.start()
        assert threads() == 1
    assert threads() == 0
    assert monitor.replicas == []
    monitor.stop()
    watched = "SELECT FROM pg_stat_activity WHERE application_name = 'cinema-monitor'"
    for server in cluster().servers:
        assert eventually(lambda server=server: not server.query(watched), within=10)


def test_a_mistake_of_ours_costs_one_look(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, watching.logger.name)
    with servers_watched() as replica:
        with patch.object(Position, "parse", side_effect=ZeroDivisionError):
            assert eventually(lambda: not replica.alive, within=10)
            assert eventually(lambda: not monitor.writable, within=10)
        assert eventually(lambda: replica.alive and monitor.writable, within=10)
    complaint = next(one for one in caplog.records if "does not answer" in one.message)
    assert complaint.exc_info


def test_a_primary_that_is_a_standby_is_no_primary() -> None:
    with servers_watched(), led_astray():
        assert eventually(lambda: not monitor.writable, within=10)


def led_astray() -> object:
    """The primary's address becomes the standby's at its next connection."""
    primary, replica = (connections.settings[alias] for alias in (PRIMARY, REPLICA))
    cluster().primary.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'cinema-monitor'"
    )
    return patch.dict(primary, PORT=replica["PORT"])


def test_a_restarted_replica_is_found_again() -> None:
    with servers_watched() as replica:
        crash_standby()
        assert eventually(lambda: not replica.alive, within=20)
        standby().start()
        assert eventually(lambda: replica.fresh, within=20)


def test_a_replica_is_asked_at_least_every_few_seconds(settings: Settings) -> None:
    settings.REPLICA_POLL_SECONDS = 0.5
    assert [watching._pause(failures, primary=True) < 1 for failures in (0, 5, 5000)] == [True] * 3
    assert watching._pause(1, primary=False) <= 1.2
    assert watching._pause(5000, primary=False) == LONGEST_BACKOFF


@pytest.mark.parametrize(
    ("timeline", "fresh"), [(2, True), (1, False), (3, False), (watching.UNKNOWN_TIMELINE, True)]
)
def test_a_replica_that_a_failover_left_behind_is_not_fresh(timeline: int, fresh: bool) -> None:
    """Its position may even be beyond that of the new primary."""
    known = watching.Monitor()
    known.primary.position = Position(timeline=2, lsn=100)
    known._flushed.append((0.0, 100))
    lag, _bytes = known._lag(Position(timeline, lsn=200))
    assert (lag == 0) is fresh
