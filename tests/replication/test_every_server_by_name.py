"""Where the replicas' addresses name every server, as in Kubernetes, one is the primary's."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from cinema.databases import PRIMARY, PRIMARY_READS
from cinema.embedded.processes import eventually
from cinema.replication.monitor import Server, monitor
from cinema.replication.position import make_token
from cinema.replication.reading import answer, read_alias
from tests.replication.standby import REPLICA, cluster, standby_paused

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
ITSELF = "replica2"


@pytest.fixture(autouse=True)
def named(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two replicas by name: the standby, and the primary itself."""
    cluster()
    settings.REPLICA_POLL_SECONDS = 0.05
    monkeypatch.setitem(connections.settings, ITSELF, connections.settings[PRIMARY])
    monitor.start()
    yield
    monitor.stop()
    connections[ITSELF].close()
    del connections[ITSELF]


def server(alias: str) -> Server:
    return next(one for one in monitor.replicas if one.alias == alias)


def asked() -> str:
    return answer(read_alias)


def test_the_primary_answers_only_by_its_own_name():
    assert eventually(lambda: server(REPLICA).fresh and server(ITSELF).is_primary, within=20)
    assert server(ITSELF).alive
    assert not server(ITSELF).fresh
    assert {asked() for _ in range(20)} == {REPLICA}


def test_without_the_standby_reads_are_left_the_few_connections_for_them():
    assert eventually(lambda: server(ITSELF).is_primary and server(REPLICA).alive, within=20)
    with standby_paused():
        assert eventually(lambda: not server(REPLICA).alive, within=20)
        assert asked() == PRIMARY_READS
        assert monitor.primary.position
        token = make_token(monitor.primary.position)
        assert answer(read_alias, token) == PRIMARY_READS


def test_a_promoted_replica_is_read_before_the_primary_s_address_leads_to_it():
    assert eventually(lambda: server(ITSELF).is_primary, within=20)
    elsewhere = {"PORT": connections.settings[REPLICA]["PORT"]}
    with patch.dict(connections.settings[PRIMARY], elsewhere):
        cluster().primary.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'cinema-monitor'"
        )
        assert eventually(lambda: not monitor.primary.alive, within=20)
        assert eventually(lambda: server(ITSELF).fresh, within=20)
