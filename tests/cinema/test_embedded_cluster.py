import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from cinema.embedded import Cluster, EmbeddedPostgresError, Server
from cinema.embedded.processes import processes_in

DEADLINE = 30.0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Shared by the tests of this file; each leaves every server running."""
    with Cluster(tmp_path_factory.mktemp("cluster"), durable=False) as running:
        execute(running.primary, "CREATE TABLE notes (note text)")
        yield running


@pytest.fixture
def lone_server(tmp_path: Path) -> Iterator[Cluster]:
    alone = Cluster(tmp_path / "alone", replicas=0, durable=False)
    yield alone
    alone.stop()


def execute(server: Server, statement: str, *values: object) -> None:
    with psycopg.connect(server.url(), autocommit=True, connect_timeout=5) as connection:
        connection.execute(statement, values or None)


def write(server: Server, note: str) -> None:
    execute(server, "INSERT INTO notes VALUES (%s)", note)


def notes(server: Server) -> set[str]:
    with psycopg.connect(server.url(), connect_timeout=5) as connection:
        return {note for (note,) in connection.execute("SELECT note FROM notes")}


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.02)
    return True


@contextmanager
def all_standbys_down(cluster: Cluster) -> Iterator[None]:
    for standby in cluster.standbys:
        standby.kill()
    try:
        yield
    finally:
        for standby in cluster.standbys:
            standby.start()
        cluster.wait_until_streaming()


def test_a_standby_receives_what_was_committed(cluster):
    write(cluster.primary, "received")

    for standby in cluster.standbys:
        assert eventually(lambda standby=standby: "received" in notes(standby))


def test_a_standby_refuses_writes(cluster):
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        write(cluster.standbys[0], "refused")


def test_a_standby_can_be_made_to_lag(cluster):
    lagging, prompt = cluster.standbys
    lagging.set_parameter("recovery_min_apply_delay", "1h")
    try:
        write(cluster.primary, "late")
        assert eventually(lambda: "late" in notes(prompt))
        assert "late" not in notes(lagging)
    finally:
        lagging.reset_parameter("recovery_min_apply_delay")
    assert eventually(lambda: "late" in notes(lagging))


def test_commits_wait_for_any_one_of_the_standbys(cluster):
    [(names,)] = cluster.primary.query("SHOW synchronous_standby_names")

    assert names == "ANY 1 (standby1, standby2)"


def test_one_standby_is_enough_to_commit(cluster):
    cluster.standbys[0].kill()
    try:
        write(cluster.primary, "with one standby")
    finally:
        cluster.standbys[0].start()
    assert eventually(lambda: "with one standby" in notes(cluster.standbys[0]))


def test_a_commit_does_not_return_until_a_standby_is_back(cluster):
    writer = threading.Thread(target=write, args=(cluster.primary, "patient"))
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"

    with all_standbys_down(cluster):
        writer.start()
        assert eventually(lambda: cluster.primary.query(waiting) == [(1,)])
        assert writer.is_alive()

    writer.join(DEADLINE)
    assert not writer.is_alive()
    assert "patient" in notes(cluster.primary)


def test_a_killed_primary_recovers_with_every_answered_commit(cluster):
    write(cluster.primary, "before the crash")

    cluster.primary.kill()
    assert not cluster.primary.running
    cluster.primary.start()

    assert "before the crash" in notes(cluster.primary)
    cluster.wait_until_streaming()


def test_a_paused_server_answers_nothing_until_it_is_resumed(cluster):
    paused = cluster.standbys[0]
    paused.pause()
    try:
        assert paused.running
        with pytest.raises(psycopg.errors.ConnectionTimeout):
            psycopg.connect(paused.url(), connect_timeout=2)
    finally:
        paused.resume()
    paused.wait_until_ready()


def test_a_second_start_keeps_data_passwords_and_ports(cluster):
    write(cluster.primary, "kept")
    before = [server.url() for server in cluster.servers]

    cluster.stop()
    cluster.start()

    assert [server.url() for server in cluster.servers] == before
    assert "kept" in notes(cluster.primary)


def test_starting_what_runs_changes_nothing(cluster):
    processes = processes_in(cluster.primary.data_directory)

    cluster.start()

    assert processes[0] in processes_in(cluster.primary.data_directory)


def test_stop_leaves_no_process_even_when_a_server_is_paused(cluster):
    cluster.standbys[1].pause()
    try:
        cluster.stop()

        assert not any(processes_in(server.data_directory) for server in cluster.servers)
    finally:
        cluster.start()


def test_a_standby_that_lost_its_place_is_copied_anew(cluster):
    lost = cluster.standbys[0]
    lost.stop()
    cluster.primary.query("SELECT pg_drop_replication_slot('standby1')")
    write(cluster.primary, "missed")

    cluster.start()

    assert eventually(lambda: "missed" in notes(lost))


def test_the_application_owns_its_database_without_being_superuser(cluster):
    execute(cluster.primary, "CREATE EXTENSION IF NOT EXISTS btree_gist")
    execute(cluster.primary, "SELECT sent_lsn FROM pg_stat_replication")

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        execute(cluster.primary, "CREATE DATABASE another")


def test_no_password_means_no_entry(cluster):
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(
            host="127.0.0.1", port=cluster.primary.port, user="cinema", password="guessed"
        )


def test_passwords_can_be_read_by_their_owner_only(cluster):
    assert (cluster.directory / "cluster.json").stat().st_mode & 0o777 == 0o600


def test_a_test_runner_may_create_databases(tmp_path):
    with Cluster(tmp_path, replicas=0, durable=False, create_databases=True) as cluster:
        execute(cluster.primary, "CREATE DATABASE test_cinema")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of this")
def test_servers_end_with_the_program_that_started_them(tmp_path):
    program = (
        "import os, pathlib, sys; from cinema.embedded import Cluster;"
        "Cluster(pathlib.Path(sys.argv[1]), replicas=1, durable=False).start();"
        "os.kill(os.getpid(), 9)"
    )

    subprocess.run([sys.executable, "-c", program, str(tmp_path)], timeout=60)

    servers = [tmp_path.resolve() / "primary", tmp_path.resolve() / "standby1"]
    assert all((server / "PG_VERSION").exists() for server in servers)
    assert eventually(lambda: not any(processes_in(server) for server in servers))


def test_a_leftover_pid_of_another_server_does_not_prevent_a_start(cluster, lone_server):
    lone_server.start()
    lone_server.primary.kill()
    others = cluster.primary.data_directory / "postmaster.pid"
    (lone_server.primary.data_directory / "postmaster.pid").write_text(others.read_text())

    lone_server.start()

    assert lone_server.primary.running


def test_a_port_taken_meanwhile_is_replaced(lone_server):
    lone_server.start()
    taken = lone_server.primary.port
    lone_server.stop()
    with socket.create_server(("127.0.0.1", taken)):
        lone_server.start()

        assert lone_server.primary.port != taken


def test_data_of_another_major_version_is_refused_in_one_sentence(lone_server):
    lone_server.start()
    lone_server.stop()
    version = lone_server.primary.data_directory / "PG_VERSION"
    ours = version.read_text()
    version.write_text("14\n")

    with pytest.raises(EmbeddedPostgresError, match=r"made by PostgreSQL 14 .* delete .*\.$"):
        lone_server.start()
    version.write_text(ours)


def test_a_promoted_standby_is_not_overwritten(tmp_path):
    with Cluster(tmp_path, replicas=1, durable=False) as cluster:
        cluster.primary.kill()
        cluster.standbys[0].promote()
        execute(cluster.standbys[0], "CREATE TABLE sold_after_failover ()")
        cluster.standbys[0].stop()

        with pytest.raises(EmbeddedPostgresError, match="was promoted"):
            cluster.start()
