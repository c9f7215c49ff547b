"""compose/primary.sh and compose/replica.sh, with real servers."""

from collections.abc import Iterator
from threading import Thread

import psycopg
import pytest

from tests.image.servers import PASSWORDS, Pair, pair
from tests.polling import eventually

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


@pytest.fixture(scope="module")
def servers() -> Iterator[Pair]:
    with pair() as made:
        made.start_replica()
        eventually(lambda: made.slot() == "reserved, used", within=30)
        yield made


def test_the_provider_owns_its_database_and_sees_the_replicas(servers: Pair) -> None:
    where = f"host=127.0.0.1 port={servers.primary.port} user=cinema dbname=cinema"
    with psycopg.connect(where, password=PASSWORDS["APPLICATION_PASSWORD"]) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute("CREATE TABLE notes (note text)")
        seen = connection.execute("SELECT application_name, sync_state FROM pg_stat_replication")
        assert seen.fetchall() == [("replica1", "quorum")]


def test_a_commit_is_answered_once_a_replica_has_it(servers: Pair) -> None:
    servers.primary.ask("INSERT INTO notes VALUES ('first')")
    eventually(lambda: servers.replica.ask("SELECT note FROM notes") == ["first"])
    servers.replica.stop()
    statement = "INSERT INTO notes VALUES ('second')"
    commit = Thread(target=servers.primary.ask, args=[statement], daemon=True)
    commit.start()
    eventually(lambda: servers.primary.ask(WAITING) == [1])
    servers.start_replica()
    eventually(lambda: not commit.is_alive(), within=30)


def test_a_replica_that_was_away_for_too_long_is_copied_anew(servers: Pair) -> None:
    servers.replica.stop()
    write_past_the_limit(servers)
    assert servers.slot() == "lost, unused"
    servers.start_replica()
    assert "copying it anew" in servers.replica.log.read_text()
    eventually(lambda: servers.slot() == "reserved, used", within=30)
    servers.primary.ask("INSERT INTO notes VALUES ('third')")
    eventually(lambda: servers.replica.ask("SELECT count(*) FROM notes") == [3])


def test_without_the_primary_a_replica_starts_with_what_it_has(servers: Pair) -> None:
    servers.replica.stop()
    servers.primary.stop()
    servers.start_replica()
    assert servers.replica.ask("SELECT count(*) FROM notes") == [3]


def write_past_the_limit(servers: Pair) -> None:
    servers.primary.ask("SET synchronous_commit = local")
    for _ in range(12):
        servers.primary.ask("SELECT pg_logical_emit_message(false, 'x', 'y'), pg_switch_wal()")
    servers.primary.ask("CHECKPOINT")
